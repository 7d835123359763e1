import { LRUCache } from 'lru-cache';
import { untilAborted } from '../../abort.js';
import type { Clock } from '../../clock.js';
import { AppError } from '../../errors.js';

/** Base URLs by item id; an error for those that cannot be had. */
export type BaseUrlAnswers = ReadonlyMap<string, string | AppError>;

export interface BaseUrlOptions {
  /** Asks Google for at most `batchSize` items; the signal is aborted when nobody waits any more. */
  readonly fetch: (ids: readonly string[], signal: AbortSignal) => Promise<BaseUrlAnswers>;
  readonly batchSize: number;
  readonly clock: Clock;
}

/** Ids that are asked for together, and how many still wait for them. */
interface Batch {
  readonly ids: string[];
  readonly leaving: AbortController;
  waiting: number;
}

interface Flight {
  readonly answer: Promise<string>;
  readonly batch: Batch;
}

/** Google ends them after 60 minutes, at times sooner. */
const LIFE_MS = 50 * 60_000;
const MAX_ENTRIES = 20_000;
const MAX_CHARS = 24 * 1024 * 1024;
const GATHER_MS = 3;

/** Base URLs while they live: primed by listings, and fetched in batches, each once however many ask. */
export class BaseUrls {
  readonly #options: BaseUrlOptions;
  readonly #urls: LRUCache<string, string>;
  readonly #flights = new Map<string, Flight>();
  /** The batch that still takes ids, and what it will answer. */
  #gathering: { readonly batch: Batch; readonly answers: Promise<BaseUrlAnswers> } | undefined;

  constructor(options: BaseUrlOptions) {
    this.#options = options;
    this.#urls = new LRUCache({
      max: MAX_ENTRIES,
      maxSize: MAX_CHARS,
      sizeCalculation: (url, id) => url.length + id.length,
      ttl: LIFE_MS,
      ttlResolution: 0,
      perf: options.clock,
    });
  }

  /** Takes a base URL that a listing told just now. */
  prime(id: string, url: string): void {
    this.#urls.set(id, url);
  }

  /** NOT_FOUND if the item is gone. */
  async get(id: string, signal?: AbortSignal): Promise<string> {
    signal?.throwIfAborted();
    const known = this.#urls.get(id);
    if (known !== undefined) return known;
    const { answer, batch } = this.#flights.get(id) ?? this.#depart(id);
    batch.waiting += 1;
    try {
      return await untilAborted(answer, signal);
    } finally {
      batch.waiting -= 1;
      if (batch.waiting === 0) this.#abandon(batch);
    }
  }

  /** When this one of an item's base URLs is given up, in milliseconds since 1970; now if it has been already. */
  expiresAtMs(id: string, url: string): number {
    const isKept = this.#urls.peek(id) === url;
    return this.#options.clock.now() + (isKept ? this.#urls.getRemainingTTL(id) : 0);
  }

  /** Another one than `refused`, fetched once however many were refused it. */
  async renew(id: string, refused: string, signal?: AbortSignal): Promise<string> {
    if (this.#urls.peek(id) === refused) this.#urls.delete(id);
    return this.get(id, signal);
  }

  /** Ends every request under way. */
  close(): void {
    for (const { batch } of [...this.#flights.values()]) this.#abandon(batch);
    this.#urls.clear();
  }

  #depart(id: string): Flight {
    this.#gathering ??= this.#gather();
    const { batch, answers } = this.#gathering;
    batch.ids.push(id);
    if (batch.ids.length === this.#options.batchSize) this.#gathering = undefined;
    const flight = { batch, answer: this.#answer(id, batch, answers) };
    // Whoever asked may have left.
    flight.answer.catch(() => undefined);
    this.#flights.set(id, flight);
    return flight;
  }

  async #answer(id: string, batch: Batch, answers: Promise<BaseUrlAnswers>): Promise<string> {
    try {
      const answer = (await answers).get(id);
      if (typeof answer === 'string') {
        this.#urls.set(id, answer);
        return answer;
      }
      throw answer ?? new AppError('NOT_FOUND', 'google photos: the media item is unknown or gone');
    } finally {
      // After it was abandoned the id may have another.
      if (this.#flights.get(id)?.batch === batch) this.#flights.delete(id);
    }
  }

  #gather(): { readonly batch: Batch; readonly answers: Promise<BaseUrlAnswers> } {
    const batch: Batch = { ids: [], leaving: new AbortController(), waiting: 0 };
    return { batch, answers: this.#fetchSoon(batch) };
  }

  async #fetchSoon(batch: Batch): Promise<BaseUrlAnswers> {
    const { clock, fetch } = this.#options;
    const { signal } = batch.leaving;
    await clock.sleep(GATHER_MS, signal);
    if (this.#gathering?.batch === batch) this.#gathering = undefined;
    return fetch(batch.ids, signal);
  }

  /** Ends the batch, and lets the next who asks begin anew. */
  #abandon(batch: Batch): void {
    if (this.#gathering?.batch === batch) this.#gathering = undefined;
    for (const id of batch.ids) if (this.#flights.get(id)?.batch === batch) this.#flights.delete(id);
    batch.leaving.abort(new AppError('SOURCE_UNAVAILABLE', 'google photos: nobody waits any more'));
  }
}
