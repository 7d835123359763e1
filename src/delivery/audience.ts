import type { Clock } from '../clock.js';

export interface AudienceOptions {
  readonly clock: Clock;
  readonly lingerMs: number;
  /** Called once nobody has been there for `lingerMs`. */
  readonly onDeserted: () => void;
}

/** Who waits for something that is under way; nobody has come yet, and that counts as having left. */
export class Audience {
  readonly #options: AudienceOptions;
  #count = 0;
  #lingering: AbortController | undefined;
  #isOver = false;

  constructor(options: AudienceOptions) {
    this.#options = options;
    void this.#linger();
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  enter(): void {
    this.#count++;
    this.#lingering?.abort();
    this.#lingering = undefined;
  }

  leave(): void {
    this.#count--;
    if (this.isEmpty) void this.#linger();
  }

  /** It is under way no more: from now on it does not matter whether all have left. */
  end(): void {
    this.#isOver = true;
    this.#lingering?.abort();
  }

  async #linger(): Promise<void> {
    if (this.#isOver) return;
    const { clock, lingerMs, onDeserted } = this.#options;
    const lingering = new AbortController();
    this.#lingering = lingering;
    try {
      await clock.sleep(lingerMs, lingering.signal);
    } catch {
      return;
    }
    // Somebody may have come in the same turn.
    if (!lingering.signal.aborted) onDeserted();
  }
}
