import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';
import { AppError } from '../errors.js';
import type { Bytes, Range } from '../google/media/media-answer.js';
import type { MediaClient } from '../google/media.js';
import type { Link } from './gateway.js';
import type { Links } from './links.js';

export interface UpstreamOptions {
  readonly links: Links;
  readonly media: MediaClient;
  readonly clock: Clock;
}

export interface BytesRequest {
  readonly range?: Range;
  /** Aborted when the client leaves. */
  readonly signal?: AbortSignal;
}

const PAUSE_MS = 60_000;
const MAX_REFUSED = 1_000;

/** Opens the bytes of a path where the gateway says that they are. */
export class Upstream {
  readonly #links: Links;
  readonly #media: MediaClient;
  /** What became of the last try, by path: clients that try again and again would make the gateway renew each time. */
  readonly #refused: LRUCache<string, AppError>;

  constructor({ links, media, clock }: UpstreamOptions) {
    this.#links = links;
    this.#media = media;
    this.#refused = new LRUCache({
      max: MAX_REFUSED,
      ttl: PAUSE_MS,
      ttlResolution: 0,
      perf: { now: () => clock.now() },
    });
  }

  /**
   * A link that its host refuses is dropped, and the gateway asked once more. Where that does not help either, nobody is
   * asked for a minute at most, and the failure is the same. Throws what both of them throw.
   */
  async open(path: string, request: BytesRequest): Promise<Bytes> {
    const refusal = this.#refused.get(path);
    if (refusal) throw refusal;
    const first = await this.#links.get(path, request.signal);
    const opened = await this.#media.open(first.url, { ...request, headers: first.headers });
    if (opened.kind === 'bytes') return opened;
    const second = await this.#renewed(path, first, request.signal);
    const again = await this.#media.open(second.url, { ...request, headers: second.headers });
    if (again.kind === 'bytes') return again;
    this.#links.drop(path, second);
    const failure = new AppError('SOURCE_UNAVAILABLE', `the host of the bytes refuses each link with ${again.status}`, {
      retryAfterSeconds: PAUSE_MS / 1000,
      advice: "try again later; the gateway's log may tell more",
    });
    this.#refused.set(path, failure);
    throw failure;
  }

  async #renewed(path: string, refused: Link, signal: AbortSignal | undefined): Promise<Link> {
    try {
      return await this.#links.renew(path, refused, signal);
    } catch (error) {
      // The gateway tries what it renews. One that is down does not tell when to come again, and may be up soon.
      if (error instanceof AppError && error.retryAfterSeconds !== undefined) {
        const ttl = Math.min(Math.max(1, error.retryAfterSeconds) * 1000, PAUSE_MS);
        this.#refused.set(path, error, { ttl });
      }
      throw error;
    }
  }
}
