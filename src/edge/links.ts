import { LRUCache } from 'lru-cache';
import { untilAborted } from '../abort.js';
import type { Clock } from '../clock.js';
import type { Link } from './gateway.js';

export interface LinksOptions {
  /** `isRenewal` if the link given before was refused. */
  readonly ask: (path: string, isRenewal: boolean) => Promise<Link>;
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
    return this.#join(path, false, signal);
  }

  /** Another link than the one that its host refused; asked for once too. */
  renew(path: string, refused: Link, signal?: AbortSignal): Promise<Link> {
    this.drop(path, refused);
    const newer = this.#kept.get(path);
    return newer ? Promise.resolve(newer) : this.#join(path, true, signal);
  }

  /** Forgets a link that did not work; a newer one is kept. */
  drop(path: string, link: Link): void {
    if (this.#kept.peek(path) === link) this.#kept.delete(path);
  }

  #join(path: string, isRenewal: boolean, signal: AbortSignal | undefined): Promise<Link> {
    let flight = this.#flights.get(path);
    if (!flight) {
      flight = this.#fetch(path, isRenewal).finally(() => this.#flights.delete(path));
      this.#flights.set(path, flight);
    }
    return untilAborted(flight, signal);
  }

  async #fetch(path: string, isRenewal: boolean): Promise<Link> {
    const link = await this.#ask(path, isRenewal);
    if (link.lifeMs > 0) this.#kept.set(path, link, { ttl: link.lifeMs });
    return link;
  }
}
