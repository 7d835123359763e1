import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { AppError } from '../../errors.js';
import type { ByteRange } from '../../model.js';

const CHUNK_BYTES = 256 * 1024;

/** A range of an open file, which it closes in the end. It fails rather than end short. */
export class PinnedBody extends Readable {
  readonly #file: FileHandle;
  readonly #last: number;
  #position: number;

  constructor(file: FileHandle, { first, last }: ByteRange) {
    super({ highWaterMark: CHUNK_BYTES });
    this.#file = file;
    this.#position = first;
    this.#last = last;
  }

  override _read(): void {
    const left = this.#last - this.#position + 1;
    if (left <= 0) {
      this.push(null);
      return;
    }
    const length = Math.min(left, CHUNK_BYTES);
    this.#file.read(Buffer.allocUnsafe(length), 0, length, this.#position).then(
      ({ bytesRead, buffer }) => {
        this.#position += bytesRead;
        if (bytesRead > 0) this.push(buffer.subarray(0, bytesRead));
        else this.destroy(new AppError('SOURCE_UNAVAILABLE', 'a pinned file is shorter than it was'));
      },
      (cause: unknown) => this.destroy(new AppError('SOURCE_UNAVAILABLE', 'a pinned file cannot be read', { cause })),
    );
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#file.close().then(
      () => done(error),
      () => done(error),
    );
  }
}
