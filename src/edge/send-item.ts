import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../errors.js';
import type { Bytes } from '../google/media/media-answer.js';
import { CONDITIONAL_HEADERS } from '../http/conditional.js';
import { abortWhenLeft } from '../http/flow.js';
import type { Transfer } from '../http/metrics.js';
import { sendBytes, type BytesAnswer } from '../http/send-bytes.js';
import type { ByteRange } from '../model.js';
import { itemHeaders } from './item-headers.js';
import type { BytesRequest } from './upstream.js';
import { verdictOn } from './verdict.js';

export interface ItemParts {
  /** The last segment of the path. */
  readonly name: string;
  readonly open: (request: BytesRequest) => Promise<Bytes>;
  /** The same content, by a body that outlives its upstream: for one that is sent. */
  readonly keep: (content: Bytes, signal: AbortSignal) => Bytes;
  readonly transfer: () => Transfer;
}

/** The second is for what only the first could tell: the size, and with it what the range comes to. */
const MAX_OPENINGS = 2;
const ONE_BYTE: ByteRange = { first: 0, last: 0 };

/** Answers GET and HEAD with an item's bytes, by RFC 9110 §13 and §14 and what the bytes' own answer tells of them. */
export async function sendItem(request: IncomingMessage, response: ServerResponse, parts: ItemParts): Promise<void> {
  const { name, open, keep, transfer } = parts;
  const isHead = request.method === 'HEAD';
  const headers = { ...request.headers };
  // A Range means nothing to HEAD (RFC 9110 §14.2).
  if (isHead) delete headers.range;
  const signal = abortWhenLeft(response);
  let range = isHead ? ONE_BYTE : firstRange(headers);

  for (let opening = 1; opening <= MAX_OPENINGS; opening++) {
    const content = await open(range ? { range, signal } : { signal });
    const verdict = verdictOn(headers, content);
    const answered = itemHeaders(verdict, content, name);
    if (isHead || (verdict.status !== 200 && verdict.status !== 206)) {
      leave(content);
      response.writeHead(verdict.status, answered).end();
      return;
    }
    range = verdict.status === 206 ? verdict.range : undefined;
    if (holds(content, range)) {
      await send(response, { headers: answered, content: keep(content, signal), range, signal }, transfer());
      return;
    }
    leave(content);
  }
  throw new AppError('SOURCE_UNAVAILABLE', 'the item changed while it was read');
}

/** What to ask for while the size is unknown: the range, if it says where it begins; else a byte, which tells the size. */
function firstRange(headers: IncomingHttpHeaders): ByteRange | undefined {
  if (CONDITIONAL_HEADERS.some((name) => headers[name] !== undefined)) return ONE_BYTE;
  if (headers.range === undefined) return undefined;
  const [, from, to] = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(headers.range) ?? [];
  const first = Number(from ?? NaN);
  const last = to === '' ? Infinity : Number(to ?? NaN);
  return first <= last ? { first, last } : ONE_BYTE;
}

/** Reads what was asked only for its header, so that the connection can be used again; a longer body ends with it. */
function leave({ body, range }: Bytes): void {
  if (range && range.first === range.last) body.resume();
  else body.destroy();
}

function holds(content: Bytes, wanted: ByteRange | undefined): boolean {
  if (content.range === undefined) return true;
  const { first, last } = wanted ?? { first: 0, last: content.size - 1 };
  return content.range.first <= first && content.range.last >= last;
}

async function send(response: ServerResponse, answer: BytesAnswer, transfer: Transfer): Promise<void> {
  try {
    await sendBytes(response, answer, (bytes) => transfer.sent(bytes));
  } finally {
    transfer.end();
  }
}
