import { Readable } from 'node:stream';
import type { ByteRange } from '../../src/model.js';
import type { Content, OpenOptions } from '../../src/sources/source.js';

/** An upstream whose answers and bytes come when a test says so. */
export class Faucet {
  ignoresRange = true;
  validator: string | undefined;
  isStandIn = false;
  /** Every answer waits for it. */
  gate: Promise<void> = Promise.resolve();
  failure: Error | undefined;
  /** Bodies are whole at once. */
  isOpen = true;
  readonly asked: (ByteRange | undefined)[] = [];
  readonly bodies: FaucetBody[] = [];

  constructor(public bytes: Buffer) {}

  /** Bodies that are neither at their end nor destroyed. */
  get running(): number {
    return this.bodies.filter(({ body }) => !body.closed).length;
  }

  readonly open = async ({ range, signal }: OpenOptions): Promise<Content> => {
    this.asked.push(range);
    await Promise.race([this.gate, aborted(signal)]);
    if (this.failure) throw this.failure;
    const sent =
      range && !this.ignoresRange ? { ...range, last: Math.min(range.last, this.bytes.length - 1) } : undefined;
    const body = new FaucetBody(sent ? this.bytes.subarray(sent.first, sent.last + 1) : this.bytes);
    this.bodies.push(body);
    signal?.addEventListener('abort', () => body.body.destroy());
    if (this.isOpen) body.send();
    return {
      body: body.body,
      size: this.bytes.length,
      ...(sent ? { range: sent } : {}),
      ...(this.validator === undefined ? {} : { validator: this.validator }),
      ...(this.isStandIn ? { isStandIn: true } : {}),
    };
  };
}

const PIECE_BYTES = 1_000;

export class FaucetBody {
  readonly body = new Readable({ read: () => undefined, highWaterMark: PIECE_BYTES });
  readonly #bytes: Buffer;
  #sent = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.body.on('error', () => undefined);
  }

  /** Sends so many bytes more; the rest, and the end, if absent. */
  send(count = Infinity): void {
    const end = Math.min(this.#sent + count, this.#bytes.length);
    for (; this.#sent < end; this.#sent = Math.min(this.#sent + PIECE_BYTES, end)) {
      this.body.push(this.#bytes.subarray(this.#sent, Math.min(this.#sent + PIECE_BYTES, end)));
    }
    if (count === Infinity) this.body.push(null);
  }

  fail(error: Error): void {
    this.body.destroy(error);
  }
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)));
}
