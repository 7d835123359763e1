import { LRUCache } from 'lru-cache';
import type { Clock } from '../../clock.js';
import { AppError } from '../../errors.js';
import type { GooglePickedItem, PickerApi } from '../../google/picker-api.js';
import type { Log } from '../../log.js';
import { takeListed } from './picking.js';
import type { Pick, Picks } from './picks.js';

/** Base URLs of a session's items, by id; undefined for one that has no bytes yet. */
export type SessionUrls = ReadonlyMap<string, string | undefined>;

export interface SessionListingsOptions {
  readonly api: PickerApi;
  readonly picks: Picks;
  readonly clock: Clock;
  readonly log: Log;
  /** Ends every listing. */
  readonly signal: AbortSignal;
  /** Takes each base URL as its page comes. */
  readonly prime: (id: string, url: string) => void;
}

/**
 * Only a session's listing brings new base URLs, and twenty requests for one item are many; so for a minute a listing
 * answers whoever asks for what it has brought, also what was refused meanwhile.
 */
const KEPT_MS = 60_000;
const MAX_KEPT = 20;
/**
 * How long a session that Google does not find counts as ended. It does not find those of another account either, so that
 * the pick's file keeps the end that Google gave, and opens again once the right one has signed in.
 */
const ENDED_MS = 3_600_000;
const MAX_ENDED = 1_000;

/** Lists picking sessions for the base URLs of their items, each once however many ask; nobody's departure ends it. */
export class SessionListings {
  readonly #options: SessionListingsOptions;
  readonly #listings: LRUCache<string, Promise<SessionUrls>>;
  readonly #ended: LRUCache<string, true>;

  constructor(options: SessionListingsOptions) {
    this.#options = options;
    this.#listings = new LRUCache({ max: MAX_KEPT, ttl: KEPT_MS, ttlResolution: 0, perf: options.clock });
    this.#ended = new LRUCache({ max: MAX_ENDED, ttl: ENDED_MS, ttlResolution: 0, perf: options.clock });
  }

  /** Whether base URLs of the pick's items can be had, as far as is known. */
  isLiving({ sessionId, endsAtMs }: Pick): boolean {
    return this.#options.clock.now() < endsAtMs && !this.#ended.has(sessionId);
  }

  /** NOT_FOUND if the session has ended: its pick does not count as living for an hour then. */
  of(sessionId: string): Promise<SessionUrls> {
    const known = this.#listings.get(sessionId);
    if (known) return known;
    const listing = this.#list(sessionId);
    this.#listings.set(sessionId, listing);
    listing.catch(() => {
      if (this.#listings.peek(sessionId) === listing) this.#listings.delete(sessionId);
    });
    return listing;
  }

  async #list(sessionId: string): Promise<SessionUrls> {
    const { api, log, picks, prime, signal } = this.#options;
    const listed: GooglePickedItem[] = [];
    const urls = new Map<string, string | undefined>();
    try {
      for await (const { members } of api.items(sessionId, { signal })) {
        for (const item of members) {
          const { baseUrl } = item.mediaFile;
          listed.push(item);
          urls.set(item.id, baseUrl);
          if (baseUrl !== undefined) prime(item.id, baseUrl);
        }
      }
    } catch (error) {
      if (error instanceof AppError && error.code === 'NOT_FOUND') await this.#throwIfEnded(sessionId);
      throw error;
    }
    await takeListed(picks, sessionId, listed).catch((error: unknown) => {
      log.warn({ err: error }, 'picks: what a session lists could not be stored');
    });
    return urls;
  }

  /** A page token may be unknown too: only the session itself tells. */
  async #throwIfEnded(sessionId: string): Promise<void> {
    const { api, log, signal } = this.#options;
    try {
      await api.session(sessionId, signal);
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'NOT_FOUND')) throw error;
      this.#ended.set(sessionId, true);
      log.warn(
        { advice: 'pick again; or sign in as who has picked: `photodav login`' },
        'picks: Google no longer has a pick, or it is of another Google account; its items answer 410',
      );
      throw error;
    }
    throw new AppError('SOURCE_UNAVAILABLE', 'google photos: the listing of the picking session broke off', {
      retryAfterSeconds: 10,
    });
  }
}
