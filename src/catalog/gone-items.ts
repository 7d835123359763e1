import type { Clock } from '../clock.js';
import type { Log } from '../log.js';

/** How many are asked for at once: what one request takes. */
const MAX_REPORTED = 50;
const PAUSE_MS = 60_000;

export interface GoneItemsOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Looks for the items at the source and acts on what is gone. */
  readonly check: (numbers: readonly number[]) => Promise<void>;
}

/** Gathers items whose bytes are gone, and has them looked for: one request at a time, and at most one a minute. */
export class GoneItems {
  readonly #options: GoneItemsOptions;
  readonly #reported = new Set<number>();
  #checking: Promise<void> | undefined;
  #checkedAtMs = -Infinity;

  constructor(options: GoneItemsOptions) {
    this.#options = options;
  }

  /** Beyond what one request takes, an item waits until somebody opens it again. */
  report(number: number): void {
    if (this.#reported.size >= MAX_REPORTED) return;
    this.#reported.add(number);
    this.#checking ??= this.#checkAll().finally(() => (this.#checking = undefined));
  }

  /** Resolves when nothing is being looked for any more. */
  async settle(): Promise<void> {
    await this.#checking;
  }

  async #checkAll(): Promise<void> {
    const { check, clock, log, signal } = this.#options;
    try {
      while (this.#reported.size > 0) {
        const waitMs = Math.min(this.#checkedAtMs + PAUSE_MS - clock.now(), PAUSE_MS);
        if (waitMs > 0) await clock.sleep(waitMs, signal);
        const numbers = [...this.#reported];
        this.#reported.clear();
        this.#checkedAtMs = clock.now();
        await check(numbers);
      }
    } catch (error) {
      if (!signal.aborted) log.debug({ err: error }, 'catalog: whether items are gone could not be told');
    }
  }
}
