import { z } from 'zod';
import type { Log } from '../log.js';
import type { RestClient } from './rest.js';

const ALBUMS_PER_PAGE = 50;
const ITEMS_PER_PAGE = 100;
/** What `batchGet` takes. */
export const MAX_BATCH = 50;
/** INVALID_ARGUMENT and NOT_FOUND (google.rpc.Code). */
const GONE_CODES: ReadonlySet<number> = new Set([3, 5]);

// A field that cannot be read is as good as absent; what has no id is no album and no item.
const albumSchema = z.object({
  id: z.string().min(1),
  title: z.string().catch(''),
  mediaItemsCount: z.string().regex(/^\d+$/).optional().catch(undefined),
  coverPhotoMediaItemId: z.string().optional().catch(undefined),
});

const mediaItemSchema = z.object({
  id: z.string().min(1),
  baseUrl: z.string().min(1).optional().catch(undefined),
  mimeType: z.string().min(1).catch('application/octet-stream'),
  filename: z.string().catch(''),
  mediaMetadata: z
    .object({
      creationTime: z.iso.datetime({ offset: true }).optional().catch(undefined),
      video: z
        .object({ status: z.string().optional().catch(undefined) })
        .optional()
        .catch(undefined),
    })
    .catch({ creationTime: undefined, video: undefined }),
});

const nextPageToken = z.string().min(1).optional();
const albumPageSchema = z.object({ albums: z.array(albumSchema.nullable().catch(null)).default([]), nextPageToken });
const itemPageSchema = z.object({
  mediaItems: z.array(mediaItemSchema.nullable().catch(null)).default([]),
  nextPageToken,
});
const statusSchema = z.object({ code: z.number() });
/** In the order of the ids asked for; neither item nor status is an item that cannot be told now. */
const batchSchema = z.object({
  mediaItemResults: z.array(
    z
      .object({
        mediaItem: mediaItemSchema.optional().catch(undefined),
        status: statusSchema.optional().catch(undefined),
      })
      .catch({ mediaItem: undefined, status: undefined }),
  ),
});

export type GoogleAlbum = z.infer<typeof albumSchema>;
export type GoogleMediaItem = z.infer<typeof mediaItemSchema>;

/** One page; an album or item without a usable id is left out. */
export interface GooglePage<T> {
  readonly members: readonly T[];
  readonly nextPageToken?: string | undefined;
}

/** Whose items are searched: an album's, or those that filters let pass, as the API knows them. Nothing is all. */
export type ItemQuery =
  { readonly albumId: string } | { readonly filters: object; readonly orderBy?: ItemOrder } | Record<string, never>;

/** Google takes it only beside a `dateFilter`. */
export type ItemOrder = 'MediaMetadata.creation_time' | 'MediaMetadata.creation_time desc';

export interface PageOptions {
  readonly signal?: AbortSignal;
  readonly cursor?: string;
  /** Coerced to what Google takes. */
  readonly pageSize?: number;
}

/** The Library API's calls that read (developers.google.com/photos/library/reference/rest). Throws what `RestClient.call` does. */
export class LibraryApi {
  readonly #rest: RestClient;
  readonly #log: Log;

  constructor(rest: RestClient, log: Log) {
    this.#rest = rest;
    this.#log = log;
  }

  async *albums({ signal, cursor, pageSize }: PageOptions = {}): AsyncGenerator<GooglePage<GoogleAlbum>> {
    const size = coerced(pageSize, ALBUMS_PER_PAGE);
    const pages = this.#rest.pages<z.infer<typeof albumPageSchema>>(
      (pageToken) => ({
        method: 'GET',
        path: '/v1/albums',
        query: { pageSize: size, pageToken },
        schema: albumPageSchema,
        ...(pageToken === undefined ? {} : { about: 'the place in the listing' }),
        ...withSignal(signal),
      }),
      cursor,
    );
    for await (const { albums, nextPageToken: next } of pages) yield this.#pageOf(albums, next);
  }

  /** NOT_FOUND if the id is unknown, or the album gone. */
  async album(id: string, signal?: AbortSignal): Promise<GoogleAlbum> {
    return this.#rest.call({
      method: 'GET',
      path: `/v1/albums/${encodeURIComponent(id)}`,
      schema: albumSchema,
      about: 'the album',
      ...withSignal(signal),
    });
  }

  async *items(
    query: ItemQuery,
    { signal, cursor, pageSize }: PageOptions = {},
  ): AsyncGenerator<GooglePage<GoogleMediaItem>> {
    const size = coerced(pageSize, ITEMS_PER_PAGE);
    const about = 'albumId' in query ? 'the album' : undefined;
    const pages = this.#rest.pages<z.infer<typeof itemPageSchema>>(
      (pageToken) => ({
        method: 'POST',
        path: '/v1/mediaItems:search',
        body: { ...query, pageSize: size, ...(pageToken === undefined ? {} : { pageToken }) },
        schema: itemPageSchema,
        ...aboutPage(pageToken, about),
        ...withSignal(signal),
      }),
      cursor,
    );
    for await (const { mediaItems, nextPageToken: next } of pages) yield this.#pageOf(mediaItems, next);
  }

  /**
   * What Google knows of `ids` (50 at most), by id; "gone" for those it does not know, nothing for those it cannot
   * tell now. Tried twice only: one odd id fails the whole batch.
   */
  async batchGet(ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, GoogleMediaItem | 'gone'>> {
    const { mediaItemResults } = await this.#rest.call({
      method: 'GET',
      path: '/v1/mediaItems:batchGet',
      query: { mediaItemIds: ids },
      schema: batchSchema,
      about: 'one of the media items',
      attempts: 2,
      ...withSignal(signal),
    });
    const known = new Map<string, GoogleMediaItem | 'gone'>();
    for (const [index, { mediaItem, status }] of mediaItemResults.entries()) {
      const id = ids[index] ?? '';
      if (mediaItem) known.set(mediaItem.id, mediaItem);
      else if (status && GONE_CODES.has(status.code)) known.set(id, 'gone');
    }
    return known;
  }

  /** NOT_FOUND if the id is unknown, or the item gone. Tried once only: it is asked for when a whole batch has failed. */
  async item(id: string, signal?: AbortSignal): Promise<GoogleMediaItem> {
    return this.#rest.call({
      method: 'GET',
      path: `/v1/mediaItems/${encodeURIComponent(id)}`,
      schema: mediaItemSchema,
      about: 'the media item',
      attempts: 1,
      ...withSignal(signal),
    });
  }

  #pageOf<T>(found: readonly (T | null)[], next: string | undefined): GooglePage<T> {
    const members = found.filter((each) => each !== null);
    const dropped = found.length - members.length;
    if (dropped > 0) this.#log.debug({ dropped }, 'google listed something without an id');
    return { members, nextPageToken: next };
  }
}

function aboutPage(pageToken: string | undefined, about: string | undefined): { readonly about?: string } {
  if (pageToken !== undefined) return { about: 'the place in the listing' };
  return about === undefined ? {} : { about };
}

function withSignal(signal: AbortSignal | undefined): { readonly signal?: AbortSignal } {
  return signal ? { signal } : {};
}

function coerced(pageSize: number | undefined, maximum: number): number {
  return Math.min(Math.max(pageSize ?? maximum, 1), maximum);
}
