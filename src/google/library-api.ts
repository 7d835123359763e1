import { z } from 'zod';
import type { Call, RestClient } from './rest.js';

const ALBUMS_PER_PAGE = 50;
const ITEMS_PER_PAGE = 100;
/** What `batchGet` takes. */
export const MAX_BATCH = 50;
/** INVALID_ARGUMENT and NOT_FOUND (google.rpc.Code). */
const GONE_CODES: ReadonlySet<number> = new Set([3, 5]);

const albumSchema = z.object({
  id: z.string().min(1),
  title: z.string().default(''),
  mediaItemsCount: z.string().regex(/^\d+$/).optional(),
  coverPhotoMediaItemId: z.string().optional(),
});

const mediaItemSchema = z.object({
  id: z.string().min(1),
  baseUrl: z.string().optional(),
  mimeType: z.string().default('application/octet-stream'),
  filename: z.string().default(''),
  mediaMetadata: z
    .object({
      creationTime: z.iso.datetime({ offset: true }).optional(),
      video: z.object({ status: z.string().optional() }).optional(),
    })
    .default({}),
});

const nextPageToken = z.string().min(1).optional();
const albumPageSchema = z.object({ albums: z.array(albumSchema).default([]), nextPageToken });
const itemPageSchema = z.object({ mediaItems: z.array(mediaItemSchema).default([]), nextPageToken });
const statusSchema = z.object({ code: z.number().default(0), message: z.string().default('') });
const batchSchema = z.object({
  mediaItemResults: z.array(z.object({ mediaItem: mediaItemSchema.optional(), status: statusSchema.optional() })),
});

export type GoogleAlbum = z.infer<typeof albumSchema>;
export type GoogleMediaItem = z.infer<typeof mediaItemSchema>;
export type AlbumPage = z.infer<typeof albumPageSchema>;
export type ItemPage = z.infer<typeof itemPageSchema>;

/** Whose items are searched: an album's, or those that filters let pass, as the API knows them. Nothing is all. */
export type ItemQuery = { readonly albumId: string } | { readonly filters: object } | Record<string, never>;

export interface PageOptions {
  readonly signal?: AbortSignal;
  readonly cursor?: string;
  /** Coerced to what Google takes. */
  readonly pageSize?: number;
}

/** The Library API's calls that read (developers.google.com/photos/library/reference/rest). Throws what `RestClient.call` does. */
export class LibraryApi {
  readonly #rest: RestClient;

  constructor(rest: RestClient) {
    this.#rest = rest;
  }

  albums({ signal, cursor, pageSize }: PageOptions = {}): AsyncGenerator<AlbumPage, void, undefined> {
    const size = coerced(pageSize, ALBUMS_PER_PAGE);
    return this.#rest.pages<AlbumPage>(
      (pageToken): Call<AlbumPage> => ({
        method: 'GET',
        path: '/v1/albums',
        query: { pageSize: size, pageToken },
        schema: albumPageSchema,
        ...(pageToken === undefined ? {} : { about: 'the place in the listing' }),
        ...withSignal(signal),
      }),
      cursor,
    );
  }

  items(query: ItemQuery, { signal, cursor, pageSize }: PageOptions = {}): AsyncGenerator<ItemPage, void, undefined> {
    const size = coerced(pageSize, ITEMS_PER_PAGE);
    const about = 'albumId' in query ? 'the album' : undefined;
    return this.#rest.pages<ItemPage>(
      (pageToken): Call<ItemPage> => ({
        method: 'POST',
        path: '/v1/mediaItems:search',
        body: { ...query, pageSize: size, ...(pageToken === undefined ? {} : { pageToken }) },
        schema: itemPageSchema,
        ...aboutPage(pageToken, about),
        ...withSignal(signal),
      }),
      cursor,
    );
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

  /** NOT_FOUND if the id is unknown, or the item gone. */
  async item(id: string, signal?: AbortSignal): Promise<GoogleMediaItem> {
    return this.#rest.call({
      method: 'GET',
      path: `/v1/mediaItems/${encodeURIComponent(id)}`,
      schema: mediaItemSchema,
      about: 'the media item',
      ...withSignal(signal),
    });
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
