import { createHash } from 'node:crypto';
import type { Album, Item, Library } from './library.js';
import { TINY_JPEG } from './pictures.js';

/** The last second of 2025, and twenty years back from there. */
const END_MS = Date.UTC(2026, 0, 1) - 1;
const YEARS_MS = 20 * 365.25 * 86_400_000;
const ALBUM_SIZE = 250;
const ARCHIVED_EVERY = 100;
/** The first one without a date is the 251st: none of those is archived. */
const UNDATED_EVERY = 500;
const FIRST_UNDATED = 250;
const MIN_BYTES = 2_000;
const MAX_BYTES = 200_000;
const CHUNK_BYTES = 1 << 16;
const ITEM_ID_BYTES = 68;
const ITEM_PREFIX = 'AH0myBE';
const ALBUM_PREFIX = 'AGj1epU';
const CAMERAS = [
  { make: 'Google', model: 'Pixel 7', focalLength: 6.81, apertureFNumber: 1.85 },
  { make: 'Apple', model: 'iPhone 11 Pro Max', focalLength: 4.25, apertureFNumber: 1.8 },
  { make: 'Canon', model: 'Canon EOS 5D', focalLength: 50, apertureFNumber: 4 },
] as const;

/** An MP4 that holds nothing: `ftyp`, then an `mdat` to the end of the file (size 0). */
const EMPTY_MP4 = Buffer.from('00000018667479706d703432000000006d7034326d703431000000006d646174', 'hex');

/**
 * A library of `size` items that exist nowhere: everything about one follows from its position.
 *
 * One in 50 is a video, one in 50 a favorite, every hundredth archived; one in 500 has no date; capture times
 * spread over twenty years; each 250 items are an album.
 */
export function inventLibrary(size: number): Library {
  const at = (position: number): Item => {
    if (position < 0 || position >= size) throw new RangeError('no such position');
    return new InventedItem(position, size);
  };
  const bySerial = (serial: number): Item | undefined => (serial < size ? at(serial) : undefined);
  const albumCount = Math.ceil(size / ALBUM_SIZE);
  const albumAt = (position: number): Album => {
    const first = position * ALBUM_SIZE;
    const count = Math.min(ALBUM_SIZE, size - first);
    return {
      id: makeId(ALBUM_PREFIX, position, 51),
      title: `Album ${String(position + 1).padStart(3, '0')}`,
      size: count,
      // Oldest first, as an album is arranged.
      at: (place) => at(first + count - 1 - place),
    };
  };
  return {
    size,
    at,
    bySerial,
    byId: (id) => bySerial(serialOf(id) ?? size),
    hasPictures: false,
    hadOnce: () => false,
    albums: {
      size: albumCount,
      at: albumAt,
      byId(id) {
        const position = indexOf(id, ALBUM_PREFIX, 51);
        return position !== undefined && position < albumCount ? albumAt(position) : undefined;
      },
    },
    read: (item, first, last) => inventBytes(item, first, last),
  };
}

/** The serial that the id of an invented item carries, of whichever library; undefined for any other text. */
export function serialOf(id: string): number | undefined {
  return indexOf(id, ITEM_PREFIX, ITEM_ID_BYTES);
}

/** The position of the album that an invented item is in from the start. */
export function inventedAlbumOf(serial: number): number {
  return Math.floor(serial / ALBUM_SIZE);
}

/** What does not follow from the serial. */
export type Given = Partial<Pick<Item, 'takenAtMs' | 'hasDate' | 'isFavorite' | 'addedAtMs'>>;

/** Computes on demand: a filter looks at 100,000 of them and needs no ids. */
export class InventedItem implements Item {
  readonly video?: { readonly fps: number };
  readonly addedAtMs?: number;
  readonly width = 4032;
  readonly height = 3024;

  /** `count` items there were from the start; a serial beyond them is of one that came later. */
  constructor(
    readonly serial: number,
    private readonly count: number,
    private readonly given: Given = {},
  ) {
    if (mix(serial, 1) % 50 === 0) this.video = { fps: 30 };
    if (given.addedAtMs !== undefined) this.addedAtMs = given.addedAtMs;
  }

  get id(): string {
    return makeId(ITEM_PREFIX, this.serial, ITEM_ID_BYTES);
  }

  get isFavorite(): boolean {
    return this.given.isFavorite ?? mix(this.serial, 2) % 50 === 0;
  }

  get isArchived(): boolean {
    return this.serial < this.count && (this.serial + 1) % ARCHIVED_EVERY === 0;
  }

  get hasDate(): boolean {
    return this.given.hasDate ?? this.serial % UNDATED_EVERY !== FIRST_UNDATED;
  }

  get filename(): string {
    const age = this.serial < this.count ? this.count - this.serial : this.serial + 1;
    const number = String(age % 1_000_000).padStart(6, '0');
    return this.video ? `VID_${number}.mp4` : `IMG_${number}.jpg`;
  }

  get mimeType(): string {
    return this.video ? 'video/mp4' : 'image/jpeg';
  }

  /** Whole seconds, falling with the position. */
  get takenAtMs(): number {
    if (this.given.takenAtMs !== undefined) return this.given.takenAtMs;
    const slotMs = YEARS_MS / this.count;
    const withinMs = (mix(this.serial, 3) / 2 ** 32) * slotMs;
    return Math.floor((END_MS - this.serial * slotMs - withinMs) / 1000) * 1000;
  }

  get sizeBytes(): number {
    return MIN_BYTES + (mix(this.serial, 4) % (MAX_BYTES - MIN_BYTES + 1));
  }

  get version(): string {
    return mix(this.serial, 5).toString(16);
  }

  get camera(): Item['camera'] {
    const camera = CAMERAS[mix(this.serial, 6) % CAMERAS.length];
    return { ...camera, isoEquivalent: 100, exposureTimeSeconds: 0.01 };
  }
}

async function* inventBytes(item: Item, first: number, last: number): AsyncGenerator<Uint8Array> {
  const head = item.video ? EMPTY_MP4 : TINY_JPEG;
  for (let at = first; at <= last; at += CHUNK_BYTES) {
    const end = Math.min(last + 1, at + CHUNK_BYTES);
    yield await Promise.resolve(fill(item.serial, head, at, end));
  }
}

/** The bytes from `start` up to `end`: the head, then filler that follows from serial and offset alone. */
function fill(serial: number, head: Buffer, start: number, end: number): Buffer {
  const firstWord = Math.floor(start / 4);
  const words = Buffer.alloc((Math.ceil(end / 4) - firstWord) * 4);
  for (let at = 0; at < words.length; at += 4) words.writeUInt32LE(mix(serial, 64 + firstWord + at / 4), at);
  const bytes = words.subarray(start - firstWord * 4, end - firstWord * 4);
  if (start < head.length) head.copy(bytes, 0, start, Math.min(end, head.length));
  return bytes;
}

/** A 32-bit number that looks random, always the same for the same two (murmur3's finalizer). */
function mix(serial: number, salt: number): number {
  let hash = Math.imul(serial + 1, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** An id that carries its index, so that no table of ids is needed. */
function makeId(prefix: string, index: number, length: number): string {
  const bytes = Buffer.alloc(length);
  createHash('sha512').update(`${prefix}${index}`).digest().copy(bytes, 4);
  bytes.writeUInt32BE((index ^ bytes.readUInt32BE(4)) >>> 0, 0);
  return prefix + bytes.toString('base64url');
}

function indexOf(id: string, prefix: string, length: number): number | undefined {
  const bytes = Buffer.from(id.slice(prefix.length), 'base64url');
  if (bytes.length !== length) return undefined;
  const index = (bytes.readUInt32BE(0) ^ bytes.readUInt32BE(4)) >>> 0;
  return makeId(prefix, index, length) === id ? index : undefined;
}
