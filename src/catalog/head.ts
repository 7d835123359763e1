import type { StoredListing } from './listings/listing-file.js';

/** More that is missing at the head than this, and the listing is fetched in full. */
const MAX_LOST = 50;

export interface HeadOptions {
  /** Which of the items there still are; undefined if that cannot be told. */
  readonly stillThere: (numbers: readonly number[]) => Promise<ReadonlySet<number>> | undefined;
}

/** Items of a listing that is newest first, as its head shows them now; undefined if it has to be listed in full. */
export async function reviseHead(
  { members, unseen = [] }: StoredListing<number>,
  pages: AsyncIterable<readonly number[]>,
  { stillThere }: HeadOptions,
): Promise<{ readonly members: readonly number[]; readonly unseen: readonly number[] } | undefined> {
  const seen = new Set<number>();
  let hasNew = false;
  /** How much of the listing the pages stand for; all of it unless they meet it. */
  let end = 0;
  let hasMet = false;
  for await (const page of pages) {
    const unread = new Set(page.filter((number) => !seen.has(number)));
    if (unread.size === 0) continue;
    const { known, last } = placesIn(members, unread);
    for (const number of unread) seen.add(number);
    end = Math.max(end, last + 1);
    hasMet = known === unread.size;
    if (hasMet) break;
    hasNew = true;
  }
  const doubted = new Set(unseen);
  const range = hasMet ? members.slice(0, end) : members;
  const missing = range.filter((number) => !seen.has(number));
  const lost = missing.filter((number) => !doubted.has(number));
  if (lost.length > MAX_LOST) return undefined;
  if (lost.length === 0 && !hasNew) return { members, unseen };
  const there = lost.length > 0 ? await stillThere(lost) : new Set<number>();
  if (!there) return undefined;
  const kept = missing.filter((number) => doubted.has(number) || there.has(number));
  return {
    members: [...seen, ...kept, ...members.slice(range.length)],
    unseen: [...unseen.filter((number) => !seen.has(number)), ...there],
  };
}

/** How many of the numbers the listing holds, and the place of the last of them. */
function placesIn(
  members: readonly number[],
  numbers: ReadonlySet<number>,
): { readonly known: number; readonly last: number } {
  const left = new Set(numbers);
  let last = -1;
  for (const [place, member] of members.entries()) {
    if (left.delete(member)) last = place;
    if (left.size === 0) break;
  }
  return { known: numbers.size - left.size, last };
}
