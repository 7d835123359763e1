import type { Clock } from '../clock.js';

const MAX_REMEMBERED = 1_000;

/** What was noted within the last while, and no more than a thousand of it: the oldest goes first. */
export class Recently {
  readonly #notedAtMs = new Map<string, number>();
  readonly #clock: Clock;
  readonly #whileMs: number;

  constructor(clock: Clock, whileMs: number) {
    this.#clock = clock;
    this.#whileMs = whileMs;
  }

  note(key: string): void {
    this.#notedAtMs.delete(key);
    const [oldest] = this.#notedAtMs.keys();
    if (oldest !== undefined && this.#notedAtMs.size >= MAX_REMEMBERED) this.#notedAtMs.delete(oldest);
    this.#notedAtMs.set(key, this.#clock.now());
  }

  has(key: string): boolean {
    return this.#clock.now() - (this.#notedAtMs.get(key) ?? -Infinity) < this.#whileMs;
  }
}
