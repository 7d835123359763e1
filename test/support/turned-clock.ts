import { SYSTEM_CLOCK, type Clock } from '../../src/clock.js';

/** Time that passes as the system's does, from a beginning of the test's choice, and that a test can turn ahead. */
export class TurnedClock implements Clock {
  #aheadMs: number;

  /** Who sleeps waits for the `pace`th part of the time. */
  constructor(
    startMs: number,
    readonly pace = 1,
  ) {
    this.#aheadMs = startMs - Date.now();
  }

  now(): number {
    return Date.now() + this.#aheadMs;
  }

  /** By the system's time, turned or not. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return SYSTEM_CLOCK.sleep(ms / this.pace, signal);
  }

  turn(ms: number): void {
    this.#aheadMs += ms;
  }
}
