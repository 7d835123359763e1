import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { addAbortSignal, type Readable } from 'node:stream';
import { AppError, brokeOff } from '../errors.js';
import type { ByteRange } from '../model.js';
import { write } from './flow.js';

/** An answer with bytes, which come from elsewhere. */
export interface BytesAnswer {
  readonly headers: OutgoingHttpHeaders;
  /** What there is: all of it, or `range`. Destroyed if it is not what is needed. */
  readonly content: { readonly body: Readable; readonly size: number; readonly range?: ByteRange };
  /** What is wanted, for a 206; all of it if absent. */
  readonly range: ByteRange | undefined;
  /** Aborted when the client leaves. */
  readonly signal: AbortSignal;
}

/**
 * Streams the bytes of `range`, or all. The header waits for the first of them, so that an upstream that fails before is
 * still a 502; one that ends early cuts the connection, for a short body that ends cleanly would be taken for whole.
 * `sent` is told of every piece that has been handed over.
 */
export async function sendBytes(
  response: ServerResponse,
  { headers, content, range, signal }: BytesAnswer,
  sent: (bytes: number) => void,
): Promise<void> {
  const { body } = content;
  const whole = { first: 0, last: content.size - 1 };
  const wanted = range ?? whole;
  const opened = content.range ?? whole;
  if (opened.first > wanted.first || opened.last < wanted.last) {
    body.destroy();
    throw new AppError('SOURCE_UNAVAILABLE', 'the upstream sent another range than was asked for');
  }
  let toSkip = wanted.first - opened.first;
  let left = wanted.last - wanted.first + 1;
  for await (const chunk of chunksOf(body, signal)) {
    const part = chunk.subarray(Math.min(toSkip, chunk.length), toSkip + left);
    toSkip -= Math.min(toSkip, chunk.length);
    if (part.length === 0 && left > 0) continue;
    if (!response.headersSent) response.writeHead(range ? 206 : 200, headers);
    left -= part.length;
    await write(response, part, signal);
    sent(part.length);
    if (left === 0) break;
  }
  if (left > 0) throw new AppError('SOURCE_UNAVAILABLE', 'the upstream ended early');
  if (!response.headersSent) response.writeHead(200, headers);
  response.end();
}

/** The body's chunks; whatever ends it early but the client's leaving is the upstream's fault. */
async function* chunksOf(body: Readable, signal: AbortSignal): AsyncIterable<Buffer> {
  try {
    yield* addAbortSignal(signal, body) as AsyncIterable<Buffer>;
  } catch (error) {
    signal.throwIfAborted();
    throw brokeOff(error);
  }
}
