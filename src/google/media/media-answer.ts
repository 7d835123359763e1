import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { Failure } from '../answer.js';
import { MediaFault } from './media-fault.js';

type Response = Dispatcher.ResponseData;

/** First and last byte, both included (RFC 9110 §14.1.2); a `last` of `Infinity` is wherever the bytes end. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/** An item's bytes, or the range of them that was asked for. */
export interface Bytes {
  readonly kind: 'bytes';
  readonly body: Readable;
  /** Of the whole item. */
  readonly size: number;
  readonly range?: Range;
  /** The answer's ETag. */
  readonly validator?: string;
  /** The answer's header, as it came. */
  readonly headers: Response['headers'];
}

/** The bytes of a 200 or 206, whose header must tell their size and, with a range, agree with what was asked. */
export function contentOf(response: Response, asked: Range | undefined): Bytes {
  const { body, headers } = response;
  const told = { headers, ...(typeof headers.etag === 'string' ? { validator: headers.etag } : {}) };
  if (asked && response.statusCode === 206) {
    const { total, ...range } = rangeOf(response, asked);
    return { kind: 'bytes', body, size: total, range, ...told };
  }
  return { kind: 'bytes', body, size: wholeOf(response), ...told };
}

/** The size of the whole item, by the header of a 200 or of a one-byte 206. */
export function sizeOf(response: Response, asked: Range): number {
  return response.statusCode === 206 ? rangeOf(response, asked).total : wholeOf(response);
}

/** The size of the whole item by the answer to a HEAD, or undefined if that does not tell it. */
export function toldByHead(response: Response): number | undefined {
  refuseOtherContent(response);
  return lengthOf(response);
}

/** `Content-Length`, or undefined if it is absent or 0: Google keeps no empty items. */
function lengthOf({ headers }: Response): number | undefined {
  const length = headers['content-length'];
  return typeof length === 'string' && /^[1-9]\d{0,14}$/.test(length) ? Number(length) : undefined;
}

function wholeOf(response: Response): number {
  if (response.statusCode !== 200) throw new MediaFault(wrong(`answered ${response.statusCode}`));
  refuseOtherContent(response);
  const length = lengthOf(response);
  if (length === undefined)
    throw new MediaFault({ ...wrong('answered without bytes, or without their size'), again: 'soon' });
  return length;
}

function rangeOf(response: Response, { first, last }: Range): Range & { readonly total: number } {
  refuseOtherContent(response);
  const header = response.headers['content-range'];
  const parts = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(typeof header === 'string' ? header : '');
  const [from, to, total] = (parts ?? []).slice(1).map(Number);
  const isRight = from === first && to !== undefined && total !== undefined && to === Math.min(last, total - 1);
  if (!isRight || lengthOf(response) !== to - first + 1) {
    throw new MediaFault(wrong('answered with another range than was asked for'));
  }
  return { first, last: to, total };
}

function refuseOtherContent({ headers }: Response): void {
  const { 'content-type': type, 'content-encoding': encoding = 'identity' } = headers;
  if (typeof type === 'string' && /^(text\/html|application\/json)/i.test(type)) {
    throw new MediaFault({ ...wrong('answered with a page instead of bytes'), again: 'soon' });
  }
  if (encoding !== 'identity') throw new MediaFault(wrong('answered with bytes that are encoded'));
}

function wrong(what: string): Failure {
  return { code: 'SOURCE_UNAVAILABLE', message: `google photos: the media host ${what}` };
}
