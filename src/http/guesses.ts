import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';
import { AppError } from '../errors.js';
import type { Log } from '../log.js';
import { Tally } from './tally.js';

const WINDOW_MS = 60_000;
const MAX_WRONG = 10;
const MAX_NETWORKS = 1_000;

/** What one network has tried. */
interface Tries {
  /** When each wrong one came, the last ten. */
  readonly wrongAtMs: number[];
  shutUntilMs: number;
}

/**
 * Who tries wrong secrets, by network: after ten within a minute, further ones from there are turned away for another
 * minute. Other networks notice nothing of it, and a right secret need not ask here.
 */
export class Guesses {
  readonly #tries = new LRUCache<string, Tries>({ max: MAX_NETWORKS });
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #shut: Tally;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
    this.#shut = new Tally(clock);
  }

  /** Throws NOT_SIGNED_IN with status 429 if too many wrong ones came from this network. */
  check(network: string): void {
    const { shutUntilMs = 0 } = this.#tries.get(network) ?? {};
    const waitMs = shutUntilMs - this.#clock.now();
    if (waitMs <= 0) return;
    throw new AppError('NOT_SIGNED_IN', 'too many wrong secrets came from this address', {
      status: 429,
      advice: 'wait a minute, and correct the secret of whatever asks from this address',
      retryAfterSeconds: Math.ceil(waitMs / 1_000),
    });
  }

  /** Takes down a wrong secret. */
  wrong(network: string): void {
    const now = this.#clock.now();
    const tries = this.#tries.get(network) ?? { wrongAtMs: [], shutUntilMs: 0 };
    this.#tries.set(network, tries);
    tries.wrongAtMs.push(now);
    if (tries.wrongAtMs.length < MAX_WRONG) return;
    const oldest = tries.wrongAtMs.shift() ?? 0;
    if (now - oldest >= WINDOW_MS) return;
    tries.wrongAtMs.length = 0;
    tries.shutUntilMs = now + WINDOW_MS;
    this.#tell();
  }

  #tell(): void {
    const addresses = this.#shut.add();
    if (addresses === undefined) return;
    this.#log.warn({ addresses }, 'wrong secrets are tried again and again: somebody may be guessing');
  }
}
