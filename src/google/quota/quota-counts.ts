import type { Clock } from '../../clock.js';
import type { Log } from '../../log.js';
import { pacificDay } from './pacific-day.js';

const KINDS = ['api', 'bytes', 'apiSpent', 'bytesSpent'] as const;
/** What is counted: requests of either part, and whether Google has said that the part is spent. */
export type Kind = (typeof KINDS)[number];
type Counts = Record<Kind, number>;

const FLUSH_MS = 1000;

/** Counts that survive a restart, such as a day's requests. */
export interface CounterStore {
  /** Adds `amount` to the counter, atomically, and resolves with the new value; an unknown counter starts at 0. */
  add(key: string, amount: number): Promise<number>;
}

export interface DayCountsOptions {
  /** The digits before the first `-` of the client id: Google counts by project. */
  readonly project: string;
  readonly counters: CounterStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** What was counted of one project on this Pacific day, kept across restarts; the store is told once a second. */
export class DayCounts {
  readonly #options: DayCountsOptions;
  readonly #closing = new AbortController();
  #day: string;
  /** What the store said last, and what it has not been told yet. */
  #stored = none();
  #pending = none();
  #flushing: Promise<void> | undefined;

  private constructor(options: DayCountsOptions) {
    this.#options = options;
    this.#day = pacificDay(options.clock.now());
  }

  /** Begins with what the store remembers of today. */
  static async open(options: DayCountsOptions): Promise<DayCounts> {
    const counts = new DayCounts(options);
    await counts.#write(counts.#day, KINDS, none());
    return counts;
  }

  /** Today, as in "2026-03-08". */
  get day(): string {
    this.#turnDay();
    return this.#day;
  }

  get(kind: Kind): number {
    this.#turnDay();
    return this.#stored[kind] + this.#pending[kind];
  }

  add(kind: Kind, amount = 1): void {
    this.#turnDay();
    this.#pending[kind] += amount;
    this.#flushing ??= this.#flushSoon();
  }

  /** Resolves when all counts are stored. */
  async close(): Promise<void> {
    this.#closing.abort();
    // What is counted during a flush begins another.
    while (this.#flushing) await this.#flushing;
  }

  #turnDay(): void {
    const today = pacificDay(this.#options.clock.now());
    if (today === this.#day) return;
    this.#day = today;
    this.#stored = none();
    // Less than a second of yesterday's counts; nobody asks for them again.
    this.#pending = none();
  }

  async #flushSoon(): Promise<void> {
    try {
      this.#closing.signal.throwIfAborted();
      await this.#options.clock.sleep(FLUSH_MS, this.#closing.signal);
    } catch {
      // Closing: what is pending goes out now.
    }
    const deltas = this.#pending;
    this.#pending = none();
    for (const kind of KINDS) this.#stored[kind] += deltas[kind];
    await this.#write(
      this.#day,
      KINDS.filter((kind) => deltas[kind] !== 0),
      deltas,
    );
    this.#flushing = undefined;
    if (KINDS.some((kind) => this.#pending[kind] !== 0)) this.#flushing = this.#flushSoon();
  }

  async #write(day: string, kinds: readonly Kind[], deltas: Counts): Promise<void> {
    const { counters, project, log } = this.#options;
    for (const kind of kinds) {
      try {
        const key = `quota:${project}:${day}:${kind}`;
        const total = await counters.add(key, deltas[kind]);
        if (day !== this.#day) continue;
        // What the store has lost, or could not take while the disk was full, is made good.
        const lost = this.#stored[kind] - total;
        if (lost > 0) await counters.add(key, lost);
        // Another process may count the same project.
        else this.#stored[kind] = total;
      } catch (error) {
        log.warn({ err: error }, 'the count of requests to Google could not be stored');
      }
    }
  }
}

function none(): Counts {
  return { api: 0, bytes: 0, apiSpent: 0, bytesSpent: 0 };
}
