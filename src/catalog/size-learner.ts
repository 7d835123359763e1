import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';
import { type AppError, toAppError } from '../errors.js';
import type { Log } from '../log.js';
import type { ItemList, MediaItem } from '../model.js';
import type { MediaSource } from '../sources/source.js';
import type { Sizes } from './sizes.js';

const CONCURRENCY = 64;
/** An item whose size could not be had is left alone this long. */
const FAILED_MS = 600_000;
/** More than one listing may lack: those of a thousand picks that have ended must not push each other out. */
const MAX_FAILED = 50_000;
/** After so many failures in a row the source is left alone for a while, and what waits is given up. */
const FAILURES_TO_PAUSE = 8;
const PAUSE_MS = 30_000;

/** What is asked for together; groups take turns, so that a small folder does not wait for a large one. */
interface Group {
  readonly items: ItemList;
  /** Where it goes on. */
  next: number;
  /** Items that are being measured. */
  running: number;
  readonly onLearned: (item: MediaItem) => void;
  readonly onEnd: () => void;
}

/** Who wants sizes: a listing that somebody waits for, or nobody yet. */
export type Urgency = 'listing' | 'background';

/** Asks the source for sizes, many at a time, each once however many wait for it. */
export class SizeLearner {
  readonly #source: MediaSource;
  readonly #sizes: Sizes;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #signal: AbortSignal;
  readonly #measuring = new Map<string, Promise<number>>();
  readonly #groups: Record<Urgency, Group[]> = { listing: [], background: [] };
  readonly #failed: LRUCache<string, true>;
  #running = 0;
  #failuresInARow = 0;
  #pausedUntilMs = 0;

  constructor(source: MediaSource, sizes: Sizes, clock: Clock, log: Log, signal: AbortSignal) {
    this.#source = source;
    this.#sizes = sizes;
    this.#clock = clock;
    this.#log = log;
    this.#signal = signal;
    this.#failed = new LRUCache({ max: MAX_FAILED, ttl: FAILED_MS, perf: { now: () => clock.now() } });
  }

  /** The size, asked for at once, whatever is left of the day's share: somebody opens this item. */
  async measure(item: MediaItem): Promise<number> {
    let measuring = this.#measuring.get(item.id);
    if (!measuring) {
      measuring = this.#source
        .measure(item, this.#signal)
        .then((size) => {
          this.#sizes.set(item, size);
          return size;
        })
        .finally(() => this.#measuring.delete(item.id));
      this.#measuring.set(item.id, measuring);
    }
    return measuring;
  }

  /**
   * Learns the sizes that are not known, tells each as it comes, and resolves when all are learned or have failed; never
   * rejects. What is left when learning has to stop is given up.
   */
  learn(items: ItemList, urgency: Urgency, onLearned: (item: MediaItem) => void = () => undefined): Promise<void> {
    return new Promise((resolve) => {
      this.#groups[urgency].push({ items, next: 0, running: 0, onLearned, onEnd: resolve });
      this.#work();
    });
  }

  /** True for ten minutes after its size could not be had. */
  hasFailed({ id }: MediaItem): boolean {
    return this.#failed.has(id);
  }

  #isAllowed(): boolean {
    return !this.#signal.aborted && this.#clock.now() >= this.#pausedUntilMs && this.#source.mayLearnSizes();
  }

  #work(): void {
    while (this.#running < CONCURRENCY) {
      const queue = this.#groups.listing.length > 0 ? this.#groups.listing : this.#groups.background;
      const group = queue.shift();
      if (!group) return;
      const item = this.#isAllowed() ? this.#nextOf(group) : undefined;
      if (item) {
        queue.push(group);
        group.running++;
        this.#running++;
        void this.#learnOne(group, item);
      } else {
        group.next = group.items.length;
        if (group.running === 0) group.onEnd();
      }
    }
  }

  /** The group's next item that is worth asking for; tells those on the way whose size has become known. */
  #nextOf(group: Group): MediaItem | undefined {
    for (; group.next < group.items.length; group.next++) {
      const item = group.items.at(group.next);
      if (!item || this.#failed.has(item.id)) continue;
      if (this.#sizes.get(item) !== undefined) {
        group.onLearned(item);
        continue;
      }
      group.next++;
      return item;
    }
    return undefined;
  }

  async #learnOne(group: Group, item: MediaItem): Promise<void> {
    try {
      await this.measure(item);
      this.#failuresInARow = 0;
      group.onLearned(item);
    } catch (reason) {
      if (!this.#signal.aborted) this.#countFailure(item, toAppError(reason));
    }
    this.#running--;
    group.running--;
    if (group.running === 0 && group.next >= group.items.length) group.onEnd();
    this.#work();
  }

  #countFailure(item: MediaItem, error: AppError): void {
    // What was under way when the pause began says nothing about its item.
    if (this.#clock.now() < this.#pausedUntilMs) return;
    this.#failed.set(item.id, true);
    // The source is well; waiting brings back neither.
    if (error.code === 'NOT_FOUND' || error.code === 'GONE') return;
    this.#log.debug({ err: error }, 'catalog: a size could not be learned');
    if (++this.#failuresInARow < FAILURES_TO_PAUSE && error.code !== 'QUOTA_EXCEEDED') return;
    this.#pausedUntilMs = this.#clock.now() + PAUSE_MS;
    this.#failuresInARow = 0;
    this.#failed.clear();
    this.#log.warn({ err: error, advice: error.advice }, 'catalog: learning sizes pauses, the source keeps failing');
  }
}
