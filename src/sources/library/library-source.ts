import type { Clock } from '../../clock.js';
import { MAX_BATCH, type GoogleMediaItem, type ItemQuery, type LibraryApi } from '../../google/library-api.js';
import type { MediaClient } from '../../google/media.js';
import type { Governor } from '../../google/quota.js';
import type { Album, Box, DayRange, MediaItem, Scope } from '../../model.js';
import { ItemBytes } from '../bytes/item-bytes.js';
import { fetchBaseUrls } from './fetch-base-urls.js';
import { findItems } from './find-items.js';
import { hasBytes, queryFor, queryForDays, toAlbum, toMediaItem } from './items.js';
import { renderedItem } from '../rendition.js';
import type { Content, DayOptions, Link, ListOptions, MediaSource, OpenOptions, Page } from '../source.js';

/** What a library stands on. */
export interface LibraryParts {
  readonly api: LibraryApi;
  readonly media: MediaClient;
  readonly governor: Governor;
  readonly clock: Clock;
  readonly namespace: string;
  readonly includeArchived: boolean;
  readonly rendition: Box | undefined;
  readonly emptyReason: string;
  close(): Promise<void>;
}

/** What one OAuth client sees of an account. */
export class LibrarySource implements MediaSource {
  readonly name = 'library';
  readonly namespace: string;
  readonly emptyReason: string;
  readonly #parts: LibraryParts;
  readonly #bytes: ItemBytes;

  constructor(parts: LibraryParts) {
    this.#parts = parts;
    this.namespace = parts.namespace;
    this.emptyReason = parts.emptyReason;
    const { api, clock, media, rendition } = parts;
    this.#bytes = new ItemBytes({
      ...{ clock, media, rendition },
      fetch: (ids, signal) => fetchBaseUrls(api, ids, signal),
      batchSize: MAX_BATCH,
    });
  }

  async *listAlbums(listing: ListOptions = {}): AsyncGenerator<Page<Album>, void, undefined> {
    for await (const { members, nextPageToken } of this.#parts.api.albums(listing)) {
      yield pageOf(members.map(toAlbum), nextPageToken);
    }
  }

  listItems(scope: Scope, listing: ListOptions = {}): AsyncGenerator<Page<MediaItem>, void, undefined> {
    return this.#search(queryFor(scope, this.#parts.includeArchived), listing);
  }

  listDays(range: DayRange, { order, ...listing }: DayOptions = {}): AsyncGenerator<Page<MediaItem>, void, undefined> {
    return this.#search(queryForDays(range, order ?? 'newest-first', this.#parts.includeArchived), listing);
  }

  async album(id: string, signal?: AbortSignal): Promise<Album> {
    return toAlbum(await this.#parts.api.album(id, signal));
  }

  async find(ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, MediaItem>> {
    const found = await findItems(this.#parts.api, ids, signal);
    return new Map(found.map((item) => [item.id, this.#toMediaItem(item)]));
  }

  measure(item: MediaItem, signal?: AbortSignal): Promise<number> {
    return this.#bytes.measure(item, signal);
  }

  mayLearnSizes(): boolean {
    return this.#parts.governor.mayLearnSizes();
  }

  mayRefresh(): boolean {
    return this.#parts.governor.mayRefresh();
  }

  open(item: MediaItem, options?: OpenOptions): Promise<Content> {
    return this.#bytes.open(item, options);
  }

  link(item: MediaItem, signal?: AbortSignal, isDoubted?: boolean): Promise<Link> {
    return this.#bytes.link(item, signal, isDoubted);
  }

  /** Signs in, and asks for one album: one request of the day's quota. */
  async check(signal?: AbortSignal): Promise<void> {
    await this.#parts.api.albums({ pageSize: 1, ...(signal ? { signal } : {}) }).next();
  }

  async close(): Promise<void> {
    this.#bytes.close();
    await this.#parts.close();
  }

  async *#search(query: ItemQuery, listing: ListOptions): AsyncGenerator<Page<MediaItem>, void, undefined> {
    for await (const { members, nextPageToken } of this.#parts.api.items(query, listing)) {
      const ready = members.filter(hasBytes);
      for (const { id, baseUrl } of ready) if (baseUrl !== undefined) this.#bytes.prime(id, baseUrl);
      yield pageOf(
        ready.map((item) => this.#toMediaItem(item)),
        nextPageToken,
      );
    }
  }

  #toMediaItem(item: GoogleMediaItem): MediaItem {
    return renderedItem(toMediaItem(item), this.#parts.rendition);
  }
}

function pageOf<T>(members: readonly T[], next: string | undefined): Page<T> {
  return { members, ...(next === undefined ? {} : { next }) };
}
