import { DayCounts, type DayCountsOptions } from './quota/quota-counts.js';
import { QuotaPart } from './quota/quota-part.js';
import type { Part } from './quota/quota-shares.js';

export interface GovernorOptions extends DayCountsOptions {
  /** Requests that Google grants the project per Pacific day. */
  readonly perDay: Readonly<Record<Part, number>>;
  readonly probeIntervalMs: number;
}

/**
 * Every request to Google passes it: counted per project and Pacific day, kept across restarts, API and bytes apart, so
 * that one part that is spent does not stop what needs the other.
 */
export class Governor {
  readonly api: QuotaPart;
  readonly bytes: QuotaPart;
  readonly #counts: DayCounts;

  private constructor(counts: DayCounts, { perDay, ...options }: GovernorOptions) {
    this.#counts = counts;
    this.api = new QuotaPart('api', { ...options, counts, perDay: perDay.api });
    this.bytes = new QuotaPart('bytes', { ...options, counts, perDay: perDay.bytes });
  }

  /** Begins with what the store remembers of today. */
  static async open(options: GovernorOptions): Promise<Governor> {
    return new Governor(await DayCounts.open(options), options);
  }

  /** A size may cost a request of each part. */
  mayLearnSizes(): boolean {
    return this.api.allows('background') && this.bytes.allows('background');
  }

  mayRefresh(): boolean {
    return this.api.allows('refreshing');
  }

  /** Resolves when all counts are stored. */
  async close(): Promise<void> {
    await this.#counts.close();
  }
}
