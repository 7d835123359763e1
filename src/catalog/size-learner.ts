import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';
import { type AppError, toAppError } from '../errors.js';
import type { Log } from '../log.js';
import type { MediaItem } from '../model.js';
import type { MediaSource } from '../sources/source.js';
import type { Sizes } from './sizes.js';

const CONCURRENCY = 32;
/** An item whose size could not be had is left alone this long. */
const FAILED_MS = 600_000;
const MAX_FAILED = 10_000;
/** After so many failures in a row the source is left alone for a while, and what waits is given up. */
const FAILURES_TO_PAUSE = 8;
const PAUSE_MS = 30_000;

interface Waiting {
  readonly item: MediaItem;
  readonly resolve: (isLearned: boolean) => void;
}

/** Asks the source for sizes, many at a time, each once however many wait for it. */
export class SizeLearner {
  readonly #source: MediaSource;
  readonly #sizes: Sizes;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #signal: AbortSignal;
  readonly #measuring = new Map<string, Promise<number>>();
  /** By id; people's listings before background work. */
  readonly #wanted = new Map<string, Promise<boolean>>();
  readonly #queue: Waiting[] = [];
  readonly #background: Waiting[] = [];
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
          this.#sizes.set(item.id, size);
          return size;
        })
        .finally(() => this.#measuring.delete(item.id));
      this.#measuring.set(item.id, measuring);
    }
    return measuring;
  }

  /** Puts the item into the queue. Resolves with whether its size is known now; never rejects. */
  learn(item: MediaItem, isBackground = false): Promise<boolean> {
    if (this.#sizes.get(item.id) !== undefined) return Promise.resolve(true);
    if (this.#failed.has(item.id) || !this.#isAllowed()) return Promise.resolve(false);
    let wanted = this.#wanted.get(item.id);
    if (!wanted) {
      wanted = new Promise<boolean>((resolve) => {
        (isBackground ? this.#background : this.#queue).push({ item, resolve });
      }).finally(() => this.#wanted.delete(item.id));
      this.#wanted.set(item.id, wanted);
      this.#work();
    }
    return wanted;
  }

  #isAllowed(): boolean {
    return !this.#signal.aborted && this.#clock.now() >= this.#pausedUntilMs && this.#source.mayLearnSizes();
  }

  #work(): void {
    while (this.#running < CONCURRENCY) {
      const next = this.#queue.shift() ?? this.#background.shift();
      if (!next) return;
      if (!this.#isAllowed()) {
        next.resolve(false);
        continue;
      }
      this.#running++;
      void this.#learnOne(next).finally(() => {
        this.#running--;
        this.#work();
      });
    }
  }

  async #learnOne({ item, resolve }: Waiting): Promise<void> {
    try {
      await this.measure(item);
      this.#failuresInARow = 0;
      resolve(true);
    } catch (reason) {
      if (!this.#signal.aborted) this.#countFailure(item, toAppError(reason));
      resolve(false);
    }
  }

  #countFailure(item: MediaItem, error: AppError): void {
    // What was under way when the pause began says nothing about its item.
    if (this.#clock.now() < this.#pausedUntilMs) return;
    this.#failed.set(item.id, true);
    if (error.code === 'NOT_FOUND') return;
    this.#log.debug({ err: error }, 'catalog: a size could not be learned');
    if (++this.#failuresInARow < FAILURES_TO_PAUSE && error.code !== 'QUOTA_EXCEEDED') return;
    this.#pausedUntilMs = this.#clock.now() + PAUSE_MS;
    this.#failuresInARow = 0;
    this.#failed.clear();
    this.#log.warn({ err: error, advice: error.advice }, 'catalog: learning sizes pauses, the source keeps failing');
  }
}
