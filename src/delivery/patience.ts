import type { Clock } from '../clock.js';

/**
 * Each costs a request of the day's quota, and an answer that breaks this often is not going to hold: 50 MB that are cut
 * every 250 kB still arrive.
 */
const MAX_REOPENINGS = 200;
/** Of those that bring less than `WORTH_BYTES` each: an upstream that gives a few bytes per request is not asked on. */
const MAX_IN_A_ROW = 8;
const WORTH_BYTES = 64 * 1024;
/** Without a byte; most clients leave after a minute of silence. */
const PATIENCE_MS = 60_000;
const BASE_MS = 500;
const MAX_WAIT_MS = 10_000;

/** How often, and how soon, one body that breaks is asked for again. */
export class Patience {
  readonly #clock: Clock;
  readonly #maxReopenings: number;
  #reopenings = 0;
  #inARow = 0;
  #bytesSince = 0;
  #silentSinceMs: number | undefined;

  constructor(clock: Clock, maxReopenings = MAX_REOPENINGS) {
    this.#clock = clock;
    this.#maxReopenings = maxReopenings;
  }

  get reopenings(): number {
    return this.#reopenings;
  }

  /** Takes that bytes flow; `newBytes` of them were not there before. */
  mark(newBytes: number): void {
    this.#silentSinceMs = undefined;
    this.#bytesSince += newBytes;
  }

  /** Milliseconds to wait before the next attempt; undefined if there should be none. */
  next(): number | undefined {
    if (this.#bytesSince >= WORTH_BYTES) this.#inARow = 0;
    this.#bytesSince = 0;
    if (this.#inARow === MAX_IN_A_ROW || this.#reopenings === this.#maxReopenings) return undefined;
    const now = this.#clock.now();
    this.#silentSinceMs ??= now;
    const waitMs = this.#waitMs();
    if (now + waitMs - this.#silentSinceMs > PATIENCE_MS) return undefined;
    this.#inARow += 1;
    this.#reopenings += 1;
    return waitMs;
  }

  /** None at first: most breaks are of one connection. Then exponential, with full jitter. */
  #waitMs(): number {
    if (this.#inARow === 0) return 0;
    return Math.random() * Math.min(MAX_WAIT_MS, BASE_MS * 2 ** (this.#inARow - 1));
  }
}
