import { DAY_MS, dayOf, startOf } from './days.js';

/** Items that the source gives per page, about. */
export const ITEMS_PER_PAGE = 100;

/** With fewer days left, a window is past them before another has begun. */
const SHORTEST_DAYS = 4;

/** Some days of a library, listed newest first. Another window may take its older days over while it is listed. */
export class DayWindow {
  /** The oldest day; what is older belongs to another window. */
  first: number;
  readonly last: number;
  /** In the order of the source. */
  readonly members: number[] = [];
  /** True once everything of its days is among the members. */
  isDone = false;
  #reachedMs: number;

  constructor(first: number, last: number) {
    this.first = first;
    this.last = last;
    this.#reachedMs = startOf(last + 1);
  }

  take(number: number, createdAtMs: number): void {
    this.members.push(number);
    this.#reachedMs = Math.min(this.#reachedMs, createdAtMs);
  }

  /**
   * True if what follows is older than the first day. Days are the camera's and times are UTC, so that an item may be a
   * day away from where its time puts it.
   */
  get isPassed(): boolean {
    return isBefore(this.#reachedMs, this.first);
  }

  /** Pages that are still to come, if items lie as close together as those that came. */
  get pagesLeft(): number {
    const seenMs = startOf(this.last + 1) - this.#reachedMs;
    const leftMs = this.#reachedMs - startOf(this.first);
    return seenMs > 0 ? ((this.members.length / seenMs) * leftMs) / ITEMS_PER_PAGE : 0;
  }

  /** The older half of what is left, as a window of its own; undefined if it is too short to be cut. */
  split(): DayWindow | undefined {
    const left = dayOf(this.#reachedMs) - this.first;
    if (left < SHORTEST_DAYS) return undefined;
    const older = new DayWindow(this.first, this.first + Math.floor(left / 2) - 1);
    this.first = older.last + 1;
    return older;
  }
}

/** True if nothing of the day or after it follows in a listing, newest first, that has come to the time. */
export function isBefore(reachedMs: number, day: number): boolean {
  return reachedMs < startOf(day) - DAY_MS;
}
