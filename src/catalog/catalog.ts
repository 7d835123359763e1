import { setMaxListeners } from 'node:events';
import type { Clock } from '../clock.js';
import { toAppError, type AppError } from '../errors.js';
import type { Log } from '../log.js';
import type { Album, ItemList, MediaItem, Scope } from '../model.js';
import type { ListOptions, MediaSource, Page } from '../sources/source.js';
import { ALBUM_CODEC, albumById, countOf, sameAlbum } from './album-listing.js';
import { AlbumStates } from './album-states.js';
import { arrivals } from './arrivals.js';
import { firstListing, listsDays } from './first-listing.js';
import { GoneItems } from './gone-items.js';
import { ItemTable } from './items/item-table.js';
import { ItemUpkeep } from './item-upkeep.js';
import type { FetchOptions } from './listings/listing-pages.js';
import { Listings } from './listings.js';
import { keyOf, scopeOf } from './scope-key.js';
import { SizeLearner } from './size-learner.js';
import { Sizes } from './sizes.js';
import { stillThere } from './still-there.js';
import type { CatalogStore } from './store.js';

/** A listing of more members than this is not believed at once when it falls to none. */
const DOUBTED_ABOVE = 20;
const LISTING_WAIT_MS = 20_000;
const ALBUMS = 'all';
const ALBUMS_PROBE = 'albums';

/** When sizes are learned: for a listing that lacks them, ahead of all listings, or only when an item is opened. */
export type ReadSize = 'on-list' | 'prefetch' | 'off';

/** Whether a first listing of all items is served once it is complete, or as soon as all that has a date is known. */
export type FirstListing = 'complete' | 'quick';

export interface CatalogOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** How long a listing counts as fresh. */
  readonly ttlMs: number;
  /** How long a listing is kept up to date by its count or its head before it is fetched in full again. */
  readonly fullRefreshMs: number;
  /** Media items and albums kept in memory, over all listings. */
  readonly maxEntries: number;
  readonly readSize: ReadSize;
  /** `complete` if absent. */
  readonly firstListing?: FirstListing;
  /** How long a listing waits for sizes it lacks. */
  readonly sizeWaitMs: number;
}

/**
 * What we know of one source, and for how long we believe it.
 *
 * A listing is fetched once however many ask, kept `ttlMs`, and served past its time while it is refreshed, or when the
 * source fails with an error worth waiting out. Listings and sizes survive a restart in the store; bytes and base URLs
 * are never stored. Every method throws what the source throws.
 */
export class Catalog {
  readonly source: MediaSource;
  readonly #options: CatalogOptions;
  readonly #table: ItemTable;
  readonly #albums: Listings<Album>;
  readonly #items: Listings<MediaItem, number>;
  readonly #sizes: Sizes;
  readonly #learner: SizeLearner;
  readonly #gone: GoneItems;
  readonly #closing = new AbortController();
  /** One id of each scope, where there is one: enough to say that it is not empty. */
  readonly #probes: Listings<string>;
  readonly #loaded: Promise<unknown>;
  /** What stands for the numbers of a listing, as long as nothing about its items changes. */
  readonly #lists = new WeakMap<readonly number[], { readonly list: ItemList; readonly changes: number }>();

  constructor(source: MediaSource, store: CatalogStore, options: CatalogOptions) {
    const { clock, log, ttlMs, fullRefreshMs, maxEntries } = options;
    const { namespace } = source;
    this.source = source;
    this.#options = options;
    // Every size that is being learned waits for it. Not 0, which means the same: with that, Node 20's getMaxListeners
    // takes the signal for no event target, and every request of undici's that has it fails.
    setMaxListeners(Infinity, this.#closing.signal);
    this.#table = new ItemTable(store, namespace);
    this.#sizes = new Sizes(this.#table, store, namespace, clock, log);
    this.#learner = new SizeLearner(source, this.#sizes, clock, log, this.#closing.signal);
    this.#loaded = this.#load().catch((error: unknown) => {
      log.warn({ err: error }, 'catalog: what is stored cannot be read; it will be fetched again');
    });
    const logFailure = onceEach(log);
    const shared = {
      store,
      clock,
      log,
      logFailure,
      mayRefresh: () => this.#mayRefresh(),
      edition: source.edition?.bind(source),
      ttlMs,
      fullRefreshMs,
      waitMs: LISTING_WAIT_MS,
      maxEntries,
      signal: this.#closing.signal,
    };
    this.#albums = new Listings({
      ...shared,
      prefix: `${namespace}/albums`,
      codec: ALBUM_CODEC,
      keyOf: (album) => album.id,
      fetch: (_key, listing) => source.listAlbums(listing),
      intern: (album) => sameAlbum(this.#albumById(album.id), album),
      isEmpty: (albums) => countOf(albums) === 0,
      isDoubtful: (_key, before) => countOf(before) > DOUBTED_ABOVE,
    });
    const listing = { current: () => this.#albums.current(ALBUMS), fresh: () => this.#albums.fresh(ALBUMS) };
    this.#items = new Listings({
      ...shared,
      prefix: `${namespace}/listing`,
      codec: {
        encode: (number) => this.#table.idOf(number),
        decode: (id) => this.#table.numberOf(id as string),
      },
      keyOf: (number) => number,
      fetch: (key, fetch) => this.#fetchItems(key, fetch),
      intern: (item) => this.#table.intern(item),
      isEmpty: (items) => items.length === 0,
      isDoubtful: async (key, before) =>
        before.length > DOUBTED_ABOVE || this.#albumHasItems(key) || (await this.#isAllGone()),
      beforeSave: () => this.#table.save(),
      upkeep: new ItemUpkeep({
        source,
        table: this.#table,
        albums: new AlbumStates(source, listing, clock, ttlMs),
        stampOf: (id) => this.#albumById(id),
      }),
    });
    this.#gone = new GoneItems({
      clock,
      log,
      signal: this.#closing.signal,
      check: (numbers) => this.#checkGone(numbers),
    });
    this.#probes = new Listings({
      ...shared,
      prefix: `${namespace}/probe`,
      codec: { encode: (id) => id, decode: (id) => id as string },
      keyOf: (id) => id,
      fetch: (key, listing) => this.#firstOf(key, listing),
      intern: (id) => id,
      isEmpty: (ids) => ids.length === 0,
      isDoubtful: () => true,
    });
  }

  async albums(): Promise<readonly Album[]> {
    return this.#albums.get(ALBUMS);
  }

  /** All items of the scope. The same object as long as nothing about them has changed. */
  async items(scope: Scope): Promise<ItemList> {
    await this.#loaded;
    return this.#listOf(await this.#items.get(keyOf(scope)));
  }

  /** Whether the scope has an item; costs at most a request for one where its listing is not at hand. */
  async hasItems(scope: Scope): Promise<boolean> {
    await this.#loaded;
    const key = keyOf(scope);
    const stored = (await this.#items.stored(key)) ?? [];
    // A listing that was empty once is no answer for ever: a hidden folder is never listed again.
    return stored.length > 0 || (await this.#probes.get(key)).length > 0;
  }

  /** Whether there is an album; costs at most a request for one where their listing is not at hand. */
  async hasAlbums(): Promise<boolean> {
    const stored = (await this.#albums.stored(ALBUMS)) ?? [];
    return countOf(stored) > 0 || (await this.#probes.get(ALBUMS_PROBE)).length > 0;
  }

  /** True if nothing is known of the source yet, neither from this run nor from an earlier one. */
  async isNew(): Promise<boolean> {
    await this.#loaded;
    return this.#table.size === 0 && (await this.#albums.stored(ALBUMS)) === undefined;
  }

  /** The items of a scope that are in memory, however old. */
  peekItems(scope: Scope): ItemList | undefined {
    const numbers = this.#items.peek(keyOf(scope));
    return numbers && this.#listOf(numbers);
  }

  /** 22 characters that tell the item and its version from all others, after a restart too. */
  digest(item: MediaItem): string {
    return this.#table.digest(item);
  }

  /** Bytes, if they are known. */
  knownSize(item: MediaItem): number | undefined {
    return this.#sizes.get(item);
  }

  /** Bytes; measured at most once per item, until the bytes themselves say otherwise (`learn`). */
  async size(item: MediaItem): Promise<number> {
    await this.#loaded;
    return this.#sizes.get(item) ?? this.#learner.measure(item);
  }

  /** Takes the size that an answer with bytes told. */
  learn(item: MediaItem, sizeBytes: number): void {
    this.#sizes.set(item, sizeBytes);
  }

  /**
   * Learns the sizes of items, many at a time, and yields the items as their sizes arrive.
   *
   * Ends when nothing is left to wait for, or after `sizeWaitMs`; the rest is learned in the background. Yields nothing
   * where sizes are learned only on opening, or once the day's share for them is used.
   */
  async *learnSizes(items: ItemList, signal?: AbortSignal): AsyncIterable<readonly MediaItem[]> {
    if (this.#options.readSize === 'off') return;
    await this.#loaded;
    const { clock, sizeWaitMs } = this.#options;
    yield* arrivals(this.#learner, items, { clock, waitMs: sizeWaitMs, ...(signal ? { signal } : {}) });
  }

  /** Whether the size is not known, but will be: not where listings are to do without, nor for what failed lately. */
  isSizeDue(item: MediaItem): boolean {
    const isLearned = this.#options.readSize !== 'off' && this.source.measuresByOpening !== true;
    return isLearned && this.#sizes.get(item) === undefined && !this.#learner.hasFailed(item);
  }

  /** Lists the scope now, so that with `readSize: prefetch` its sizes are learned before anybody asks; never rejects. */
  async prefetch(scope: Scope): Promise<void> {
    await this.items(scope).catch((error: unknown) => {
      this.#options.log.warn({ err: error }, 'catalog: prefetching waits for the first listing that succeeds');
    });
  }

  /**
   * Takes that the item's bytes are gone. If the source no longer has it, it leaves the listings in memory, and those
   * that held it are fetched again in the background; unless the day's quota is near its end.
   */
  itemGone(item: MediaItem): void {
    const number = this.#table.numberOfItem(item);
    if (number !== undefined && this.#mayRefresh()) this.#gone.report(number);
  }

  /** Fetches the scope again, or what is in use of everything, and believes what comes. */
  async refresh(scope?: Scope): Promise<void> {
    await this.#loaded;
    if (scope !== undefined) return this.#items.refresh(keyOf(scope));
    const failures: AppError[] = [];
    const refresh = async (refreshed: Promise<void>): Promise<void> => {
      await refreshed.catch((error: unknown) => failures.push(toAppError(error)));
    };
    await refresh(this.#albums.refresh(ALBUMS));
    const stored = await Promise.all(['all', 'favorites'].map(async (key) => (await this.#items.stored(key)) && key));
    const inUse = new Set([...stored.filter((key) => key !== undefined), ...this.#items.keys]);
    for (const key of inUse) await refresh(this.#items.refresh(key));
    // An album that is gone is no failure: the listing of albums says so.
    const failure = failures.find(({ code }) => code !== 'NOT_FOUND');
    if (failure) throw failure;
  }

  /** Ends what runs and stores what was learned. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#loaded;
    await Promise.all([this.#albums.settle(), this.#items.settle(), this.#probes.settle(), this.#gone.settle()]);
    await this.#sizes.close();
  }

  #mayRefresh(): boolean {
    return this.source.mayRefresh?.() ?? true;
  }

  async #load(): Promise<void> {
    await this.#table.load();
    await this.#sizes.load();
  }

  /** Takes out of the listings what the source no longer has; where it cannot tell, a full listing has to. */
  async #checkGone(numbers: readonly number[]): Promise<void> {
    const there = await stillThere(this.source, this.#table, numbers, this.#closing.signal);
    if (there) this.#items.drop(new Set(numbers.filter((number) => !there.has(number))));
    else this.#items.distrust(new Set(numbers));
  }

  #fetchItems(key: string, fetch: FetchOptions<number>): AsyncIterable<Page<MediaItem>> {
    const { source } = this;
    const { clock, log } = this.#options;
    const { show } = fetch;
    if (key !== 'all' || !show || !listsDays(source)) return this.#listItems(key, fetch);
    const isQuick = this.#options.firstListing === 'quick';
    return firstListing({ source, table: this.#table, clock, log, fetch, ...(isQuick ? { show } : {}) });
  }

  #listItems(key: string, listing: ListOptions): AsyncIterable<Page<MediaItem>> {
    return this.source.listItems(scopeOf(key), listing);
  }

  /** A listing of at most one member, asked for as one. */
  async *#firstOf(key: string, listing: ListOptions): AsyncIterable<Page<string>> {
    const one = { ...listing, pageSize: 1 };
    const pages = key === ALBUMS_PROBE ? this.source.listAlbums(one) : this.#listItems(key, one);
    for await (const { members } of pages) {
      const [first] = members;
      if (!first) continue;
      yield { members: [first.id] };
      return;
    }
  }

  /** The album as it is in memory. */
  #albumById(id: string): Album | undefined {
    const albums = this.#albums.peek(ALBUMS);
    return albums && albumById(albums, id);
  }

  /** True if Google counts items in the album whose listing this is. */
  #albumHasItems(key: string): boolean {
    const scope = scopeOf(key);
    if (typeof scope === 'string') return false;
    return (this.#albumById(scope.albumId)?.itemCount ?? 0) > 0;
  }

  /** True if the source shows no item at all any more, of more than a few. */
  async #isAllGone(): Promise<boolean> {
    if (this.#table.size <= DOUBTED_ABOVE) return false;
    for await (const _ of this.#firstOf('all', { signal: this.#closing.signal })) return false;
    return true;
  }

  #listOf(numbers: readonly number[]): ItemList {
    const { changes } = this.#table;
    const known = this.#lists.get(numbers);
    if (known?.changes === changes) return known.list;
    const list = this.#table.items(numbers);
    this.#lists.set(numbers, { list, changes });
    if (this.#options.readSize === 'prefetch') {
      const newestFirst = numbers.toSorted((a, b) => this.#table.item(b).createdAtMs - this.#table.item(a).createdAtMs);
      void this.#learner.learn(this.#table.items(newestFirst), 'background');
    }
    return list;
  }
}

/** Logs a failure once, however many listings it hits; one of ours with its stack. */
function onceEach(log: Log): (error: AppError, consequence: string) => void {
  const logged = new WeakSet<AppError>();
  return (error, consequence) => {
    if (logged.has(error)) return;
    logged.add(error);
    const { code, message, advice } = error;
    const details = code === 'INTERNAL' ? { err: error } : { code, advice };
    log.warn(details, `catalog: a listing failed: ${message}; ${consequence}`);
  };
}
