import type { ItemList, MediaItem } from '../model.js';

/** How fine a date is: `2024`, `2024-07`, `2024-07-14`. */
export type Precision = 'year' | 'month' | 'day';

const DAY_MS = 86_400_000;
const PRECISIONS: readonly Precision[] = ['year', 'month', 'day'];
/** What a day's name has after that of its month or year. */
const LEFT_OUT: Readonly<Record<Precision, number>> = { year: '-07-14'.length, month: '-14'.length, day: 0 };

/** Dates made so far, by time zone; they die with their listing. */
const DATES = new WeakMap<ItemList, Map<string, Dates>>();

/**
 * The dates of a listing by the clocks of a time zone (a name of the IANA's), made once per version of it.
 *
 * Throws RangeError for a zone that is not known.
 */
export function datesOf(items: ItemList, timeZone: string): Dates {
  const byZone = DATES.get(items) ?? new Map<string, Dates>();
  DATES.set(items, byZone);
  let dates = byZone.get(timeZone);
  if (!dates) {
    dates = new Dates(items, dayIn(timeZone));
    byZone.set(timeZone, dates);
  }
  return dates;
}

/** Dates that have items: four bytes per item, and a little per date. */
export class Dates {
  readonly #byName: Readonly<Record<Precision, Map<string, ItemList>>> = {
    year: new Map(),
    month: new Map(),
    day: new Map(),
  };

  constructor(items: ItemList, dayOf: (ms: number) => number) {
    const { positions, days } = sortByDay(items, dayOf);
    let end = positions.length;
    const starts: Partial<Record<Precision, { name: string; end: number }>> = {};
    const close = (precision: Precision, start: number): void => {
      const open = starts[precision];
      if (open) this.#byName[precision].set(open.name, new Selection(items, positions.subarray(start, open.end)));
    };
    for (const { day, count } of days) {
      const name = nameOf(day);
      for (const precision of PRECISIONS) {
        const date = name.slice(0, name.length - LEFT_OUT[precision]);
        if (starts[precision]?.name === date) continue;
        close(precision, end);
        starts[precision] = { name: date, end };
      }
      end -= count;
    }
    for (const precision of PRECISIONS) close(precision, end);
  }

  /** From the first to the last. */
  names(precision: Precision): Iterable<string> {
    return this.#byName[precision].keys();
  }

  /** The items of a date, newest day first; the same object as long as the listing is. */
  items(precision: Precision, name: string): ItemList | undefined {
    return this.#byName[precision].get(name);
  }
}

/** Some items of a listing, by their positions in it. */
class Selection implements ItemList {
  readonly #items: ItemList;
  readonly #positions: Uint32Array;

  constructor(items: ItemList, positions: Uint32Array) {
    this.#items = items;
    this.#positions = positions;
  }

  get length(): number {
    return this.#positions.length;
  }

  at(index: number): MediaItem | undefined {
    const position = this.#positions.at(index);
    return position === undefined ? undefined : this.#items.at(position);
  }

  *[Symbol.iterator](): Iterator<MediaItem> {
    for (const position of this.#positions) {
      const item = this.#items.at(position);
      if (item) yield item;
    }
  }
}

interface DayCount {
  readonly day: number;
  readonly count: number;
}

/** Positions of the items, newest day first, in the listing's order within a day; and the days, from the first. */
function sortByDay(
  items: ItemList,
  dayOf: (ms: number) => number,
): { readonly positions: Uint32Array; readonly days: readonly DayCount[] } {
  const dayAt = new Int32Array(items.length);
  const counts = new Map<number, number>();
  let position = 0;
  for (const { createdAtMs } of items) {
    const day = dayOf(createdAtMs);
    dayAt[position++] = day;
    counts.set(day, (counts.get(day) ?? 0) + 1);
  }
  const days = Array.from(counts, ([day, count]) => ({ day, count })).sort((a, b) => a.day - b.day);
  const next = new Map<number, number>();
  let start = 0;
  for (const { day, count } of days.toReversed()) {
    next.set(day, start);
    start += count;
  }
  const positions = new Uint32Array(items.length);
  for (const [from, day] of dayAt.entries()) {
    const to = next.get(day) ?? 0;
    positions[to] = from;
    next.set(day, to + 1);
  }
  return { positions, days };
}

/** `2024-07-14`. */
function nameOf(day: number): string {
  const [name = ''] = new Date(day * DAY_MS).toISOString().split('T');
  return name;
}

/** Gives days since 1970-01-01 by the clocks of the zone. */
function dayIn(timeZone: string): (ms: number) => number {
  if (timeZone === 'UTC') return (ms) => Math.floor(ms / DAY_MS);
  const offsets = new ZoneOffsets(timeZone);
  return (ms) => Math.floor((ms + offsets.at(ms)) / DAY_MS);
}

/** How far the clocks of a time zone are ahead of UTC. */
class ZoneOffsets {
  readonly #format: Intl.DateTimeFormat;
  /** That of the first moment of each UTC day asked about, for asking the system takes microseconds. */
  readonly #atStart = new Map<number, number>();

  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  }

  /** In milliseconds. */
  at(ms: number): number {
    const day = Math.floor(ms / DAY_MS);
    const offset = this.#startOf(day);
    return offset === this.#startOf(day + 1) ? offset : this.#ask(ms);
  }

  #startOf(day: number): number {
    let offset = this.#atStart.get(day);
    if (offset === undefined) {
      offset = this.#ask(day * DAY_MS);
      this.#atStart.set(day, offset);
    }
    return offset;
  }

  /** The format ends in `GMT`, `GMT+05:30`, or `GMT-07:52:58` for times before there were zones. */
  #ask(ms: number): number {
    const [, sign, hours, minutes, seconds = '0'] =
      /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(this.#format.format(ms)) ?? [];
    if (sign === undefined) return 0;
    const total = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
    return (sign === '-' ? -total : total) * 1_000;
  }
}
