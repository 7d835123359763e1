import { createHash } from 'node:crypto';
import { z } from 'zod';
import { googleError } from './google-errors.js';
import type { Levers } from './levers.js';
import type { Item } from './library.js';
import { seal, unseal } from './signed.js';

/** What a query finds, in its order. */
export interface Results<T = Item> {
  /** Names the query: a token is good for this one only. */
  readonly query: string;
  /** The first position at or after `from` that holds a result, or undefined. */
  next(from: number): number | undefined;
  at(position: number): T;
}

export interface PageRequest {
  /** Already within the method's bounds. */
  readonly pageSize: number;
  readonly pageToken?: string | undefined;
}

export interface Page<T> {
  readonly members: readonly T[];
  readonly nextPageToken?: string;
}

/** All of a list: position by position. */
export function everyOne<T>(query: string, list: { readonly size: number; at(position: number): T }): Results<T> {
  return { query, next: (from) => (from < list.size ? from : undefined), at: (position) => list.at(position) };
}

const cursorSchema = z.object({
  query: z.string(),
  from: z.number(),
  /** The last position of the page before. */
  last: z.number().optional(),
  /** True once the empty page of `emptyPageWithToken` was given. */
  isAfterBlank: z.boolean().optional(),
});
type Cursor = z.infer<typeof cursorSchema>;

/** The size asked for, within 1 to `max`; 0 and absent mean the default. */
export function coercePageSize(asked: number | undefined, usual: number, max: number): number {
  if (asked === undefined || asked === 0) return usual;
  if (!Number.isInteger(asked) || asked < 0) throw googleError(400);
  return Math.min(asked, max);
}

/** The page that a GET asks for. */
export function pageRequest(url: URL, usual: number, max: number): PageRequest {
  const asked = url.searchParams.get('pageSize');
  return {
    pageSize: coercePageSize(asked === null ? undefined : Number(asked), usual, max),
    pageToken: url.searchParams.get('pageToken') ?? undefined,
  };
}

/** One page, and the token of the next if there is more. Throws GoogleError 400 for a token of another query. */
export function takePage<T>(results: Results<T>, { pageSize, pageToken }: PageRequest, levers: Levers): Page<T> {
  const query = createHash('sha256').update(results.query).digest('base64url');
  const cursor = pageToken ? readToken(pageToken, query) : { query, from: 0 };
  const first = results.next(cursor.from);
  if (levers.emptyPageWithToken && first !== undefined && !cursor.isAfterBlank) {
    return { members: [], nextPageToken: writeToken({ ...cursor, isAfterBlank: true }) };
  }
  const positions: number[] = [];
  let position = first;
  const length = levers.shortPages ? Math.ceil(pageSize / 2) : pageSize;
  while (position !== undefined && positions.length < length) {
    positions.push(position);
    position = results.next(position + 1);
  }
  const last = positions.at(-1);
  const shown = levers.repeatFirstItem && cursor.last !== undefined ? [cursor.last, ...positions] : positions;
  const members = shown.map((shownPosition) => results.at(shownPosition));
  if (position === undefined) return { members };
  return { members, nextPageToken: writeToken({ query, from: position, last }) };
}

function writeToken(cursor: Cursor): string {
  return seal('page', Buffer.from(JSON.stringify(cursor)));
}

function readToken(token: string, query: string): Cursor {
  const bytes = unseal('page', token);
  const cursor = bytes && cursorSchema.parse(JSON.parse(bytes.toString()));
  if (cursor?.query !== query) throw googleError(400);
  return cursor;
}
