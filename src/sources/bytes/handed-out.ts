import { LRUCache } from 'lru-cache';
import type { Clock } from '../../clock.js';

const MAX_REMEMBERED = 1_000;
const TRUSTED_MS = 10_000;

/**
 * Base URLs that were handed out without a look at whether they still work. Nobody tells of one that does not; but who asks
 * again after a while may have found out.
 */
export class HandedOut {
  readonly #lookedAtMs = new LRUCache<string, number>({ max: MAX_REMEMBERED });
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True if it may be handed out unseen: the first time, and for ten seconds from then or from the last look. */
  mayTrust(baseUrl: string): boolean {
    const now = this.#clock.now();
    const atMs = this.#lookedAtMs.get(baseUrl);
    if (atMs !== undefined && now - atMs < TRUSTED_MS) return true;
    this.#lookedAtMs.set(baseUrl, now);
    return atMs === undefined;
  }
}
