import mime from 'mime';
import type { Box, MediaItem } from '../model.js';

/**
 * What is added to the item's base URL to get the bytes that are served: the original's, or a picture that fits into the
 * box, which Google makes (Library API, "Image base URLs").
 */
export function suffixFor({ mimeType }: MediaItem, box: Box | undefined): string {
  if (mimeType.startsWith('video/')) return '=dv';
  return box ? `=w${box.width}-h${box.height}` : '=d';
}

/** The item as it is served: a picture becomes a JPEG, in its name, its type and its version. */
export function renderedItem(item: MediaItem, box: Box | undefined): MediaItem {
  if (!box || !item.mimeType.startsWith('image/')) return item;
  const filename = item.mimeType === 'image/jpeg' ? item.filename : jpegName(item.filename);
  return { ...item, filename, mimeType: 'image/jpeg', version: sizeText(box) };
}

export function sizeText({ width, height }: Box): string {
  return `${width}x${height}`;
}

/** `IMG_1.HEIC` becomes `IMG_1.jpg`; what has no picture's extension keeps all of its name. No name stays none. */
function jpegName(filename: string): string {
  const [, stem = '', extension = ''] = /^(.+)\.([^./\\]+)$/s.exec(filename) ?? [];
  const type = mime.getType(extension);
  if (filename === '' || type === 'image/jpeg') return filename;
  return `${type?.startsWith('image/') ? stem : filename}.jpg`;
}
