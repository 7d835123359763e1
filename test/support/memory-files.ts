import type { FoundFile, SpoolFile, SpoolFiles } from '../../src/delivery/spool/spool-files.js';

interface Stored {
  bytes: Buffer;
  writtenAtMs: number;
}

/** A folder in memory, with the faults that a disk can have. Who has a removed file open reads on, as on a disk. */
export class MemoryFiles implements SpoolFiles {
  readonly stored = new Map<string, Stored>();
  /** Handles that are not closed. */
  openHandles = 0;
  /** Bytes that fit. */
  room = Infinity;
  readFailure: Error | undefined;
  /** How long the disk takes; another time for each thing it does. */
  pause: () => Promise<void> = () => Promise.resolve();
  /** When what is written now is said to have been written. */
  now: () => number = () => 0;

  get names(): readonly string[] {
    return [...this.stored.keys()].sort();
  }

  get usedBytes(): number {
    return [...this.stored.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  add(name: string, bytes: Buffer, writtenAtMs = this.now()): void {
    this.stored.set(name, { bytes, writtenAtMs });
  }

  async list(): Promise<readonly FoundFile[]> {
    await this.pause();
    return Array.from(this.stored, ([name, { bytes, writtenAtMs }]) => ({ name, size: bytes.length, writtenAtMs }));
  }

  async create(name: string): Promise<SpoolFile> {
    await this.pause();
    if (this.stored.has(name)) throw systemError('EEXIST');
    const file = { bytes: Buffer.alloc(0), writtenAtMs: this.now() };
    this.stored.set(name, file);
    return this.#handle(file);
  }

  async open(name: string): Promise<SpoolFile> {
    await this.pause();
    return this.#handle(this.#file(name));
  }

  async rename(from: string, to: string): Promise<void> {
    await this.pause();
    const file = this.#file(from);
    this.stored.delete(from);
    this.stored.set(to, file);
  }

  async remove(name: string): Promise<void> {
    await this.pause();
    this.stored.delete(name);
  }

  #file(name: string): Stored {
    const file = this.stored.get(name);
    if (!file) throw systemError('ENOENT');
    return file;
  }

  #handle(file: Stored): SpoolFile {
    let isOpen = true;
    this.openHandles++;
    const check = async (failure?: Error): Promise<void> => {
      await this.pause();
      if (!isOpen) throw systemError('EBADF');
      if (failure) throw failure;
    };
    return {
      read: async (position, length) => {
        await check(this.readFailure);
        const bytes = file.bytes.subarray(position, position + length);
        if (bytes.length === 0) throw new Error('past the end');
        return Buffer.from(bytes);
      },
      write: async (pieces, position) => {
        const bytes = Buffer.concat(pieces);
        await check(this.usedBytes + bytes.length > this.room ? systemError('ENOSPC') : undefined);
        if (position !== file.bytes.length) throw new Error('a hole');
        file.bytes = Buffer.concat([file.bytes, bytes]);
        file.writtenAtMs = this.now();
      },
      sync: () => check(),
      close: async () => {
        await check();
        isOpen = false;
        this.openHandles--;
      },
    };
  }
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: a fault of the test`), { code });
}
