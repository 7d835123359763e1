import { Readable } from 'node:stream';
import type { ByteRange } from '../../src/model.js';
import type { Content, OpenOptions } from '../../src/sources/source.js';

/** What one body does beside sending its bytes: breaks with `error`, ends early, or stands still, after `bytes`. */
export interface Cut {
  readonly bytes: number;
  /** It ends as if nothing were wrong, or stands still, instead of failing. */
  readonly kind?: 'ends' | 'stalls';
}

const CHUNK_BYTES = 1_000;

/** Bytes whose bodies break as a test says; counts what it is asked. */
export class BreakingUpstream {
  /** One for each body in turn; those after them are whole. */
  cuts: Cut[] = [];
  /** Every body beyond `cuts` breaks like this. */
  alwaysCut: Cut | undefined;
  /** Thrown by `open`, one for each time in turn. */
  failures: Error[] = [];
  /** Thrown by every `open`, once `failures` are used up. */
  failure: Error | undefined;
  ignoresRange = false;
  validator: string | undefined;
  breakage: Error = Object.assign(new Error('other side closed https://secret.example/'), { code: 'UND_ERR_SOCKET' });
  /** What was asked for, undefined for the whole. */
  readonly asked: (ByteRange | undefined)[] = [];
  /** Bodies that are neither at their end nor destroyed. */
  openBodies = 0;
  /** Bytes that bodies gave. */
  sentBytes = 0;

  constructor(public bytes: Buffer) {}

  readonly open = async ({ range, signal }: OpenOptions): Promise<Content> => {
    signal?.throwIfAborted();
    this.asked.push(range);
    const failure = this.failures.shift() ?? this.failure;
    if (failure) throw failure;
    const sent =
      range && !this.ignoresRange ? { ...range, last: Math.min(range.last, this.bytes.length - 1) } : undefined;
    const chunks = this.#chunks(sent ? this.bytes.subarray(sent.first, sent.last + 1) : this.bytes, signal);
    const body = Readable.from(chunks, { objectMode: false });
    this.openBodies++;
    body.once('close', () => this.openBodies--);
    return Promise.resolve({
      body,
      size: this.bytes.length,
      ...(sent ? { range: sent } : {}),
      ...(this.validator === undefined ? {} : { validator: this.validator }),
    });
  };

  async *#chunks(bytes: Buffer, signal: AbortSignal | undefined): AsyncIterable<Buffer> {
    const cut = this.cuts.shift() ?? this.alwaysCut;
    const end = Math.min(cut?.bytes ?? Infinity, bytes.length);
    for (let from = 0; from < end; from += CHUNK_BYTES) {
      const chunk = bytes.subarray(from, Math.min(from + CHUNK_BYTES, end));
      this.sentBytes += chunk.length;
      yield chunk;
    }
    if (cut?.kind === 'stalls' && !signal?.aborted) {
      await new Promise((_, reject) => signal?.addEventListener('abort', reject));
    }
    if (cut && cut.kind !== 'ends') throw this.breakage;
  }
}
