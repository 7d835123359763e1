import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';
import { AppError, toAppError } from '../errors.js';
import type { Log } from '../log.js';
import type { ListOptions, Page } from '../sources/source.js';
import { asUnavailable, mayShowStale, stillListing } from './listing-errors.js';
import { ListingFile, type MemberCodec, type StoredListing } from './listing-file.js';
import type { CatalogStore } from './store.js';

/** A page token older than this is not tried again; Google does not say how long one lives. */
const CURSOR_LIFE_MS = 3_600_000;
/** How long a client waits for a fresh listing while an older one is at hand. */
const FRESH_WAIT_MS = 1_000;
const SAVE_EVERY_MS = 2_000;
/** How long a failed source is left alone, unless it says itself when to come back. */
const HOLD_MS = 10_000;
const LONGEST_HOLD_MS = 900_000;
/** An emptied listing is believed when a second look, this much later, agrees. */
const DOUBT_MS = 3_600_000;

/** `T` is what the source lists, `H` the handle that stands for it here. */
export interface ListingsOptions<T, H = T> {
  readonly store: CatalogStore;
  /** Stands before every key in the store. */
  readonly prefix: string;
  readonly codec: MemberCodec<H>;
  readonly clock: Clock;
  readonly log: Log;
  readonly ttlMs: number;
  /** How long a caller waits for a first listing. */
  readonly waitMs: number;
  /** Members kept in memory, over all listings. */
  readonly maxEntries: number;
  /** Told of every fetch that failed, and of what is done about it. */
  readonly logFailure: (error: AppError, consequence: string) => void;
  /** Ends every fetch. */
  readonly signal: AbortSignal;
  /** Two members with one key are one member. */
  readonly keyOf: (member: H) => string | number;
  readonly fetch: (key: string, options: ListOptions) => AsyncIterable<Page<T>>;
  /** The one handle that stands for the member, so that an unchanged listing keeps its identity. */
  readonly intern: (member: T) => H;
  /** True if there is nothing to show of the members. */
  readonly isEmpty: (members: readonly H[]) => boolean;
  /** True if a listing that fell to nothing may be the source's slip. */
  readonly isDoubtful: (key: string, before: readonly H[]) => boolean | Promise<boolean>;
  /** Called before a listing is stored. */
  readonly beforeSave?: () => Promise<void>;
}

interface Slot<T> {
  readonly file: ListingFile<T>;
  listing?: StoredListing<T> | undefined;
  /** As an earlier run stored it: shown at once, for a start should not wait for the source. */
  isRestored?: boolean;
  /** What a fetch that did not end has brought so far. */
  progress?: Progress<T> | undefined;
  /** While it is held against the source, that is left alone. */
  failure?: { readonly error: AppError; readonly atMs: number; readonly holdMs: number } | undefined;
}

interface Progress<T> {
  readonly startedAtMs: number;
  readonly members: Map<string | number, T>;
  cursor: string | undefined;
  savedAtMs: number;
}

/**
 * Listings of one kind, by key: fetched once however many ask, kept `ttlMs`, stored, and served past their time while
 * they are refreshed or while the source cannot be reached.
 *
 * A fetch belongs to the listing, not to who asked for it: nobody's departure cancels it, and what an interrupted one
 * has brought is kept and continued.
 */
export class Listings<T, H = T> {
  readonly #options: ListingsOptions<T, H>;
  readonly #slots: LRUCache<string, Slot<H>>;
  readonly #loading = new Map<string, Promise<Slot<H>>>();
  readonly #fetching = new Map<string, Promise<void>>();

  constructor(options: ListingsOptions<T, H>) {
    this.#options = options;
    this.#slots = new LRUCache({
      maxSize: Math.max(1, options.maxEntries),
      // The largest listing is kept whatever its size, and then alone.
      sizeCalculation: ({ listing }) => Math.min(1 + (listing?.members.length ?? 0), Math.max(1, options.maxEntries)),
    });
  }

  /** The members in memory, however old; no request, no wait. */
  peek(key: string): readonly H[] | undefined {
    return this.#slots.peek(key)?.listing?.members;
  }

  /** The members in memory or in the store, however old; no request. */
  async stored(key: string): Promise<readonly H[] | undefined> {
    return (await this.#slot(key)).listing?.members;
  }

  /**
   * All members. The same array as long as nothing has changed.
   *
   * Throws what the source throws; SOURCE_UNAVAILABLE (503) when a first listing takes longer than `waitMs`.
   */
  async get(key: string): Promise<readonly H[]> {
    const { clock, ttlMs, waitMs } = this.#options;
    const slot = await this.#slot(key);
    const now = clock.now();
    if (slot.listing && isWithin(now - slot.listing.fetchedAtMs, ttlMs)) return slot.listing.members;
    if (!slot.failure || !isWithin(now - slot.failure.atMs, slot.failure.holdMs)) {
      const fetched = this.#fetch(key, slot, false);
      if (!slot.listing) await this.#settles(fetched, waitMs);
      else if (!slot.isRestored) await this.#settles(fetched, FRESH_WAIT_MS);
      slot.isRestored = false;
    }
    const { listing, failure } = slot;
    if (failure && !(listing && mayShowStale(failure.error))) throw asUnavailable(failure.error);
    if (!listing) throw stillListing();
    return listing.members;
  }

  /** Fetches the listing anew and believes what comes. Throws what the source throws. */
  async refresh(key: string): Promise<void> {
    const slot = await this.#slot(key);
    await this.#fetching.get(key);
    await this.#fetch(key, slot, true);
    if (slot.failure) throw slot.failure.error;
  }

  /** Resolves when nothing is being fetched or stored any more. */
  async settle(): Promise<void> {
    await Promise.all(this.#fetching.values());
  }

  #slot(key: string): Promise<Slot<H>> {
    const slot = this.#slots.get(key);
    if (slot) return Promise.resolve(slot);
    let loading = this.#loading.get(key);
    if (!loading) {
      loading = this.#load(key).finally(() => this.#loading.delete(key));
      this.#loading.set(key, loading);
    }
    return loading;
  }

  async #load(key: string): Promise<Slot<H>> {
    const { store, prefix, codec, keyOf } = this.#options;
    const file = new ListingFile(store, `${prefix}/${key}`, codec);
    const stored = await file.load();
    const slot: Slot<H> = { file };
    if (stored?.cursor === undefined) {
      slot.listing = stored;
      slot.isRestored = true;
    } else {
      slot.progress = {
        startedAtMs: stored.fetchedAtMs,
        members: new Map(stored.members.map((member) => [keyOf(member), member])),
        cursor: stored.cursor,
        savedAtMs: stored.fetchedAtMs,
      };
    }
    this.#keep(key, slot);
    return slot;
  }

  #keep(key: string, slot: Slot<H>): void {
    this.#slots.set(key, slot);
    const count = slot.listing?.members.length ?? 0;
    if (count > this.#options.maxEntries) {
      this.#options.log.warn(
        { count },
        'catalog: a listing is larger than catalog.maxEntries and drives the others out of memory; raise it',
      );
    }
  }

  #fetch(key: string, slot: Slot<H>, isTrusted: boolean): Promise<void> {
    let fetching = this.#fetching.get(key);
    if (!fetching) {
      fetching = this.#run(key, slot, isTrusted).finally(() => this.#fetching.delete(key));
      this.#fetching.set(key, fetching);
    }
    return fetching;
  }

  async #run(key: string, slot: Slot<H>, isTrusted: boolean): Promise<void> {
    const { clock, logFailure } = this.#options;
    try {
      const progress = await this.#pages(key, slot);
      slot.failure = undefined;
      slot.progress = undefined;
      await this.#accept(key, slot, progress, isTrusted);
    } catch (reason) {
      const error = toAppError(reason);
      const holdMs = Math.min((error.retryAfterSeconds ?? 0) * 1_000 || HOLD_MS, LONGEST_HOLD_MS);
      slot.failure = { error, atMs: clock.now(), holdMs };
      if (this.#options.signal.aborted) return;
      logFailure(error, slot.listing ? 'the last good listing is served' : 'there is no earlier listing to serve');
    }
  }

  /** Fetches pages to the end, going on where an earlier fetch stopped. */
  async #pages(key: string, slot: Slot<H>): Promise<Progress<H>> {
    const { clock, fetch, intern, keyOf, signal } = this.#options;
    const now = clock.now();
    const isResumed = slot.progress?.cursor !== undefined && now - slot.progress.startedAtMs < CURSOR_LIFE_MS;
    const progress: Progress<H> =
      isResumed && slot.progress
        ? slot.progress
        : { startedAtMs: now, members: new Map(), cursor: undefined, savedAtMs: now };
    slot.progress = progress;
    try {
      const cursor = progress.cursor === undefined ? {} : { cursor: progress.cursor };
      for await (const page of fetch(key, { signal, ...cursor })) {
        for (const member of page.members) {
          const handle = intern(member);
          progress.members.set(keyOf(handle), handle);
        }
        progress.cursor = page.next;
        if (clock.now() - progress.savedAtMs >= SAVE_EVERY_MS) await this.#saveProgress(slot, progress);
      }
      return progress;
    } catch (error) {
      if (isResumed && error instanceof AppError && error.code === 'NOT_FOUND') {
        slot.progress = undefined;
        return this.#pages(key, slot);
      }
      await this.#saveProgress(slot, progress);
      throw error;
    }
  }

  /** A listing that replaces none is stored page by page, so that a restart goes on with it. */
  async #saveProgress(slot: Slot<H>, { startedAtMs, members, cursor }: Progress<H>): Promise<void> {
    if (slot.listing || cursor === undefined) return;
    if (slot.progress) slot.progress.savedAtMs = this.#options.clock.now();
    await this.#save(() => slot.file.save({ members: [...members.values()], fetchedAtMs: startedAtMs, cursor }));
  }

  async #accept(key: string, slot: Slot<H>, progress: Progress<H>, isTrusted: boolean): Promise<void> {
    const { clock, log, isDoubtful, isEmpty } = this.#options;
    const before = slot.listing;
    const members = [...progress.members.values()];
    // A large library's listing may take longer than the time it is believed.
    const fetchedAtMs = clock.now();
    const isEmptied = before !== undefined && !isEmpty(before.members) && isEmpty(members);
    if (isEmptied && !isTrusted && (await isDoubtful(key, before.members))) {
      const doubtedSinceMs = before.doubtedSinceMs ?? clock.now();
      if (isWithin(clock.now() - doubtedSinceMs, DOUBT_MS)) {
        log.warn(
          { listing: key === 'all' ? 'all items' : 'a collection', members: before.members.length },
          'catalog: the source says that nothing is left of a listing; it is served as it was until a second look in an hour agrees',
        );
        slot.listing = { members: before.members, fetchedAtMs, doubtedSinceMs };
        await this.#save(() => slot.file.save({ ...before, fetchedAtMs, doubtedSinceMs }));
        return;
      }
    }
    const isSame = before?.members.length === members.length && before.members.every((m, i) => m === members[i]);
    slot.listing = { members: isSame ? before.members : members, fetchedAtMs };
    this.#keep(key, slot);
    const { listing } = slot;
    await this.#save(() => slot.file.save(listing));
  }

  async #save(write: () => Promise<void>): Promise<void> {
    try {
      await this.#options.beforeSave?.();
      await write();
    } catch (error) {
      this.#options.log.warn({ err: error }, 'catalog: a listing could not be stored; it is kept in memory');
    }
  }

  /** True if the promise settles within `ms`. */
  async #settles(promise: Promise<void>, ms: number): Promise<boolean> {
    const timer = new AbortController();
    const late = this.#options.clock.sleep(ms, timer.signal).then(
      () => false,
      () => false,
    );
    try {
      return await Promise.race([promise.then(() => true), late]);
    } finally {
      timer.abort();
    }
  }
}

/** False too for an age below zero: the clock was ahead once. */
function isWithin(ageMs: number, limitMs: number): boolean {
  return ageMs >= 0 && ageMs < limitMs;
}
