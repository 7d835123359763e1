import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';

/** One signal per request; it needs no clean-up, for `close` comes once, whatever happens. */
export function abortWhenLeft(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

/** Writes, and waits while the reader is behind; rejects when `signal` is aborted or the stream fails. */
export async function write(stream: Writable, chunk: Uint8Array | string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (!stream.write(chunk)) await once(stream, 'drain', { signal });
}

const SLICE_MS = 3;
const LOOKS_PER_CLOCK = 16;

/**
 * Lets other requests in during long work. Waiting for `drain` alone does not: on a fast socket it comes before any I/O.
 */
export class Pace {
  #looks = 0;
  #since = performance.now();

  /** True when the slice is used up; `rest` is due. Looks at the clock now and then. */
  isDue(): boolean {
    return ++this.#looks % LOOKS_PER_CLOCK === 0 && performance.now() - this.#since > SLICE_MS;
  }

  async rest(): Promise<void> {
    await setImmediate();
    this.#since = performance.now();
  }
}
