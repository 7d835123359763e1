import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';
import { untilAborted } from '../google/abort.js';
import type { Link } from './gateway.js';

export interface LinksOptions {
  readonly ask: (path: string) => Promise<Link>;
  readonly clock: Clock;
}

const MAX_ENTRIES = 10_000;
const MAX_CHARS = 24 * 1024 * 1024;

/** Links by path while they live: asked for once, however many want one. A failure is not remembered. */
export class Links {
  readonly #ask: LinksOptions['ask'];
  readonly #kept: LRUCache<string, Link>;
  readonly #flights = new Map<string, Promise<Link>>();

  constructor({ ask, clock }: LinksOptions) {
    this.#ask = ask;
    this.#kept = new LRUCache({
      max: MAX_ENTRIES,
      maxSize: MAX_CHARS,
      sizeCalculation: (link, path) => JSON.stringify(link).length + path.length,
      ttlResolution: 0,
      perf: { now: () => clock.now() },
    });
  }

  /** Throws what `ask` throws. Whoever leaves does not end the asking: others may wait for it too. */
  get(path: string, signal?: AbortSignal): Promise<Link> {
    const kept = this.#kept.get(path);
    if (kept) return Promise.resolve(kept);
    let flight = this.#flights.get(path);
    if (!flight) {
      flight = this.#fetch(path).finally(() => this.#flights.delete(path));
      this.#flights.set(path, flight);
    }
    return untilAborted(flight, signal);
  }

  /** Forgets a link that did not work; a newer one is kept. */
  drop(path: string, link: Link): void {
    if (this.#kept.peek(path) === link) this.#kept.delete(path);
  }

  async #fetch(path: string): Promise<Link> {
    const link = await this.#ask(path);
    if (link.lifeMs > 0) this.#kept.set(path, link, { ttl: link.lifeMs });
    return link;
  }
}
