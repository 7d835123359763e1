import { extname } from 'node:path';
import mime from 'mime';

/** What Google Photos takes, by extension, where the `mime` table knows the type. */
const ACCEPTED = new Set([
  ...['.avif', '.bmp', '.dng', '.gif', '.heic', '.heif', '.ico', '.jpeg', '.jpg', '.png', '.tif', '.tiff', '.webp'],
  ...['.3g2', '.3gp', '.asf', '.avi', '.m2t', '.m2ts', '.m4v', '.mkv', '.mov', '.mp4', '.mpeg', '.mpg', '.mts', '.wmv'],
]);

/** The type of a file that is a photo or a video by its name; undefined for all others, `._` shadows included. */
export function mediaType(filename: string): string | undefined {
  const extension = extname(filename).toLowerCase();
  if (filename.startsWith('._') || !ACCEPTED.has(extension)) return undefined;
  return mime.getType(extension) ?? undefined;
}
