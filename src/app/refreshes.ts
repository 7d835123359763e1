import type { Catalog } from '../catalog/catalog.js';
import type { Clock } from '../clock.js';
import { toAppError } from '../errors.js';
import type { Log } from '../log.js';

/** Somebody else's impatience must not spend the day's quota. */
const REST_MS = 60_000;

/** Refreshes that people ask for: of each catalog one at a time, whoever asks. */
export class Refreshes {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #running = new Map<Catalog, Promise<void>>();
  readonly #startedAtMs = new WeakMap<Catalog, number>();

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Fetches again what the catalogs know; what fails is logged. */
  async now(catalogs: readonly Catalog[]): Promise<void> {
    await Promise.all(catalogs.map((catalog) => this.#run(catalog)));
  }

  /**
   * The same, without being waited for, for those that were not refreshed within a minute. The seconds after which asking
   * again makes sense if there is none of those, else 0.
   */
  ask(catalogs: readonly Catalog[]): number {
    const waits = catalogs.map(
      (catalog) => (this.#startedAtMs.get(catalog) ?? -Infinity) + REST_MS - this.#clock.now(),
    );
    const due = catalogs.filter((_, i) => (waits[i] ?? 0) <= 0);
    void this.now(due);
    return due.length > 0 || catalogs.length === 0 ? 0 : Math.ceil(Math.min(...waits) / 1_000);
  }

  #run(catalog: Catalog): Promise<void> {
    let running = this.#running.get(catalog);
    if (!running) {
      this.#startedAtMs.set(catalog, this.#clock.now());
      running = this.#refresh(catalog).finally(() => this.#running.delete(catalog));
      this.#running.set(catalog, running);
    }
    return running;
  }

  async #refresh(catalog: Catalog): Promise<void> {
    this.#log.info({ source: catalog.source.name }, 'the listings of a library are fetched again, as somebody asked');
    try {
      await catalog.refresh();
    } catch (reason) {
      const { code, message, advice } = toAppError(reason);
      this.#log.warn({ code, advice }, `a library could not be refreshed: ${message}`);
    }
  }
}
