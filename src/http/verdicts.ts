import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';
import { AppError } from '../errors.js';
import type { Log } from '../log.js';

const LIFE_MS = 60_000;
const MAX_REMEMBERED = 1000;
/** Each run takes 32 MiB and one of the four threads that files and names of hosts are looked up with. */
const MAX_RUNS = 2;
/** About two seconds of work. */
const MAX_WAITING = 32;
const RETRY_AFTER_SECONDS = 2;

/**
 * Whether passwords are right, which is dear to find out: a few at a time, once for all who ask at once, and remembered
 * for a minute from its last use. What is right and what is wrong do not displace each other.
 */
export class Verdicts {
  readonly #right: LRUCache<string, true>;
  readonly #wrong: LRUCache<string, true>;
  readonly #unsettled = new Map<string, Promise<boolean>>();
  readonly #waiting: (() => void)[] = [];
  readonly #clock: Clock;
  readonly #log: Log;
  #running = 0;
  #toldAtMs = -Infinity;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
    const options = {
      max: MAX_REMEMBERED,
      ttl: LIFE_MS,
      ttlResolution: 0,
      updateAgeOnGet: true,
      perf: { now: () => clock.now() },
    };
    this.#right = new LRUCache(options);
    this.#wrong = new LRUCache(options);
  }

  /** The verdict known under `key`, else what `find` finds. Throws NOT_SIGNED_IN with status 503 if too many wait. */
  of(key: string, find: () => Promise<boolean>): Promise<boolean> {
    if (this.#right.get(key)) return Promise.resolve(true);
    if (this.#wrong.get(key)) return Promise.resolve(false);
    const unsettled = this.#unsettled.get(key);
    if (unsettled) return unsettled;
    if (this.#unsettled.size >= MAX_RUNS + MAX_WAITING) {
      this.#tellOfFlood();
      return Promise.reject(tooMany());
    }
    const verdict = this.#inTurn(find)
      .then((isRight) => {
        (isRight ? this.#right : this.#wrong).set(key, true);
        return isRight;
      })
      .finally(() => this.#unsettled.delete(key));
    this.#unsettled.set(key, verdict);
    return verdict;
  }

  /** Once a minute: a line for each would be a flood of its own. */
  #tellOfFlood(): void {
    const now = this.#clock.now();
    if (now - this.#toldAtMs < LIFE_MS) return;
    this.#toldAtMs = now;
    this.#log.warn({ waiting: MAX_WAITING }, 'more passwords are tried than can be checked: somebody may be guessing');
  }

  async #inTurn(find: () => Promise<boolean>): Promise<boolean> {
    if (this.#running < MAX_RUNS) this.#running++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await find();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}

function tooMany(): AppError {
  return new AppError('NOT_SIGNED_IN', 'too many passwords wait to be checked', {
    status: 503,
    advice: 'try again in a moment',
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}
