import type { IncomingHttpHeaders } from 'node:http';
import type { ByteRange, Representation } from '../model.js';
import { readHttpDate, writeHttpDate } from './http-date.js';
import { selectRange } from './range.js';

/** What the request's If-* and Range headers come to. */
export type Verdict =
  { readonly status: 200 } | { readonly status: 206; readonly range: ByteRange } | { readonly status: 304 | 412 | 416 };

/** Headers that make a request conditional; a redirect would answer them with another server's validators. */
export const CONDITIONAL_HEADERS = [
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'if-range',
] as const;

/**
 * Decides a GET's conditions and range in the order of RFC 9110 §13.2.2.
 *
 * `If-Match` is compared without a `W/` prefix, for VLC strips it; `If-Range` strongly, or by the exact date (§13.1.5).
 */
export function decide(headers: IncomingHttpHeaders, representation: Representation): Verdict {
  if (isPreconditionFailed(headers, representation)) return { status: 412 };
  if (isNotModified(headers, representation)) return { status: 304 };
  if (headers.range === undefined || !isRangeCurrent(headers['if-range'], representation)) return { status: 200 };
  const selected = selectRange(headers.range, representation.size);
  if (selected === 'whole') return { status: 200 };
  return selected === 'unsatisfiable' ? { status: 416 } : { status: 206, range: selected };
}

function isPreconditionFailed(headers: IncomingHttpHeaders, { etag, modifiedAt }: Representation): boolean {
  const match = headers['if-match'];
  if (match !== undefined) return !matchesAny(match, etag);
  const since = readHttpDate(headers['if-unmodified-since']);
  return since !== undefined && Date.parse(writeHttpDate(modifiedAt)) > since;
}

function isNotModified(headers: IncomingHttpHeaders, { etag, modifiedAt }: Representation): boolean {
  const noneMatch = headers['if-none-match'];
  if (noneMatch !== undefined) return matchesAny(noneMatch, etag);
  const since = readHttpDate(headers['if-modified-since']);
  return since !== undefined && Date.parse(writeHttpDate(modifiedAt)) <= since;
}

/** True without an If-Range too: the range is then unconditional. */
function isRangeCurrent(ifRange: string | string[] | undefined, { etag, modifiedAt }: Representation): boolean {
  if (ifRange === undefined) return true;
  const validator = String(ifRange).trim();
  return validator === etag || validator === writeHttpDate(modifiedAt);
}

/** Weak comparison of a list of entity tags, or `*`, with the current one (RFC 9110 §8.8.3.2). */
function matchesAny(list: string, etag: string): boolean {
  const tags: readonly string[] = list.match(/"[^"]*"/g) ?? [];
  return list.trim() === '*' || tags.includes(etag);
}
