import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';
import { AppError } from '../errors.js';
import type { Log } from '../log.js';
import { Tally } from './tally.js';
import { Turns, type Asker } from './turns.js';

const LIFE_MS = 60_000;
const MAX_REMEMBERED = 1000;
/** Each run takes 32 MiB and one of the four threads that files and names of hosts are looked up with. */
const MAX_RUNS = 2;
/** About two seconds of work. */
const MAX_WAITING = 32;
/** A client that knows its password asks for it once; more passwords for one name at one place are guesses. */
const MAX_WAITING_OF_ONE = 4;
const RETRY_AFTER_SECONDS = 2;

/**
 * Whether passwords are right, which is dear to find out: a few at a time, once for all who ask at once, and remembered
 * for a minute from its last use. What is right and what is wrong do not displace each other.
 */
export class Verdicts {
  readonly #right: LRUCache<string, true>;
  readonly #wrong: LRUCache<string, true>;
  readonly #unsettled = new Map<string, Promise<boolean>>();
  readonly #turns = new Turns({
    maxRunning: MAX_RUNS,
    maxWaiting: MAX_WAITING,
    maxWaitingOfOne: MAX_WAITING_OF_ONE,
    refuse: () => this.#tooMany(),
  });
  readonly #log: Log;
  readonly #refused: Tally;

  constructor(clock: Clock, log: Log) {
    this.#log = log;
    this.#refused = new Tally(clock);
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
  of(key: string, asker: Asker, find: () => Promise<boolean>): Promise<boolean> {
    if (this.#right.get(key)) return Promise.resolve(true);
    if (this.#wrong.get(key)) return Promise.resolve(false);
    const unsettled = this.#unsettled.get(key);
    if (unsettled) return unsettled;
    const verdict = this.#turns
      .take(asker, find)
      .then((isRight) => {
        (isRight ? this.#right : this.#wrong).set(key, true);
        return isRight;
      })
      .finally(() => this.#unsettled.delete(key));
    this.#unsettled.set(key, verdict);
    return verdict;
  }

  #tooMany(): AppError {
    const refused = this.#refused.add();
    if (refused !== undefined) {
      this.#log.warn({ refused }, 'more passwords are tried than can be checked: somebody may be guessing');
    }
    return new AppError('NOT_SIGNED_IN', 'too many passwords wait to be checked', {
      status: 503,
      advice: 'try again in a moment',
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  }
}
