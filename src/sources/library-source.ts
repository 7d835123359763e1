import type { Clock } from '../clock.js';
import { MAX_BATCH, type GoogleMediaItem, type ItemQuery, type LibraryApi } from '../google/library-api.js';
import type { MediaClient, Refused } from '../google/media.js';
import type { Governor } from '../google/quota.js';
import type { Album, Box, DayRange, MediaItem, Scope } from '../model.js';
import { BaseUrls } from './base-urls.js';
import { HandedOut } from './handed-out.js';
import { fetchBaseUrls } from './library-base-urls.js';
import { findItems } from './library-find.js';
import { hasBytes, queryFor, queryForDays, toAlbum, toMediaItem } from './library-items.js';
import { Refusals } from './refusals.js';
import { renderedItem, suffixFor } from './rendition.js';
import type { Content, DayOptions, Link, ListOptions, MediaSource, OpenOptions, Page } from './source.js';

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

interface BaseUrlState {
  readonly expiresAtMs: number;
  /** True if it replaces a refused one, and nobody was given bytes by it yet. */
  readonly isOnTrial: boolean;
}

/** What one OAuth client sees of an account. */
export class LibrarySource implements MediaSource {
  readonly name = 'library';
  readonly namespace: string;
  readonly emptyReason: string;
  readonly #parts: LibraryParts;
  readonly #baseUrls: BaseUrls;
  readonly #handedOut: HandedOut;
  readonly #refusals: Refusals;

  constructor(parts: LibraryParts) {
    this.#parts = parts;
    this.namespace = parts.namespace;
    this.emptyReason = parts.emptyReason;
    this.#handedOut = new HandedOut(parts.clock);
    this.#refusals = new Refusals(parts.clock);
    this.#baseUrls = new BaseUrls({
      fetch: (ids, signal) => fetchBaseUrls(parts.api, ids, signal),
      batchSize: MAX_BATCH,
      clock: parts.clock,
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

  async measure(item: MediaItem, signal?: AbortSignal): Promise<number> {
    return this.#withBaseUrl(item, signal, (url) => this.#parts.media.measure(url, signal ? { signal } : {}));
  }

  mayLearnSizes(): boolean {
    return this.#parts.governor.mayLearnSizes();
  }

  mayRefresh(): boolean {
    return this.#parts.governor.mayRefresh();
  }

  async open(item: MediaItem, { range, signal }: OpenOptions = {}): Promise<Content> {
    const request = { ...(range ? { range } : {}), ...(signal ? { signal } : {}) };
    return this.#withBaseUrl(item, signal, (url) => this.#parts.media.open(url, request));
  }

  async link(item: MediaItem, signal?: AbortSignal, isDoubted = false): Promise<Link> {
    return this.#withBaseUrl(item, signal, async (baseUrl, { expiresAtMs, isOnTrial }) => {
      const isTrusted = !isVideo(item) && !isDoubted && !isOnTrial && this.#handedOut.mayTrust(baseUrl);
      const found = await this.#parts.media.resolve(baseUrl, { isTrusted, ...(signal ? { signal } : {}) });
      if (isRefused(found)) return found;
      const { url, headers, honoursRange } = found;
      return { url, headers, honoursRange, expiresAtMs };
    });
  }

  /** Signs in, and asks for one album: one request of the day's quota. */
  async check(signal?: AbortSignal): Promise<void> {
    await this.#parts.api.albums({ pageSize: 1, ...(signal ? { signal } : {}) }).next();
  }

  async close(): Promise<void> {
    this.#baseUrls.close();
    await this.#parts.close();
  }

  async *#search(query: ItemQuery, listing: ListOptions): AsyncGenerator<Page<MediaItem>, void, undefined> {
    for await (const { members, nextPageToken } of this.#parts.api.items(query, listing)) {
      const ready = members.filter(hasBytes);
      for (const { id, baseUrl } of ready) if (baseUrl !== undefined) this.#baseUrls.prime(id, baseUrl);
      yield pageOf(
        ready.map((item) => this.#toMediaItem(item)),
        nextPageToken,
      );
    }
  }

  #toMediaItem(item: GoogleMediaItem): MediaItem {
    return renderedItem(toMediaItem(item), this.#parts.rendition);
  }

  /**
   * Does `ask` with the item's base URL, and once more with a new one if that is refused. If the new one is refused too, the
   * item is left alone for a minute, whatever listings tell: they bring new base URLs more often than that.
   */
  async #withBaseUrl<T extends object | number>(
    item: MediaItem,
    signal: AbortSignal | undefined,
    ask: (url: string, state: BaseUrlState) => Promise<T | Refused>,
  ): Promise<T> {
    const { id } = item;
    const suffix = suffixFor(item, this.#parts.rendition);
    const askWith = async (url: string): Promise<T | Refused> => {
      this.#refusals.throwIfRefused(id);
      const isOnTrial = this.#refusals.isOnTrial(id, url);
      const answer = await ask(url + suffix, { expiresAtMs: this.#baseUrls.expiresAtMs(id, url), isOnTrial });
      if (!isRefused(answer)) this.#refusals.accept(id, url);
      return answer;
    };
    this.#refusals.throwIfRefused(id);
    const first = await this.#baseUrls.get(id, signal);
    const answer = await askWith(first);
    if (!isRefused(answer)) return answer;
    // Another reader may have renewed it meanwhile, to no avail.
    this.#refusals.throwIfRefused(id);
    if (this.#refusals.isOnTrial(id, first)) throw this.#refusals.remember(id, answer.status);
    const second = await this.#baseUrls.renew(id, first, signal);
    this.#refusals.putOnTrial(id, second);
    const again = await askWith(second);
    if (!isRefused(again)) return again;
    throw this.#refusals.remember(id, again.status);
  }
}

function isVideo({ mimeType }: MediaItem): boolean {
  return mimeType.startsWith('video/');
}

function isRefused(answer: object | number): answer is Refused {
  return typeof answer === 'object' && 'kind' in answer && answer.kind === 'refused';
}

function pageOf<T>(members: readonly T[], next: string | undefined): Page<T> {
  return { members, ...(next === undefined ? {} : { next }) };
}
