import { open } from 'node:fs/promises';
import exifr from 'exifr';
import { imageSizeFromFile } from 'image-size/fromFile';
import type { MediaInfo } from 'mediainfo.js';
import { z } from 'zod';
import type { Camera } from './library.js';

/** What a file tells of itself; all of it may be missing. */
export interface Capture {
  /** Milliseconds since 1970. A time without an offset counts as UTC. */
  readonly takenAtMs?: number;
  readonly width?: number;
  readonly height?: number;
  readonly camera: Camera;
  /** Frames per second. */
  readonly fps?: number;
}

const EXIF_TYPES = new Set(['image/jpeg', 'image/tiff', 'image/heic', 'image/heif', 'image/avif', 'image/png']);
const number = z.number().positive().optional().catch(undefined);
const text = z.string().trim().min(1).optional().catch(undefined);
const exifSchema = z.object({
  ...{ Make: text, Model: text, FocalLength: number, FNumber: number, ISO: number, ExposureTime: number },
  ...{ DateTimeOriginal: text, CreateDate: text, OffsetTimeOriginal: text, OffsetTimeDigitized: text },
});

/** Reads what an image tells: EXIF, and the size as it is shown, turned upright. */
export async function captureOfImage(path: string, mimeType: string): Promise<Capture> {
  const [exif, size] = await Promise.all([
    EXIF_TYPES.has(mimeType) ? readExif(path) : exifSchema.parse({}),
    imageSizeFromFile(path).catch(() => undefined),
  ]);
  const takenAtMs =
    exifTime(exif.DateTimeOriginal, exif.OffsetTimeOriginal) ?? exifTime(exif.CreateDate, exif.OffsetTimeDigitized);
  const isTurned = (size?.orientation ?? 1) >= 5;
  return {
    ...defined({ takenAtMs }),
    ...(size && { width: isTurned ? size.height : size.width, height: isTurned ? size.width : size.height }),
    camera: defined({
      make: exif.Make,
      model: exif.Model,
      focalLength: exif.FocalLength,
      apertureFNumber: exif.FNumber,
      isoEquivalent: exif.ISO,
      exposureTimeSeconds: exif.ExposureTime,
    }),
  };
}

/** Reads one video after the other; the reader (WebAssembly) is loaded with the first. */
export class VideoReader {
  #reader: Promise<MediaInfo> | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  /** What a video's container tells. */
  async capture(path: string): Promise<Capture> {
    const result = this.#queue.then(() => this.#read(path));
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async close(): Promise<void> {
    (await this.#reader)?.close();
  }

  async #read(path: string): Promise<Capture> {
    this.#reader ??= import('mediainfo.js').then(({ mediaInfoFactory }) => mediaInfoFactory());
    const reader = await this.#reader;
    const file = await open(path);
    try {
      const { size } = await file.stat();
      const { media } = await reader.analyzeData(size, async (length, position) => {
        const chunk = new Uint8Array(length);
        const { bytesRead } = await file.read(chunk, 0, length, position);
        return chunk.subarray(0, bytesRead);
      });
      const general = media?.track.find((track) => track['@type'] === 'General');
      const video = media?.track.find((track) => track['@type'] === 'Video');
      const isTurned = Math.abs(Number(video?.Rotation ?? 0)) % 180 === 90;
      const facts = defined({
        takenAtMs: containerTime(general?.Recorded_Date) ?? containerTime(general?.Encoded_Date),
        width: isTurned ? video?.Height : video?.Width,
        height: isTurned ? video?.Width : video?.Height,
        fps: video?.FrameRate,
      });
      const camera = defined({ make: general?.Encoded_Hardware_CompanyName, model: general?.Encoded_Hardware_Name });
      return { ...facts, camera };
    } finally {
      await file.close();
    }
  }
}

async function readExif(path: string): Promise<z.infer<typeof exifSchema>> {
  const pick = Object.keys(exifSchema.shape);
  const found: unknown = await exifr.parse(path, { pick, reviveValues: false }).catch(() => undefined);
  return exifSchema.catch({}).parse(found);
}

/** "2014:10:02 15:01:23" and "+03:00" (EXIF 2.31) as milliseconds; undefined for what is no time, such as all zeros. */
function exifTime(text: string | undefined, offset: string | undefined): number | undefined {
  const match = /^(\d{4}):(\d\d):(\d\d)[ T](\d\d:\d\d:\d\d)/.exec(text ?? '');
  if (!match) return undefined;
  const [, year = '', month = '', day = '', time = ''] = match;
  const zone = offset && /^[+-]\d\d:\d\d$/.test(offset) ? offset : 'Z';
  return valid(Date.parse(`${year}-${month}-${day}T${time}${zone}`));
}

/** "2023-07-14 18:30:00 UTC", or with an offset at its end. */
function containerTime(text: string | undefined): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.\d+)?([+-]\d\d:?\d\d)?/.exec(
    text?.replace(/^UTC /, '') ?? '',
  );
  return match ? valid(Date.parse(`${match[1] ?? ''}T${match[2] ?? ''}${match[3] ?? 'Z'}`)) : undefined;
}

function valid(ms: number): number | undefined {
  return Number.isNaN(ms) ? undefined : ms;
}

/** The same object without its undefined values. */
function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Defined<T>;
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };
