const PACIFIC_DAY = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Los_Angeles', dateStyle: 'short' });

/** Requests of the day, which ends at midnight Pacific time. */
export class Quota {
  #day = '';
  readonly #used = { api: 0, picker: 0, bytes: 0 };

  constructor(private readonly now: () => number) {}

  /** Counts one request; false if the day's limit (0: none) is spent. */
  spend(kind: 'api' | 'picker' | 'bytes', limit: number): boolean {
    const day = PACIFIC_DAY.format(this.now());
    if (day !== this.#day) {
      this.#day = day;
      Object.assign(this.#used, { api: 0, picker: 0, bytes: 0 });
    }
    this.#used[kind] += 1;
    return limit === 0 || this.#used[kind] <= limit;
  }
}
