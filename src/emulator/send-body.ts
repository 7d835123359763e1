import { once } from 'node:events';
import type { Counters } from './counters.js';
import type { Exchange } from './exchange.js';

export interface Pace {
  /** 0 is no limit. */
  readonly bytesPerSecond: number;
  /** After so many bytes the connection is destroyed. */
  readonly cutAfterBytes: number;
}

const SLICES_PER_SECOND = 10;

/** Sends the body after its header, no faster than the client reads; stops at once when the client leaves. */
export async function sendBody(
  exchange: Exchange,
  body: AsyncIterable<Uint8Array>,
  { bytesPerSecond, cutAfterBytes }: Pace,
  counters: Counters,
): Promise<void> {
  const { response, signal } = exchange;
  counters.add('open');
  counters.add('opened');
  let left = cutAfterBytes;
  try {
    for await (const chunk of slices(body, bytesPerSecond)) {
      signal.throwIfAborted();
      const piece = chunk.subarray(0, left);
      left -= piece.length;
      counters.add('bytes', piece.length);
      if (left === 0) {
        // Destroyed only once the bytes are on their way, so that the client sees exactly so many.
        await new Promise<void>((resolve) => response.write(piece, () => resolve()));
        response.destroy();
        return;
      }
      // Listened for at once: the room may come back during the pause.
      const isRoom = response.write(piece) || once(response, 'drain', { signal });
      const pauseMs = bytesPerSecond > 0 ? (piece.length * 1000) / bytesPerSecond : 0;
      await Promise.all([isRoom, exchange.sleep(pauseMs)]);
    }
    response.end();
  } finally {
    counters.add('open', -1);
  }
}

async function* slices(body: AsyncIterable<Uint8Array>, bytesPerSecond: number): AsyncGenerator<Uint8Array> {
  const length = bytesPerSecond > 0 ? Math.max(1, Math.floor(bytesPerSecond / SLICES_PER_SECOND)) : Infinity;
  for await (const chunk of body) {
    for (let at = 0; at < chunk.length; at += length) yield chunk.subarray(at, at + length);
  }
}
