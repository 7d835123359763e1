import type { Account } from './account.js';
import { parseRange } from './byte-range.js';
import type { Exchange, Headers } from './exchange.js';
import { sendBody } from './send-body.js';

/** Bytes that a host sends. */
export interface Subject {
  readonly sizeBytes: number;
  readonly headers: Headers;
  readonly honoursRange: boolean;
  read(first: number, last: number): AsyncIterable<Uint8Array>;
}

/** Answers GET and HEAD: 200, 206 or 416; faults and levers of bodies apply. */
export async function serve(account: Account, exchange: Exchange, subject: Subject): Promise<void> {
  const { range, 'if-range': ifRange } = exchange.request.headers;
  const { sizeBytes, headers, honoursRange } = subject;
  const isFresh = ifRange === undefined || ifRange === headers.ETag;
  const isAsked = honoursRange && isFresh && exchange.method === 'GET';
  const span = isAsked ? parseRange(range, sizeBytes) : 'all';
  if (span === 'unsatisfiable') {
    exchange.send(416, { ...headers, 'Content-Range': `bytes */${sizeBytes}` });
    return;
  }
  const { first, last } = span === 'all' ? { first: 0, last: sizeBytes - 1 } : span;
  exchange.begin(span === 'all' ? 200 : 206, {
    ...headers,
    'Content-Length': last - first + 1,
    ...(span === 'all' ? {} : { 'Content-Range': `bytes ${first}-${last}/${sizeBytes}` }),
  });
  if (exchange.method === 'HEAD') {
    exchange.response.end();
    return;
  }
  const { fault } = exchange;
  const pace = {
    bytesPerSecond: fault && 'slow' in fault ? fault.slow : account.levers.bytesPerSecond,
    cutAfterBytes: fault && 'cutAfterBytes' in fault ? fault.cutAfterBytes : Infinity,
    stallAfterBytes: fault && 'stallAfterBytes' in fault ? fault.stallAfterBytes : Infinity,
  };
  await sendBody(exchange, subject.read(first, last), pace, account.counters);
}
