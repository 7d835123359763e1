import exifr from 'exifr';
import jpeg from 'jpeg-js';
import { fit, type Box } from './box.js';
import type { Item, Library } from './library.js';
import { shrink, slope, upright, type Pixels } from './pixels.js';

const QUALITY = 85;
const MAX_CACHED = 100;
/** Larger pictures would hold up everything else for seconds: they become a slope. */
const MAX_MEGAPIXELS = 30;
const MAX_MEMORY_MB = 512;
const MAX_FILE_BYTES = 64 << 20;
/** Of a picture whose size nobody knows. */
const UNKNOWN = { width: 16, height: 16 } as const;

/** Makes pictures smaller, as JPEGs, one at a time; the last 100 are kept. One item and box always give the same bytes. */
export class Resizer {
  readonly #made = new Map<string, Promise<Buffer>>();
  #last: Promise<unknown> = Promise.resolve();

  /** What is no JPEG, such as a HEIC or a video, becomes a slope of the item's size. */
  jpeg(item: Item, box: Box, library: Library): Promise<Buffer> {
    const key = `${item.id}/${item.version}/${box.width}x${box.height}/${box.isCropped ? 'cropped' : ''}`;
    const known = this.#made.get(key);
    if (known) return known;
    const made = this.#last.then(() => make(item, box, library));
    this.#last = made.catch(() => this.#made.delete(key));
    this.#made.set(key, made);
    const [oldest] = this.#made.keys();
    if (this.#made.size > MAX_CACHED && oldest !== undefined) this.#made.delete(oldest);
    return made;
  }
}

async function make(item: Item, box: Box, library: Library): Promise<Buffer> {
  const picture = await decode(item, library);
  const { width = UNKNOWN.width, height = UNKNOWN.height } = picture ?? item;
  const size = fit(width, height, box);
  const small = picture ? shrink(picture, size) : slope(size.width, size.height);
  const { data } = jpeg.encode({ ...small, comments: [`smaller picture of ${item.id}`] }, QUALITY);
  return data;
}

/** The picture as it is shown, or undefined if there is none to decode. */
async function decode(item: Item, library: Library): Promise<Pixels | undefined> {
  if (item.mimeType !== 'image/jpeg' || !library.hasPictures || item.sizeBytes > MAX_FILE_BYTES) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of library.read(item, 0, item.sizeBytes - 1)) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  try {
    const limits = { maxResolutionInMP: MAX_MEGAPIXELS, maxMemoryUsageInMB: MAX_MEMORY_MB };
    const pixels = jpeg.decode(bytes, { useTArray: true, ...limits });
    return upright(pixels, (await exifr.orientation(bytes).catch(() => undefined)) ?? 1);
  } catch {
    return undefined;
  }
}
