import type { Clock } from '../clock.js';
import { AppError } from '../errors.js';
import type { Log } from '../log.js';
import { msUntilPacificMidnight, pacificDay } from './pacific-day.js';

const KINDS = ['api', 'bytes', 'spent'] as const;
type Kind = (typeof KINDS)[number];
/** What has a daily quota of its own. */
type Part = 'api' | 'bytes';
type Counts = Record<Kind, number>;

/** The part of the day's byte quota that learning sizes may use. */
const LEARNING_SHARE = 0.5;
const FLUSH_MS = 1000;
/** How often Google is asked all the same once the day is spent, so that a raised quota is noticed. */
const PROBE_MS = 15 * 60_000;

export interface GovernorOptions {
  /** The digits before the first `-` of the client id: Google counts by project. */
  readonly project: string;
  /** Byte requests that Google grants the project per Pacific day. */
  readonly bytesPerDay: number;
  readonly counters: { add(key: string, amount: number): Promise<number> };
  readonly clock: Clock;
  readonly log: Log;
}

/** Requests of one Pacific day. */
export interface Usage {
  readonly day: string;
  readonly api: number;
  readonly bytes: number;
  readonly bytesPerDay: number;
  /** True once Google has said so, until the day ends. */
  readonly isSpent: boolean;
}

/** Counts every request to Google per project and Pacific day, kept across restarts. */
export class Governor {
  readonly #options: GovernorOptions;
  readonly #closing = new AbortController();
  #day: string;
  /** What the store said last, and what it has not been told yet. */
  #stored = none();
  #pending = none();
  #flushing: Promise<void> | undefined;
  /** When each part of Google that refuses for the day was last asked. */
  readonly #refusing = new Map<Part, number>();

  private constructor(options: GovernorOptions) {
    this.#options = options;
    this.#day = pacificDay(options.clock.now());
  }

  /** Begins with what the store remembers of today. */
  static async open(options: GovernorOptions): Promise<Governor> {
    const governor = new Governor(options);
    await governor.#write(governor.#day, KINDS, none());
    // Which part refused is not stored; the first call tells.
    if (governor.usage().isSpent) governor.#refusing.set('api', -Infinity);
    return governor;
  }

  countApi(): void {
    this.#count('api');
  }

  countBytes(): void {
    this.#count('bytes');
  }

  /** Takes down that Google said the day's quota is spent. */
  markSpent(part: Part): void {
    if (!this.usage().isSpent) this.#count('spent');
    this.#refusing.set(part, this.#options.clock.now());
  }

  /** Takes down that Google answered: a quota that was spent has been raised. */
  markGranted(part: Part): void {
    this.#turnDay();
    if (!this.#refusing.delete(part) || this.#refusing.size > 0) return;
    this.#count('spent', -this.#total('spent'));
  }

  /** False while the day is spent, but for one probe in 15 minutes: a true answer then is that probe. */
  mayAsk(part: Part): boolean {
    this.#turnDay();
    const askedMs = this.#refusing.get(part);
    if (askedMs === undefined) return true;
    const now = this.#options.clock.now();
    if (now - askedMs < PROBE_MS) return false;
    this.#refusing.set(part, now);
    return true;
  }

  /** What to say instead of asking Google. */
  refusal(): AppError {
    return new AppError('QUOTA_EXCEEDED', "google photos: the project's quota of the day is spent", {
      retryAfterSeconds: this.secondsUntilReset(),
    });
  }

  /** False once half of the day's byte requests are made, or the quota is spent. */
  mayLearnSizes(): boolean {
    const { bytes, bytesPerDay, isSpent } = this.usage();
    return !isSpent && bytes < bytesPerDay * LEARNING_SHARE;
  }

  secondsUntilReset(): number {
    return Math.ceil(msUntilPacificMidnight(this.#options.clock.now()) / 1000);
  }

  usage(): Usage {
    this.#turnDay();
    const { bytesPerDay } = this.#options;
    const isSpent = this.#total('spent') > 0;
    return { day: this.#day, api: this.#total('api'), bytes: this.#total('bytes'), bytesPerDay, isSpent };
  }

  /** Resolves when all counts are stored. */
  async close(): Promise<void> {
    this.#closing.abort();
    // What is counted during a flush begins another.
    while (this.#flushing) await this.#flushing;
  }

  #total(kind: Kind): number {
    return this.#stored[kind] + this.#pending[kind];
  }

  #count(kind: Kind, amount = 1): void {
    this.#turnDay();
    this.#pending[kind] += amount;
    this.#flushing ??= this.#flushSoon();
  }

  #turnDay(): void {
    const today = pacificDay(this.#options.clock.now());
    if (today === this.#day) return;
    this.#day = today;
    this.#stored = none();
    // Less than a second of yesterday's counts; nobody asks for them again.
    this.#pending = none();
    this.#refusing.clear();
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
        const total = await counters.add(`quota:${project}:${day}:${kind}`, deltas[kind]);
        // Another process may count the same project.
        if (day === this.#day) this.#stored[kind] = Math.max(this.#stored[kind], total);
      } catch (error) {
        log.warn({ err: error }, 'the count of requests to Google could not be stored');
      }
    }
  }
}

function none(): Counts {
  return { api: 0, bytes: 0, spent: 0 };
}
