/** One request as it came and was answered. */
export interface RequestRecord {
  readonly route: string;
  readonly method: string;
  /** The Range header. */
  readonly range?: string;
  /** 0 while there is no answer, and for ever if there was none. */
  readonly status: number;
}

const MAX_RECORDS = 1000;

/** Counts by route key, "open" (media bodies being sent), "opened", "bytes"; and the last 1000 requests. */
export class Counters {
  readonly #counts = new Map<string, number>();
  readonly #requests: { route: string; method: string; range?: string; status: number }[] = [];

  add(key: string, amount = 1): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + amount);
  }

  /** Takes a request down; the function it gives takes the status. */
  record(route: string, method: string, range: string | undefined): (status: number) => void {
    const entry = { route, method, ...(range === undefined ? {} : { range }), status: 0 };
    this.#requests.push(entry);
    if (this.#requests.length > MAX_RECORDS) this.#requests.shift();
    this.add(route);
    return (status) => (entry.status = status);
  }

  get requests(): readonly RequestRecord[] {
    return this.#requests;
  }

  snapshot(): Readonly<Record<string, number>> {
    return { open: 0, opened: 0, bytes: 0, ...Object.fromEntries(this.#counts) };
  }

  /** Forgets all but the bodies still being sent. */
  reset(): void {
    const open = this.#counts.get('open') ?? 0;
    this.#counts.clear();
    this.#counts.set('open', open);
    this.#requests.length = 0;
  }
}
