import { once } from 'node:events';
import type { Counters } from './counters.js';
import type { Exchange } from './exchange.js';
import { Pacer } from './pacer.js';

export interface Pace {
  /** 0 is no limit. */
  readonly bytesPerSecond: number;
  /** After so many bytes the connection is destroyed. */
  readonly cutAfterBytes: number;
  /** After so many bytes nothing comes any more. */
  readonly stallAfterBytes: number;
}

/** Sends the body after its header, no faster than the client reads; stops at once when the client leaves. */
export async function sendBody(
  exchange: Exchange,
  body: AsyncIterable<Uint8Array>,
  { bytesPerSecond, cutAfterBytes, stallAfterBytes }: Pace,
  counters: Counters,
): Promise<void> {
  const { response, signal } = exchange;
  const pacer = new Pacer(bytesPerSecond, () => performance.now());
  counters.add('open');
  counters.add('opened');
  let left = Math.min(cutAfterBytes, stallAfterBytes);
  try {
    for await (const chunk of slices(body, pacer.sliceBytes)) {
      signal.throwIfAborted();
      const piece = chunk.subarray(0, left);
      left -= piece.length;
      counters.add('bytes', piece.length);
      if (left === 0) {
        // Destroyed only once the bytes are on their way, so that the client sees exactly so many.
        await new Promise<void>((resolve) => response.write(piece, () => resolve()));
        if (stallAfterBytes < cutAfterBytes && !signal.aborted) await once(signal, 'abort');
        response.destroy();
        return;
      }
      // Listened for at once: the room may come back during the pause.
      const isRoom = response.write(piece) || once(response, 'drain', { signal });
      await Promise.all([isRoom, exchange.sleep(pacer.pauseMs(piece.length))]);
    }
    response.end();
  } finally {
    counters.add('open', -1);
  }
}

async function* slices(body: AsyncIterable<Uint8Array>, length: number): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    for (let at = 0; at < chunk.length; at += length) yield chunk.subarray(at, at + length);
  }
}
