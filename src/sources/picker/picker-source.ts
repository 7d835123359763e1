import type { Clock } from '../../clock.js';
import { AppError } from '../../errors.js';
import type { Auth } from '../../google/auth.js';
import type { MediaClient } from '../../google/media.js';
import type { PickerApi } from '../../google/picker-api.js';
import type { Governor } from '../../google/quota.js';
import type { Log } from '../../log.js';
import type { Album, Box, MediaItem, Scope } from '../../model.js';
import { ItemBytes } from '../bytes/item-bytes.js';
import { localPages } from './local-pages.js';
import { fetchPickedBaseUrls, lost } from './picked-base-urls.js';
import { PickEndings } from './pick-endings.js';
import { PickResuming } from './pick-resuming.js';
import { PickedShelf } from './picked-shelf.js';
import { Pinning, type LookOptions, type PinOutcome } from './pinning.js';
import type { Pick, Picks } from './picks.js';
import type { Pins } from '../pins/pins.js';
import { renderedItem } from '../rendition.js';
import { SessionListings } from './session-listings.js';
import { UnreadyVideos } from './unready-videos.js';
import type { Content, Link, ListOptions, MediaSource, OpenOptions, Page } from '../source.js';

/** What a picker source stands on. */
export interface PickerParts {
  readonly api: PickerApi;
  readonly picks: Picks;
  readonly pins: Pins;
  readonly auth: Auth;
  readonly media: MediaClient;
  readonly governor: Governor;
  readonly clock: Clock;
  readonly log: Log;
  readonly namespace: string;
  readonly rendition: Box | undefined;
  close(): Promise<void>;
}

/** However many ask for base URLs at once, one listing of their session answers them all. */
const MAX_BATCH = 10_000;

/** What a person has picked in Google's own page: a folder for each name they gave, listed from the files of the picks. */
export class PickerSource implements MediaSource {
  readonly name = 'picker';
  readonly namespace: string;
  readonly emptyReason =
    'Nothing has been picked yet. Run `photodav pick` on the machine that runs photodav: it shows a link, and what you choose in ' +
    "Google's own page, from all of your library, stands here a few seconds later.";
  readonly albumsAtRoot = true;
  readonly linksNeedHeader = true;
  readonly #parts: PickerParts;
  readonly #bytes: ItemBytes;
  readonly #sessions: SessionListings;
  readonly #resuming: PickResuming;
  readonly #endings: PickEndings;
  readonly #unready: UnreadyVideos;
  readonly #pinning: Pinning;
  readonly #closing = new AbortController();
  #isWorking = false;
  #read: PickedShelf | undefined;

  constructor(parts: PickerParts) {
    const { api, auth, clock, log, media, picks, pins, rendition } = parts;
    this.#parts = parts;
    this.namespace = parts.namespace;
    const shelf = (): Promise<PickedShelf> => this.#shelf();
    this.#bytes = new ItemBytes({
      ...{ clock, media, rendition },
      fetch: (ids, signal) => fetchPickedBaseUrls(ids, { shelf, sessions: this.#sessions }, signal),
      batchSize: MAX_BATCH,
      // Listing the session again for a new base URL renews a token that Google no longer takes.
      headers: async (signal) => ({ authorization: `Bearer ${await auth.accessToken(signal)}` }),
    });
    const shared = { api, picks, clock, log, signal: this.#closing.signal };
    this.#sessions = new SessionListings({ ...shared, prime: (id, url) => this.#bytes.prime(id, url) });
    this.#resuming = new PickResuming(shared);
    this.#endings = new PickEndings(clock, log);
    this.#unready = new UnreadyVideos((sessionId) => this.#sessions.of(sessionId), clock, log);
    this.#pinning = new Pinning({
      ...{ picks, pins, clock, log },
      items: (held) => new PickedShelf('', held, (item) => renderedItem(item, rendition)).all,
      open: (item, options) => this.#openUpstream(item, options),
      mayFetch: () => this.mayLearnSizes(),
    });
  }

  async edition(): Promise<string> {
    const { edition, picks } = await this.#shelf();
    this.#unready.look(picks);
    return edition;
  }

  async *listAlbums(listing: ListOptions = {}): AsyncGenerator<Page<Album>, void, undefined> {
    const { albums, edition } = await this.#shelf(listing.signal);
    yield* localPages(albums, edition, listing);
  }

  async *listItems(scope: Scope, listing: ListOptions = {}): AsyncGenerator<Page<MediaItem>, void, undefined> {
    const shelf = await this.#shelf(listing.signal);
    const items = itemsIn(scope, shelf);
    if (!items) throw noFolder();
    yield* localPages(items, shelf.edition, listing);
  }

  async album(id: string, signal?: AbortSignal): Promise<Album> {
    const album = (await this.#shelf(signal)).albums.find((each) => each.id === id);
    if (!album) throw noFolder();
    return album;
  }

  async find(ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, MediaItem>> {
    const shelf = await this.#shelf(signal);
    return new Map(ids.flatMap((id) => shelf.item(id) ?? []).map((item) => [item.id, item]));
  }

  async measure(item: MediaItem, signal?: AbortSignal): Promise<number> {
    const pinned = await this.#parts.pins.size(item);
    if (pinned !== undefined) return pinned;
    await this.#living(item.id, signal);
    return this.#bytes.measure(item, signal);
  }

  mayLearnSizes(): boolean {
    return this.#parts.governor.mayLearnSizes();
  }

  async open(item: MediaItem, options: OpenOptions = {}): Promise<Content> {
    return (await this.#parts.pins.open(item, options)) ?? this.#openUpstream(item, options);
  }

  async isAtHand(item: MediaItem): Promise<boolean> {
    return (await this.#parts.pins.size(item)) !== undefined;
  }

  async link(item: MediaItem, signal?: AbortSignal, isDoubted?: boolean): Promise<Link> {
    const { endsAtMs } = await this.#living(item.id, signal);
    const link = await this.#bytes.link(item, signal, isDoubted);
    return { ...link, expiresAtMs: Math.min(link.expiresAtMs, endsAtMs) };
  }

  /** Signs in; listing costs no request. */
  async check(signal?: AbortSignal): Promise<void> {
    await this.#parts.auth.accessToken(signal);
  }

  /** Looks after picks while nobody lists them; what is wrong with their files is told when somebody does. */
  async work(signal: AbortSignal): Promise<void> {
    this.#isWorking = true;
    await this.#shelf(signal).then(
      (shelf) => this.#lookAfter(shelf),
      () => undefined,
    );
    if (this.#parts.pins.isOn) await this.#pinning.run(signal);
  }

  /** Fetches what is pinned, as far as that goes now. */
  pin(options?: LookOptions): Promise<PinOutcome> {
    return this.#pinning.look(options);
  }

  async close(): Promise<void> {
    this.#closing.abort(new AppError('SOURCE_UNAVAILABLE', 'google photos: closed'));
    this.#endings.close();
    this.#bytes.close();
    await this.#parts.close();
  }

  async #openUpstream(item: MediaItem, options: OpenOptions = {}): Promise<Content> {
    await this.#living(item.id, options.signal);
    return this.#bytes.open(item, options);
  }

  /** As the files are now. */
  async #shelf(signal?: AbortSignal): Promise<PickedShelf> {
    signal?.throwIfAborted();
    const { picks, rendition } = this.#parts;
    const edition = await picks.edition();
    if (this.#read?.edition !== edition) {
      const shelf = new PickedShelf(edition, await picks.all(), (item) => renderedItem(item, rendition));
      this.#read = shelf;
      if (this.#isWorking) this.#lookAfter(shelf);
    }
    return this.#read;
  }

  #lookAfter(shelf: PickedShelf): void {
    if (this.#closing.signal.aborted) return;
    this.#resuming.look(shelf.picks);
    this.#endings.look(shelf);
  }

  /** The pick that lets the item's bytes be had for longest; GONE if all have ended, NOT_FOUND if nobody picked it. */
  async #living(id: string, signal?: AbortSignal): Promise<Pick> {
    const picks = (await this.#shelf(signal)).picksOf(id);
    const pick = picks.find((each) => this.#sessions.isLiving(each));
    if (!pick) throw lost(picks, this.#sessions);
    return pick;
  }
}

function itemsIn(scope: Scope, shelf: PickedShelf): readonly MediaItem[] | undefined {
  if (scope === 'all') return shelf.all;
  return scope === 'favorites' ? [] : shelf.itemsOf(scope.albumId);
}

function noFolder(): AppError {
  return new AppError('NOT_FOUND', 'picks: the folder is unknown or gone');
}
