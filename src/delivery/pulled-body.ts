import { Readable } from 'node:stream';

/**
 * A body whose chunks are pulled one at a time. `chunks` gets a signal that is aborted once the body is destroyed, so that
 * what it waits for ends with it; `Readable.from` would wait for that instead.
 */
export class PulledBody extends Readable {
  readonly #leaving = new AbortController();
  readonly #chunks: AsyncGenerator<Buffer, void, undefined>;

  constructor(chunks: (signal: AbortSignal) => AsyncGenerator<Buffer, void, undefined>, chunkBytes: number) {
    super({ highWaterMark: chunkBytes });
    this.#chunks = chunks(this.#leaving.signal);
    // One that nobody reads any more may still fail.
    this.on('error', () => undefined);
  }

  override _read(): void {
    this.#chunks.next().then(
      ({ done, value }) => this.push(done === true ? null : value),
      (error: unknown) => this.destroy(error as Error),
    );
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#leaving.abort();
    this.#chunks.return().then(
      () => done(error),
      () => done(error),
    );
  }
}
