import type { Clock } from '../clock.js';
import type { Album } from '../model.js';
import type { MediaSource } from '../sources/source.js';
import { isWithin } from './age.js';
import { albumById } from './album-listing.js';
import type { StoredListing } from './listings/listing-file.js';

/** The listing of albums, as far as it is needed here. */
export interface AlbumListing {
  /** Within its time, without a request. */
  current(): Promise<StoredListing<Album> | undefined>;
  /** Within its time, fetched if need be. */
  fresh(): Promise<StoredListing<Album>>;
}

export interface AlbumState {
  /** Undefined for an album that the listing does not hold. */
  readonly album: Album | undefined;
  readonly asOfMs: number;
  /** True if the album was asked for alone, just now. */
  readonly isOwn: boolean;
}

/** What the source tells of albums now, for few requests: one is asked for alone, several by the listing of all. */
export class AlbumStates {
  readonly #source: MediaSource;
  readonly #listing: AlbumListing;
  readonly #clock: Clock;
  readonly #ttlMs: number;
  #askedAtMs = -Infinity;

  constructor(source: MediaSource, listing: AlbumListing, clock: Clock, ttlMs: number) {
    this.#source = source;
    this.#listing = listing;
    this.#clock = clock;
    this.#ttlMs = ttlMs;
  }

  /** The album as it was at most a listing's time ago. Throws what the source throws. */
  async recent(id: string, signal: AbortSignal): Promise<AlbumState> {
    const known = await this.#listing.current();
    if (known) return stateIn(known, id);
    const isSecond = isWithin(this.#clock.now() - this.#askedAtMs, this.#ttlMs);
    const own = isSecond ? undefined : await this.own(id, signal);
    return own ?? stateIn(await this.#listing.fresh(), id);
  }

  /** The album as it is now; undefined if the source tells no album alone. */
  async own(id: string, signal: AbortSignal): Promise<AlbumState | undefined> {
    if (!this.#source.album) return undefined;
    const asOfMs = this.#clock.now();
    this.#askedAtMs = asOfMs;
    return { album: await this.#source.album(id, signal), asOfMs, isOwn: true };
  }
}

function stateIn({ members, fetchedAtMs }: StoredListing<Album>, id: string): AlbumState {
  return { album: albumById(members, id), asOfMs: fetchedAtMs, isOwn: false };
}
