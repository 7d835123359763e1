import { LRUCache } from 'lru-cache';
import { toAppError } from '../errors.js';
import { isWithin } from './age.js';
import { asUnavailable, holdMsOf, mayShowStale, stillListing } from './listings/listing-errors.js';
import { ListingFile, type StoredListing } from './listings/listing-file.js';
import { fetchPages, type Progress } from './listings/listing-pages.js';
import { emptySlot, hasListing, type Slot } from './listings/listing-slot.js';
import type { ListingsOptions } from './listings/listings-options.js';
import type { Completion, Revision } from './upkeep.js';

/** How long a client waits for a fresh listing while an older one is at hand. */
const FRESH_WAIT_MS = 1_000;
/** An emptied listing is believed when a second look, this much later, agrees. */
const DOUBT_MS = 3_600_000;

/** What a fetch is for: a listing past its time, one that is doubted, or one that is believed: a person or an edition asks. */
type Reason = 'age' | 'doubt' | 'person';

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
    return (await this.#followed(key)).listing?.members;
  }

  /** The keys of the listings in memory. */
  get keys(): readonly string[] {
    return [...this.#slots.keys()].filter((key) => this.#slots.peek(key)?.listing);
  }

  /** The listing if it is within its time; no request. */
  async current(key: string): Promise<StoredListing<H> | undefined> {
    const slot = await this.#followed(key);
    return this.#isFresh(slot) ? slot.listing : undefined;
  }

  /** The listing within its time, however long it takes to fetch it. Throws what the source throws. */
  async fresh(key: string): Promise<StoredListing<H>> {
    const slot = await this.#followed(key);
    if (!this.#isFresh(slot) && !this.#isHeld(slot)) await this.#fetch(key, slot, 'age');
    if (slot.listing && this.#isFresh(slot)) return slot.listing;
    throw slot.failure?.error ?? stillListing();
  }

  /**
   * All members. The same array as long as nothing has changed.
   *
   * Throws what the source throws; SOURCE_UNAVAILABLE (503) when a first listing takes longer than `waitMs`.
   */
  async get(key: string): Promise<readonly H[]> {
    const { waitMs } = this.#options;
    const slot = await this.#followed(key);
    if (slot.listing && this.#isFresh(slot)) return slot.listing.members;
    if (!this.#isHeld(slot) && this.#mayFetch(slot)) {
      const fetched = this.#fetch(key, slot, 'age');
      if (!slot.listing) await this.#settles(Promise.race([fetched, slot.shown]), waitMs);
      else if (!slot.isRestored && slot.listing.listedAtMs !== undefined) await this.#settles(fetched, FRESH_WAIT_MS);
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
    await this.#fetch(key, slot, 'person');
    if (slot.failure) throw slot.failure.error;
  }

  /** Takes out of every listing in memory what is surely gone, and lists those anew that held some of it. */
  drop(gone: ReadonlySet<H>): void {
    for (const [key, slot] of this.#holding(gone)) {
      const left = slot.listing.members.filter((member) => !gone.has(member));
      // That nothing is left of a listing is for the source to say.
      if (left.length > 0) slot.listing = { ...slot.listing, members: left };
      this.#distrust(key, slot);
    }
  }

  /** Lists anew, in the background, every listing in memory that holds one of the members. */
  distrust(members: ReadonlySet<H>): void {
    for (const [key, slot] of this.#holding(members)) this.#distrust(key, slot);
  }

  /** Resolves when nothing is being fetched or stored any more. */
  async settle(): Promise<void> {
    await Promise.all(this.#fetching.values());
  }

  #holding(members: ReadonlySet<H>): [string, Slot<H> & { listing: StoredListing<H> }][] {
    const holding: [string, Slot<H> & { listing: StoredListing<H> }][] = [];
    for (const [key, slot] of this.#slots.entries()) {
      if (hasListing(slot) && slot.listing.members.some((member) => members.has(member))) holding.push([key, slot]);
    }
    return holding;
  }

  /** At most once within the time that a listing counts as fresh. */
  #distrust(key: string, slot: Slot<H>): void {
    const { clock, ttlMs } = this.#options;
    const { listedAtMs } = slot.listing ?? {};
    if (listedAtMs === undefined || isWithin(clock.now() - listedAtMs, ttlMs)) return;
    slot.isDistrusted = true;
    if (!this.#isHeld(slot) && this.#mayFetch(slot)) void this.#fetch(key, slot, 'doubt');
  }

  #isFresh({ listing }: Slot<H>): boolean {
    const { clock, ttlMs } = this.#options;
    return listing?.listedAtMs !== undefined && isWithin(clock.now() - listing.fetchedAtMs, ttlMs);
  }

  /** A listing that nobody has yet is fetched as long as anything is. */
  #mayFetch({ listing }: Slot<H>): boolean {
    return listing?.listedAtMs === undefined || this.#options.mayRefresh();
  }

  /** True while a failure is held against the source. */
  #isHeld({ failure }: Slot<H>): boolean {
    return failure !== undefined && isWithin(this.#options.clock.now() - failure.atMs, failure.holdMs);
  }

  /** The slot, its listing fetched again if the source has said meanwhile that it has changed. */
  async #followed(key: string): Promise<Slot<H>> {
    const slot = await this.#slot(key);
    const edition = slot.listing && (await this.#options.edition?.());
    if (slot.edition === edition || this.#isHeld(slot)) return slot;
    // What is under way may have begun before the change.
    await this.#fetching.get(key);
    if (slot.edition !== edition) await this.#fetch(key, slot, 'person');
    return slot;
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
    const slot = emptySlot(file);
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

  #fetch(key: string, slot: Slot<H>, reason: Reason): Promise<void> {
    let fetching = this.#fetching.get(key);
    if (!fetching) {
      fetching = this.#run(key, slot, reason).finally(() => this.#fetching.delete(key));
      this.#fetching.set(key, fetching);
    }
    return fetching;
  }

  async #run(key: string, slot: Slot<H>, reason: Reason): Promise<void> {
    const { clock, logFailure, signal } = this.#options;
    try {
      const { listing } = slot;
      const revision = reason === 'age' ? await this.#revise(key, slot) : {};
      if (!revision.members) await this.#list(key, slot, reason === 'person', revision.stamp);
      // What was taken out of the listing meanwhile would come back.
      else if (slot.listing === listing) {
        await this.#accept(key, slot, { ...revision, members: revision.members }, listing?.listedAtMs);
      }
      slot.failure = undefined;
    } catch (thrown) {
      const error = toAppError(thrown);
      slot.failure = { error, atMs: clock.now(), holdMs: holdMsOf(error) };
      if (signal.aborted) return;
      logFailure(error, slot.listing ? 'the last good listing is served' : 'there is no earlier listing to serve');
    }
  }

  /** Without members if the listing has to be fetched in full. */
  async #revise(key: string, { listing, progress, isDistrusted }: Slot<H>): Promise<Revision<H>> {
    const { clock, fullRefreshMs, signal, upkeep } = this.#options;
    if (!upkeep || listing?.listedAtMs === undefined || isDistrusted === true) return {};
    if (progress || listing.doubtedSinceMs !== undefined) return {};
    if (!isWithin(clock.now() - listing.listedAtMs, fullRefreshMs)) return {};
    return upkeep.revise(key, listing, signal);
  }

  async #list(key: string, slot: Slot<H>, isTrusted: boolean, stamp?: string): Promise<void> {
    const { clock, fetch, signal, upkeep } = this.#options;
    const edition = await this.#options.edition?.();
    const show = (members: readonly H[]): Promise<void> => this.#show(key, slot, members);
    const { members: listed } = await fetchPages(
      slot.progress,
      {
        ...this.#options,
        fetch: (at) => fetch(key, { ...at, signal, ...(slot.listing ? {} : { show }) }),
        save: (progress) => this.#saveProgress(slot, progress),
      },
      (progress) => (slot.progress = progress),
    );
    slot.progress = undefined;
    const { listing: before } = slot;
    const members = [...listed.values()];
    if (!isTrusted && (await this.#isDoubted(key, slot, members))) return;
    const { keyOf } = this.#options;
    const completion = upkeep
      ? await upkeep.complete(
          key,
          { members, before, isTrusted, has: (m) => listed.has(keyOf(m)), ...(stamp === undefined ? {} : { stamp }) },
          signal,
        )
      : { members };
    slot.isDistrusted = false;
    slot.edition = edition;
    await this.#accept(key, slot, completion, clock.now());
  }

  /** A listing that replaces none is stored page by page, so that a restart goes on with it. */
  async #saveProgress(slot: Slot<H>, progress: Progress<H>): Promise<void> {
    const { startedAtMs, members, cursor } = progress;
    if (slot.listing || cursor === undefined) return;
    progress.savedAtMs = this.#options.clock.now();
    await this.#save(() => slot.file.save({ members: [...members.values()], fetchedAtMs: startedAtMs, cursor }));
  }

  /** Serves the members until the listing is complete. */
  async #show(key: string, slot: Slot<H>, members: readonly H[]): Promise<void> {
    slot.listing = { members, fetchedAtMs: this.#options.clock.now() };
    slot.failure = undefined;
    this.#keep(key, slot);
    slot.onShown();
    const { listing } = slot;
    await this.#save(() => slot.file.save(listing));
  }

  /** True if the source says that nothing is left, and that is not believed yet; what was there is kept. */
  async #isDoubted(key: string, slot: Slot<H>, members: readonly H[]): Promise<boolean> {
    const { clock, log, isDoubtful, isEmpty } = this.#options;
    const { listing: before } = slot;
    if (!before || isEmpty(before.members) || !isEmpty(members)) return false;
    if (!(await isDoubtful(key, before.members))) return false;
    const fetchedAtMs = clock.now();
    const { doubtedSinceMs = fetchedAtMs } = before;
    if (!isWithin(fetchedAtMs - doubtedSinceMs, DOUBT_MS)) return false;
    log.warn(
      { listing: key === 'all' ? 'all items' : 'a collection', members: before.members.length },
      'catalog: the source says that nothing is left of a listing; it is served as it was until a second look in an hour agrees',
    );
    slot.listing = { ...before, fetchedAtMs, doubtedSinceMs };
    const { listing } = slot;
    await this.#save(() => slot.file.save(listing));
    return true;
  }

  /** Serves and stores what has become of the listing. */
  async #accept(
    key: string,
    slot: Slot<H>,
    revision: Completion<H> & Revision<H>,
    listedAtMs: number | undefined,
  ): Promise<void> {
    const { listing: before } = slot;
    const { asOfMs, members, stamp, unseen } = revision;
    const isSame = before?.members.length === members.length && before.members.every((m, i) => m === members[i]);
    slot.listing = {
      members: isSame ? before.members : members,
      // A large library's listing may take longer than the time it is believed.
      fetchedAtMs: asOfMs ?? this.#options.clock.now(),
      ...(listedAtMs === undefined ? {} : { listedAtMs }),
      ...(stamp === undefined ? {} : { stamp }),
      ...(unseen === undefined || unseen.length === 0 ? {} : { unseen }),
    };
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
