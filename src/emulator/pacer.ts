/** Sooner than that a timer cannot be trusted. */
const MIN_PAUSE_MS = 5;
/** How much of a delay is made up for; what a client did not read in time is not poured out afterwards. */
const MAX_CREDIT_MS = 200;
const SLICES_PER_SECOND = 10;

/** Holds one body to a rate: by the time since it began, so that the errors of single pauses do not add up. */
export class Pacer {
  #sent = 0;
  #startedMs: number;

  /** 0 is no limit. `now` is in milliseconds. */
  constructor(
    private readonly bytesPerSecond: number,
    private readonly now: () => number,
  ) {
    this.#startedMs = now();
  }

  /** At most so many bytes go at once. */
  get sliceBytes(): number {
    return this.bytesPerSecond > 0 ? Math.max(1, Math.floor(this.bytesPerSecond / SLICES_PER_SECOND)) : Infinity;
  }

  /** Milliseconds to wait once `length` more bytes have been sent. */
  pauseMs(length: number): number {
    if (this.bytesPerSecond === 0) return 0;
    this.#sent += length;
    const dueMs = this.#startedMs + (this.#sent * 1000) / this.bytesPerSecond;
    const aheadMs = dueMs - this.now();
    if (aheadMs < -MAX_CREDIT_MS) this.#startedMs -= aheadMs + MAX_CREDIT_MS;
    return aheadMs < MIN_PAUSE_MS ? 0 : aheadMs;
  }
}
