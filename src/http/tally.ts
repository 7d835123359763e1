import type { Clock } from '../clock.js';

const PAUSE_MS = 60_000;

/** Counts what anybody can cause, so that the log tells of it once a minute: a line for each would be a flood of its own. */
export class Tally {
  readonly #clock: Pick<Clock, 'now'>;
  /** Since it was told. */
  #count = 0;
  #toldAtMs = -Infinity;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Counts one more. Gives how many there are since the last telling if that is a minute ago, and counts anew. */
  add(): number | undefined {
    const now = this.#clock.now();
    this.#count++;
    // A clock that is set back must not end the telling.
    if (Math.abs(now - this.#toldAtMs) < PAUSE_MS) return undefined;
    const count = this.#count;
    this.#toldAtMs = now;
    this.#count = 0;
    return count;
  }
}
