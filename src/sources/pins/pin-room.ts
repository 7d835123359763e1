import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../errors.js';

export interface PinRoomOptions {
  /** `pins` in the data folder. */
  readonly folder: string;
  /** For the pins of all accounts together. */
  readonly maxBytes: number;
  /** Bytes that the folder's disk has left; asked of the system if absent. */
  readonly freeBytes?: () => Promise<number>;
}

/** Left free on the disk: what stands beside the pins has to be written too. */
const RESERVE_BYTES = 64 * 2 ** 20;

/** How much may still be pinned: by the option, and by the disk. */
export class PinRoom {
  readonly folder: string;
  readonly maxBytes: number;
  readonly #freeBytes: () => Promise<number>;
  #usedBytes = 0;

  constructor({ folder, maxBytes, freeBytes = () => freeBytesOf(folder) }: PinRoomOptions) {
    this.folder = folder;
    this.maxBytes = maxBytes;
    this.#freeBytes = freeBytes;
  }

  /** Looks at what is there; to be called before a few are taken. */
  async measure(): Promise<void> {
    this.#usedBytes = await bytesIn(this.folder);
  }

  /** Throws NO_ROOM if there is not so much. */
  async take(bytes: number): Promise<void> {
    if (this.#usedBytes + bytes > this.maxBytes) {
      throw new AppError('NO_ROOM', 'pins: pins.maxSize has no room for the next item', {
        advice: 'raise pins.maxSize, or remove a pick with `photodav picks remove`',
      });
    }
    this.#usedBytes += bytes;
    if (bytes + RESERVE_BYTES > (await this.#freeBytes())) throw diskFull();
  }
}

/** The disk takes no more; `cause` is what the system said. */
export function diskFull(cause?: unknown): AppError {
  return new AppError('NO_ROOM', 'pins: the disk has no room for the next item', { cause });
}

async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += await bytesIn(path);
    // One that is renamed meanwhile is counted next time.
    else bytes += (await stat(path).catch(() => undefined))?.size ?? 0;
  }
  return bytes;
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
