import { LRUCache } from 'lru-cache';
import type { Clock } from '../../clock.js';
import { AppError } from '../../errors.js';
import { AnswerError } from '../../google/answer.js';

const MAX_REMEMBERED = 10_000;
const REFUSED_MS = 60_000;

/**
 * Items whose bytes are refused with a new base URL too. For a minute Google is not asked for them again: each time would
 * cost a request of the day's API quota, and two of those for bytes.
 */
export class Refusals {
  /** The status of the refusal, by item id. */
  readonly #statuses: LRUCache<string, number>;
  /** Base URLs that replaced refused ones, by item id, until they are accepted. */
  readonly #onTrial: LRUCache<string, string>;

  constructor(clock: Clock) {
    const bounds = { max: MAX_REMEMBERED, ttl: REFUSED_MS, ttlResolution: 0, perf: clock };
    this.#statuses = new LRUCache(bounds);
    this.#onTrial = new LRUCache(bounds);
  }

  /** NOT_FOUND or SOURCE_UNAVAILABLE, as when the bytes were refused; the latter with the seconds that are left. */
  throwIfRefused(id: string): void {
    const status = this.#statuses.get(id);
    if (status !== undefined) throw refusalError(status, this.#statuses.getRemainingTTL(id));
  }

  /** Takes that the base URL replaces one that was refused. */
  putOnTrial(id: string, url: string): void {
    this.#onTrial.set(id, url);
  }

  /** True if the base URL replaced a refused one within the last minute, and was not accepted since: another is no help. */
  isOnTrial(id: string, url: string): boolean {
    return this.#onTrial.get(id) === url;
  }

  accept(id: string, url: string): void {
    if (this.isOnTrial(id, url)) this.#onTrial.delete(id);
  }

  /** Takes that a new base URL was refused; gives the error that tells it. */
  remember(id: string, status: number): AppError {
    this.#statuses.set(id, status);
    return refusalError(status, REFUSED_MS);
  }
}

function refusalError(status: number, leftMs: number): AppError {
  const cause = new AnswerError(status, '');
  return status === 404 || status === 410
    ? new AppError('NOT_FOUND', "google photos: the media item's bytes are gone", { cause })
    : new AppError('SOURCE_UNAVAILABLE', `google photos: the media item's bytes are refused (${status})`, {
        cause,
        retryAfterSeconds: Math.ceil(leftMs / 1000),
      });
}
