import type { Log } from '../../log.js';
import type { DayRange, MediaItem } from '../../model.js';
import type { DayOptions, Page } from '../../sources/source.js';
import { isBefore, type DayWindow } from './day-window.js';
import { dayText } from './days.js';

const AT_ONCE = 12;
/** With less to come, a window is not worth being shared. */
const PAGES_WORTH_SHARING = 3;

export interface WindowListingOptions {
  readonly listDays: (range: DayRange, options: DayOptions) => AsyncIterable<Page<MediaItem>>;
  readonly intern: (item: MediaItem) => number;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * Lists days in several windows at once. One that comes to its end takes over half of what is left of the one with the
 * most left.
 */
export class WindowListing {
  readonly #options: WindowListingOptions;
  readonly #windows: DayWindow[];
  readonly #waiting: DayWindow[];
  readonly #running = new Map<DayWindow, Promise<void>>();

  constructor(windows: readonly DayWindow[], options: WindowListingOptions) {
    this.#options = options;
    this.#windows = [...windows];
    this.#waiting = windows.filter(({ isDone }) => !isDone);
  }

  /** Resolves when nothing runs any more; a window that fails stays undone. */
  async run(): Promise<void> {
    this.#fill();
    while (this.#running.size > 0) await Promise.race(this.#running.values());
  }

  /** True if everything is listed, but for what a listing of all items, newest first, has passed on its own. */
  isCoveredBy(reachedMs: number): boolean {
    return this.#windows.every(({ isDone, first }) => isDone || isBefore(reachedMs, first));
  }

  /** Newest window first. */
  *members(): Iterable<number> {
    for (const { members } of this.#windows.toSorted((a, b) => b.first - a.first)) yield* members;
  }

  #fill(): void {
    while (this.#running.size < AT_ONCE) {
      const window = this.#waiting.shift() ?? this.#share();
      if (!window) return;
      const listing = this.#list(window).finally(() => {
        this.#running.delete(window);
        this.#fill();
      });
      this.#running.set(window, listing);
    }
  }

  #share(): DayWindow | undefined {
    const [longest] = [...this.#running.keys()].sort((a, b) => b.pagesLeft - a.pagesLeft);
    if (!longest || longest.pagesLeft < PAGES_WORTH_SHARING) return undefined;
    const older = longest.split();
    if (older) this.#windows.push(older);
    return older;
  }

  async #list(window: DayWindow): Promise<void> {
    const { intern, listDays, log, signal } = this.#options;
    const range = { first: dayText(window.first), last: dayText(window.last) };
    try {
      for await (const { members } of listDays(range, { signal })) {
        for (const item of members) window.take(intern(item), item.createdAtMs);
        if (window.isPassed) break;
        this.#fill();
      }
      window.isDone = true;
    } catch (error) {
      if (!signal.aborted) log.debug({ err: error }, 'catalog: a window of days is left to the listing of all items');
    }
  }
}
