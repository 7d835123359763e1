import { AppError } from '../../errors.js';
import { digest } from '../../google/digest.js';
import type { ListOptions, Page } from '../source.js';

/** Listings that cost no request have pages only to be like any other source's. */
const MEMBERS_PER_PAGE = 1_000;

/** Pages of what is at hand. A cursor is good as long as `edition` is the same; NOT_FOUND for any other. */
export function* localPages<T>(
  members: readonly T[],
  edition: string,
  { cursor, pageSize = MEMBERS_PER_PAGE, signal }: ListOptions,
): Generator<Page<T>, void, undefined> {
  const told = digest(edition);
  const [, start = '0', known] = cursor === undefined ? [] : (/^(\d+)-(.+)$/.exec(cursor) ?? []);
  if (cursor !== undefined && known !== told) {
    throw new AppError('NOT_FOUND', 'picks: the place in the listing is unknown or gone');
  }
  for (let from = Number(start); from === 0 || from < members.length; from += pageSize) {
    signal?.throwIfAborted();
    const to = from + pageSize;
    yield { members: members.slice(from, to), ...(to < members.length ? { next: `${to}-${told}` } : {}) };
  }
}
