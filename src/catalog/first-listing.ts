import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import type { DayRange, MediaItem } from '../model.js';
import type { MediaSource, Page } from '../sources/source.js';
import { DayWindow, ITEMS_PER_PAGE } from './first-listing/day-window.js';
import { dayOf, dayText } from './first-listing/days.js';
import type { ItemTable } from './items/item-table.js';
import type { FetchOptions } from './listings/listing-pages.js';
import { MAX_VERIFIED, stillThere } from './still-there.js';
import { WindowListing } from './first-listing/window-listing.js';

/** So many items are listed page after page before anything else is tried: a smaller library costs no request more. */
const PLAIN_ITEMS = 500;
/** Windows find nothing but what a removal hides from pages: a tenth of a day's requests is the most that is worth. */
const MOST_PAGES_TO_VERIFY = 1_000;
/** Pages that must be left for windows to be worth their own. */
const PAGES_WORTH_CUTTING = 5;
const PAGES_PER_WINDOW = 3;
const MOST_WINDOWS = 12;
const SHORTEST_MS = 3_600_000;
const FIRST_DAY = dayOf(Date.UTC(1900, 0, 1));

type DaysSource = MediaSource & Required<Pick<MediaSource, 'listDays'>>;

export function listsDays(source: MediaSource): source is DaysSource {
  return source.listDays !== undefined;
}

export interface FirstListingOptions {
  readonly source: DaysSource;
  readonly table: ItemTable;
  readonly clock: Clock;
  readonly log: Log;
  readonly fetch: FetchOptions<number>;
  /** Takes all items that have a date, newest first, long before the last page has come; absent if nobody wants them. */
  readonly show?: (members: readonly number[]) => Promise<void>;
}

/**
 * Every page of all items, for a library that nothing is known of.
 *
 * Pages come one after another, so those of a large library take long. After the first few, windows of days are listed at
 * the same time, and what they find may be shown at once. The pages then go on to the last: they alone hold what has no date,
 * and say what the windows have missed.
 */
export async function* firstListing(options: FirstListingOptions): AsyncGenerator<Page<MediaItem>, void, undefined> {
  const { fetch, show, source } = options;
  const { cursor, signal, soFar } = fetch;
  let planning: Promise<WindowListing | undefined> | undefined;
  let windows: WindowListing | undefined;
  let isShown = false;
  for await (const page of source.listItems('all', { signal, ...(cursor === undefined ? {} : { cursor }) })) {
    yield page;
    if (page.next === undefined) break;
    if (planning && !windows) {
      windows = await planning;
      await windows?.run();
    }
    // The next page comes while it is planned.
    if (soFar.size >= PLAIN_ITEMS) planning ??= planWindows(options);
    const reachedMs = page.members.at(-1)?.createdAtMs ?? Infinity;
    if (show && !isShown && windows?.isCoveredBy(reachedMs) === true) {
      isShown = true;
      await show(await newestFirst(windows, options));
    }
  }
  if (windows) yield* headAgain(options);
  // What was shown is looked for when the listing is complete.
  if (windows && !show) yield* missedByPages(windows, options);
}

/** What only the windows have seen, and there still is: a removal moved it onto a page that had come. */
async function* missedByPages(
  windows: WindowListing,
  { source, table, fetch, log }: FirstListingOptions,
): AsyncGenerator<Page<MediaItem>> {
  const missed = [...windows.members()].filter((number) => !fetch.soFar.has(number));
  if (missed.length === 0 || missed.length > MAX_VERIFIED) return;
  try {
    const there = await stillThere(source, table, missed, fetch.signal);
    if (there) yield { members: [...there.values()] };
  } catch (error) {
    // Every page has come; this one adds to them.
    if (!fetch.signal.aborted) log.debug({ err: error }, 'catalog: what pages may have missed is not looked for');
  }
}

/**
 * The first pages once more: what was added while the others came, and what a removal moved onto a page that had come. No
 * window has been there.
 */
async function* headAgain({ source, fetch, log }: FirstListingOptions): AsyncGenerator<Page<MediaItem>> {
  const { signal } = fetch;
  let count = 0;
  try {
    for await (const { members } of source.listItems('all', { signal })) {
      yield { members };
      count += members.length;
      if (count >= PLAIN_ITEMS) return;
    }
  } catch (error) {
    // Every page has come; this one adds to them.
    if (!signal.aborted) log.debug({ err: error }, 'catalog: the head of a first listing is not read again');
  }
}

/** Windows over the days that the pages have not come to; undefined if they are not worth their requests. */
async function planWindows(options: FirstListingOptions): Promise<WindowListing | undefined> {
  const { source, table, clock, log, fetch } = options;
  const { signal } = fetch;
  const intern = (item: MediaItem): number => table.intern(item);
  const lastDay = dayOf(Date.UTC(new Date(clock.now()).getUTCFullYear() + 2, 0, 1)) - 1;
  const oldest = await oldestPage(options, { first: dayText(FIRST_DAY), last: dayText(lastDay) });
  if (!oldest) return undefined;
  const listed = spanOf(Array.from(fetch.soFar.values(), (number) => table.item(number)));
  const known = spanOf(oldest);
  const pages = (Math.sqrt(listed.density * known.density) * (listed.fromMs - known.toMs)) / ITEMS_PER_PAGE;
  // An item's day may be the one before or after that of its time.
  const low = dayOf(known.toMs) - 1;
  const high = dayOf(listed.fromMs) + 2;
  const count = Math.min(Math.max(Math.floor(pages / PAGES_PER_WINDOW), 2), MOST_WINDOWS, high - low);
  if (pages < PAGES_WORTH_CUTTING || count < 2 || (!options.show && pages > MOST_PAGES_TO_VERIFY)) return undefined;
  const cut = (index: number): number => low + Math.floor(((high - low) * index) / count);
  const windows = Array.from({ length: count }, (_, i) => new DayWindow(cut(i), cut(i + 1) - 1)).toReversed();
  return new WindowListing([...windows, listedWindow(low - 1, oldest, intern)], {
    listDays: (range, days) => source.listDays(range, days),
    intern,
    log,
    signal,
  });
}

/** The first items that ever were, if others follow. */
async function oldestPage(
  { source, fetch, log }: FirstListingOptions,
  range: DayRange,
): Promise<readonly MediaItem[] | undefined> {
  const { signal } = fetch;
  try {
    for await (const { members, next } of source.listDays(range, { signal, order: 'oldest-first' })) {
      if (members.length > 0) return next === undefined ? undefined : members;
    }
  } catch (error) {
    if (!signal.aborted) log.debug({ err: error }, 'catalog: a large library is listed page after page');
  }
  return undefined;
}

/** The window of the oldest page. */
function listedWindow(last: number, oldest: readonly MediaItem[], intern: (item: MediaItem) => number): DayWindow {
  const window = new DayWindow(FIRST_DAY, last);
  for (const item of oldest.toReversed()) window.take(intern(item), item.createdAtMs);
  window.isDone = true;
  return window;
}

/** When items were taken, and how many there are per millisecond. */
function spanOf(items: readonly MediaItem[]): {
  readonly fromMs: number;
  readonly toMs: number;
  readonly density: number;
} {
  let fromMs = Infinity;
  let toMs = -Infinity;
  for (const { createdAtMs } of items) {
    fromMs = Math.min(fromMs, createdAtMs);
    toMs = Math.max(toMs, createdAtMs);
  }
  return { fromMs, toMs, density: items.length / Math.max(toMs - fromMs, SHORTEST_MS) };
}

async function newestFirst(
  windows: WindowListing,
  { source, table, fetch }: FirstListingOptions,
): Promise<readonly number[]> {
  const numbers = new Set<number>();
  for (const item of await newestPage(source, fetch.signal)) numbers.add(table.intern(item));
  for (const number of fetch.soFar.values()) numbers.add(number);
  for (const number of windows.members()) numbers.add(number);
  return [...numbers].sort((a, b) => table.item(b).createdAtMs - table.item(a).createdAtMs);
}

/** What came while the windows were listed is at the head; without it the listing is as good as any. */
async function newestPage(source: MediaSource, signal: AbortSignal): Promise<readonly MediaItem[]> {
  try {
    for await (const { members } of source.listItems('all', { signal })) if (members.length > 0) return members;
  } catch {
    // The listing of all items goes on at once, and fails as this did.
  }
  return [];
}
