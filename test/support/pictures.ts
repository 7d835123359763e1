import { createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';

/** What a camera writes into a picture. */
export interface Shot {
  /** Shown to the second, in UTC. */
  readonly takenAt: Date;
  readonly make: string;
  readonly model: string;
  /** Length of the whole file; at least a kilobyte. */
  readonly sizeBytes: number;
  /** Two shots of different seeds differ in every filler byte. */
  readonly seed: string;
}

// A gradient of 16 x 12 pixels, written by cjpeg: the part after the start-of-image marker and its JFIF header.
const GRADIENT = Buffer.from(
  '/9sAQwAUDg8SDw0UEhASFxUUGB4yIR4cHB49LC4kMklATEtHQEZFUFpzYlBVbVZFRmSIZW13e4GCgU5gjZeMfZZzfoF8/9sAQwEVFxceGh47ISE7' +
    'fFNGU3x8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8/8AAEQgADAAQAwEiAAIRAQMRAf/EABUAAQEAAAAA' +
    'AAAAAAAAAAAAAAQF/8QAGRAAAgMBAAAAAAAAAAAAAAAAAAMCBFFh/8QAFQEBAQAAAAAAAAAAAAAAAAAAAgP/xAAYEQEBAAMAAAAAAAAAAAAAAAAE' +
    'AAECIf/aAAwDAQACEQMRAD8AlKo8GKo8KikwwYpMMEpGaYlbcv/Z',
  'base64',
);

const START_OF_IMAGE = Buffer.from([0xff, 0xd8]);
const MAX_SEGMENT_BYTES = 0xffff - 2;

/** A baseline JPEG with Exif 2.3 (Make, Model, DateTimeOriginal), filled up to its size with comment segments. */
export function jpeg(shot: Shot): Buffer {
  const head = Buffer.concat([START_OF_IMAGE, segment(0xe1, exif(shot))]);
  const comments: Buffer[] = [];
  let missing = shot.sizeBytes - head.length - GRADIENT.length;
  if (missing < 4) throw new RangeError(`a picture of ${shot.sizeBytes} bytes has no room for its header`);
  while (missing > 0) {
    // A rest of one to three bytes could not hold another segment's own header.
    const most = Math.min(missing - 4, MAX_SEGMENT_BYTES);
    const length = missing - 4 - most > 0 && missing - 4 - most < 4 ? most - 4 : most;
    comments.push(segment(0xfe, filler(`${shot.seed}/${comments.length}`, length)));
    missing -= length + 4;
  }
  return Buffer.concat([head, ...comments, GRADIENT]);
}

/** A grey PNG of 16 x 16 pixels without a date; its bytes follow from the seed. */
export function png(seed: string): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(16, 0);
  header.writeUInt32BE(16, 4);
  header.writeUInt8(8, 8);
  const rows = Array.from({ length: 16 }, (_, row) => Buffer.concat([Buffer.alloc(1), filler(`${seed}/${row}`, 16)]));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function filler(seed: string, length: number): Buffer {
  return createHash('shake256', { outputLength: length }).update(seed).digest();
}

function segment(marker: number, payload: Buffer): Buffer {
  const header = Buffer.from([0xff, marker, 0, 0]);
  header.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([header, payload]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const edges = Buffer.alloc(8);
  edges.writeUInt32BE(data.length, 0);
  edges.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([edges.subarray(0, 4), body, edges.subarray(4)]);
}

/** TIFF 6.0, little-endian: IFD0 at byte 8, then the Exif IFD, then the texts both point to. */
function exif({ takenAt, make, model }: Shot): Buffer {
  const date = takenAt.toISOString().slice(0, 19).replace(/-/g, ':').replace('T', ' ');
  const exifIfdAt = 8 + ifdBytes(3);
  const texts = [make, model, date].map((text) => Buffer.from(`${text}\0`, 'latin1'));
  const offsets: number[] = [];
  let next = exifIfdAt + ifdBytes(1);
  for (const text of texts) {
    offsets.push(next);
    next += text.length;
  }
  const ascii = (tag: number, index: number): Buffer => entry(tag, 2, texts[index]!.length, offsets[index]!);
  return Buffer.concat([
    Buffer.from('Exif\0\0II*\0\b\0\0\0', 'latin1'),
    ifd([ascii(0x010f, 0), ascii(0x0110, 1), entry(0x8769, 4, 1, exifIfdAt)]),
    ifd([ascii(0x9003, 2)]),
    ...texts,
  ]);
}

const ifdBytes = (entries: number): number => 2 + entries * 12 + 4;

function ifd(entries: readonly Buffer[]): Buffer {
  const count = Buffer.alloc(2);
  count.writeUInt16LE(entries.length);
  return Buffer.concat([count, ...entries, Buffer.alloc(4)]);
}

/** Texts longer than four bytes only: shorter ones would have to stand in the entry itself. */
function entry(tag: number, type: number, count: number, value: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt16LE(tag, 0);
  bytes.writeUInt16LE(type, 2);
  bytes.writeUInt32LE(count, 4);
  bytes.writeUInt32LE(value, 8);
  return bytes;
}
