import { Readable } from 'node:stream';
import { AppError } from '../../src/errors.js';
import type { Album, DayRange, MediaItem, Scope } from '../../src/model.js';
import type { Content, DayOptions, ListOptions, MediaSource, OpenOptions, Page } from '../../src/sources/source.js';

const PAGE = 100;

/** An item of a test's library. */
export function photo(id: string, filename = `${id}.jpg`, takenAt = '2024-07-14T10:00:00Z'): MediaItem {
  return { id, filename, mimeType: 'image/jpeg', createdAtMs: Date.parse(takenAt) };
}

type AlbumOf = Album & { readonly items: readonly MediaItem[] };

/** A source whose library is what a test says it is; counts what it is asked. */
export class MemorySource implements MediaSource {
  readonly name = 'memory';
  readonly namespace = 'memory';
  readonly emptyReason = 'This library has no items.';
  /** What `listItems` gives, in its order. */
  items: MediaItem[] = [];
  /** Still there, but hidden from listings of all items. */
  hidden: MediaItem[] = [];
  /** Ids of items that no day holds. */
  undated = new Set<string>();
  /** How far the camera's clock is ahead of UTC, in milliseconds. */
  offsetOf: (item: MediaItem) => number = () => 0;
  favorites: MediaItem[] = [];
  albums: AlbumOf[] = [];
  /** Thrown by every call while it is set. */
  failure: Error | undefined;
  /** Calls to pages so far after which a listing fails once, `failure` aside. */
  failOnPage: number | undefined;
  /** Every call waits for it. */
  gate: Promise<void> = Promise.resolve();
  allowsLearning = true;
  allowsRefreshing = true;
  readonly calls: string[] = [];

  async *listAlbums(options: ListOptions = {}): AsyncIterable<Page<Album>> {
    yield* this.#pages('albums', () => this.albums.map(toAlbum), options);
  }

  async *listItems(scope: Scope, options: ListOptions = {}): AsyncIterable<Page<MediaItem>> {
    if (scope === 'all') yield* this.#pages('all', () => this.items, options);
    else if (scope === 'favorites') yield* this.#pages('favorites', () => this.favorites, options);
    else yield* this.#pages(`album ${scope.albumId}`, () => this.#album(scope.albumId)?.items ?? [], options);
  }

  async *listDays({ first, last }: DayRange, { order, ...options }: DayOptions = {}): AsyncIterable<Page<MediaItem>> {
    const sign = order === 'oldest-first' ? -1 : 1;
    const [fromMs, beforeMs] = [Date.parse(first), Date.parse(last) + 86_400_000];
    const isIn = (item: MediaItem): boolean => {
      const localMs = item.createdAtMs + this.offsetOf(item);
      return localMs >= fromMs && localMs < beforeMs && !this.undated.has(item.id);
    };
    const found = (): MediaItem[] => this.items.filter(isIn).sort((a, b) => (b.createdAtMs - a.createdAtMs) * sign);
    yield* this.#pages(`days ${first} ${last}`, found, options);
  }

  async album(id: string): Promise<Album> {
    await this.#answer(`about album ${id}`);
    const album = this.#album(id);
    if (!album) throw new AppError('NOT_FOUND', 'memory: no such album');
    return toAlbum(album);
  }

  async find(ids: readonly string[]): Promise<ReadonlyMap<string, MediaItem>> {
    await this.#answer(`find ${ids.length}`);
    const wanted = new Set(ids);
    return new Map([...this.items, ...this.hidden].filter(({ id }) => wanted.has(id)).map((item) => [item.id, item]));
  }

  async measure(item: MediaItem): Promise<number> {
    await this.#answer(`measure ${item.id}`);
    return item.id.length * 1_000;
  }

  mayLearnSizes(): boolean {
    return this.allowsLearning;
  }

  mayRefresh(): boolean {
    return this.allowsRefreshing;
  }

  async open(item: MediaItem, { range }: OpenOptions = {}): Promise<Content> {
    await this.#answer(`open ${item.id}`);
    const bytes = Buffer.alloc(item.id.length * 1_000, item.id);
    if (!range) return { body: Readable.from([bytes]), size: bytes.length };
    return { body: Readable.from([bytes.subarray(range.first, range.last + 1)]), size: bytes.length, range };
  }

  #album(wanted: string): AlbumOf | undefined {
    return this.albums.find(({ id }) => id === wanted);
  }

  async *#pages<T>(
    call: string,
    found: () => readonly T[],
    { cursor, pageSize = PAGE }: ListOptions,
  ): AsyncIterable<Page<T>> {
    for (let from = Number(cursor ?? 0); ; from += pageSize) {
      await this.#answer(`${call} ${from}+${pageSize}`);
      const next = from + pageSize;
      const members = found();
      const page = members.slice(from, next);
      yield next < members.length ? { members: page, next: String(next) } : { members: page };
      if (next >= members.length) return;
    }
  }

  async #answer(call: string): Promise<void> {
    this.calls.push(call);
    await this.gate;
    if (this.failOnPage !== undefined && this.calls.length > this.failOnPage) {
      this.failOnPage = undefined;
      throw new AppError('SOURCE_UNAVAILABLE', 'memory: failed once');
    }
    if (this.failure) throw this.failure;
  }
}

function toAlbum({ items, ...album }: AlbumOf): Album {
  return { itemCount: items.length, ...album };
}
