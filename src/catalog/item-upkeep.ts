import type { MediaItem } from '../model.js';
import type { MediaSource, Page } from '../sources/source.js';
import type { AlbumStates } from './album-states.js';
import { reviseHead } from './head.js';
import type { ItemTable } from './items/item-table.js';
import type { StoredListing } from './listings/listing-file.js';
import { scopeOf } from './scope-key.js';
import { MAX_VERIFIED, stillThere } from './still-there.js';
import type { Completion, Listed, Revision, Upkeep } from './upkeep.js';

/** A listing of one page is listed for what a look at it costs, and then shows every change. */
const ONE_PAGE = 100;
/** Favorites are made of old items too, which a look at the head does not show. */
const FEW_FAVORITES = 500;

interface Parts {
  readonly source: MediaSource;
  readonly table: ItemTable;
  readonly albums: AlbumStates;
  /** What is known of the album, however old. */
  readonly stampOf: (albumId: string) => AlbumStamp | undefined;
}

/** An album's count and cover: as long as they stay, its listing is taken to be the same. */
export interface AlbumStamp {
  readonly itemCount?: number | undefined;
  readonly coverItemId?: string | undefined;
}

/** Keeps listings of items true: albums by their count and cover, all items and many favorites by their head. */
export class ItemUpkeep implements Upkeep<number> {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async revise(key: string, listing: StoredListing<number>, signal: AbortSignal): Promise<Revision<number>> {
    const { length } = listing.members;
    const scope = scopeOf(key);
    if (length <= ONE_PAGE) return {};
    if (typeof scope === 'object') return this.#reviseAlbum(scope.albumId, listing, signal);
    if (scope === 'favorites' && length <= FEW_FAVORITES) return {};
    const pages = this.#numbered(this.#parts.source.listItems(scope, { signal }));
    return (await reviseHead(listing, pages, { stillThere: (lost) => this.#stillThere(lost, signal) })) ?? {};
  }

  async complete(key: string, listed: Listed<number>, signal: AbortSignal): Promise<Completion<number>> {
    const scope = scopeOf(key);
    if (typeof scope === 'object') return this.#completeAlbum(scope.albumId, listed);
    return scope === 'all' ? this.#completeAll(listed, signal) : { members: listed.members };
  }

  async #reviseAlbum(id: string, listing: StoredListing<number>, signal: AbortSignal): Promise<Revision<number>> {
    const { albums } = this.#parts;
    const { members } = listing;
    const state = await (listing.stamp === undefined ? albums.own(id, signal) : albums.recent(id, signal));
    if (!state?.album) return {};
    const stamp = stampText(state.album);
    if (listing.stamp === stamp) return { members, stamp, asOfMs: state.asOfMs };
    return state.isOwn ? { stamp } : {};
  }

  /**
   * A stamp from before the listing would hide what changed between the two and back again, unless it describes what
   * was listed.
   */
  #completeAlbum(id: string, { members, has, stamp }: Listed<number>): Completion<number> {
    const known = this.#parts.stampOf(id);
    const cover = known?.coverItemId === undefined ? undefined : this.#parts.table.numberOf(known.coverItemId);
    const hasCover = known?.coverItemId === undefined || (cover !== undefined && has(cover));
    const isTrue = known?.itemCount === members.length && hasCover;
    const own = stamp ?? (isTrue ? stampText(known) : undefined);
    return { members, ...(own === undefined ? {} : { stamp: own }) };
  }

  /**
   * Keeps what the source has not listed but still has: an item removed while pages were fetched moves the next ones up,
   * and one of them onto a page that was fetched before. What is not listed a second time was hidden, such as archived.
   */
  async #completeAll(
    { members, before, has, isTrusted }: Listed<number>,
    signal: AbortSignal,
  ): Promise<Completion<number>> {
    // Whether to believe that nothing is left was decided before.
    if (!before || isTrusted || members.length === 0) return { members };
    const unlisted = new Set(before.unseen);
    const missing = before.members.filter((number) => !has(number) && !unlisted.has(number));
    if (missing.length === 0 || missing.length > MAX_VERIFIED) return { members };
    const there = await this.#stillThere(missing, signal);
    if (!there || there.size === 0) return { members };
    const kept = missing.filter((number) => there.has(number));
    return { members: [...members, ...kept], unseen: kept };
  }

  /** Of the items, those that the source still has: all of them if it cannot tell now; undefined if it never can. */
  #stillThere(numbers: readonly number[], signal: AbortSignal): Promise<ReadonlySet<number>> | undefined {
    const { source, table } = this.#parts;
    return stillThere(source, table, numbers, signal)?.then(
      (there) => new Set(there.keys()),
      () => new Set(numbers),
    );
  }

  async *#numbered(pages: AsyncIterable<Page<MediaItem>>): AsyncIterable<readonly number[]> {
    for await (const { members } of pages) yield members.map((item) => this.#parts.table.intern(item));
  }
}

function stampText({ itemCount, coverItemId }: AlbumStamp): string {
  return `${itemCount ?? ''} ${coverItemId ?? ''}`;
}
