import { createHash } from 'node:crypto';
import { AppError } from '../errors.js';
import type { ListOptions, Page } from './source.js';

/** Listings that cost no request have pages only to be like any other source's. */
const MEMBERS_PER_PAGE = 1_000;

/** Pages of what is at hand. A cursor is good as long as `edition` is the same; NOT_FOUND for any other. */
export function* localPages<T>(
  members: readonly T[],
  edition: string,
  { cursor, pageSize = MEMBERS_PER_PAGE, signal }: ListOptions,
): Generator<Page<T>, void, undefined> {
  const digest = createHash('sha256').update(edition).digest('hex').slice(0, 16);
  const [, start = '0', known] = cursor === undefined ? [] : (/^(\d+)-(.+)$/.exec(cursor) ?? []);
  if (cursor !== undefined && known !== digest) {
    throw new AppError('NOT_FOUND', 'picks: the place in the listing is unknown or gone');
  }
  for (let from = Number(start); from === 0 || from < members.length; from += pageSize) {
    signal?.throwIfAborted();
    const to = from + pageSize;
    yield { members: members.slice(from, to), ...(to < members.length ? { next: `${to}-${digest}` } : {}) };
  }
}
