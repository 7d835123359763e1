import type { Clock } from '../../src/clock.js';

/** The system's time, but nobody waits: a sleep ends at once and turns the clock by its length. */
export class HurriedClock implements Clock {
  /** What was slept, in milliseconds. */
  readonly slept: number[] = [];
  #skippedMs = 0;

  now(): number {
    return Date.now() + this.#skippedMs;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    this.slept.push(ms);
    this.#skippedMs += ms;
  }

  /** The sleeps of at least `ms`: those between attempts, not those that gather ids or counts. */
  waits(ms: number): readonly number[] {
    return this.slept.filter((each) => each >= ms);
  }
}
