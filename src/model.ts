/** An album. `id` is stable for ever; `title` may be empty and need not be unique. */
export interface Album {
  readonly id: string;
  readonly title: string;
  /** What the source tells cheaply; a change of either means that the album may have changed. */
  readonly itemCount?: number;
  readonly coverItemId?: string;
}

/**
 * A photo or a video.
 *
 * It carries no base URL: those expire within 60 minutes and grant access to whoever holds them, so they stay inside
 * the source that fetched them.
 */
export interface MediaItem {
  readonly id: string;
  /** As the camera or the uploader named it; not unique, not safe as a path segment. */
  readonly filename: string;
  readonly mimeType: string;
  /** When it was taken, not when it was uploaded. Milliseconds since 1970, UTC; negative before. */
  readonly createdAtMs: number;
  /** Changes when the bytes do, where the source knows; part of the ETag. */
  readonly version?: string | undefined;
}

/**
 * Items in an order, such as a listing's. One that comes from the catalog is the same object as long as nothing about it
 * has changed, and its items are made as they are asked for: an item is no key to remember anything by; its id is.
 */
export interface ItemList extends Iterable<MediaItem> {
  readonly length: number;
  at(index: number): MediaItem | undefined;
}

/** Days `first` to `last`, both included, as `2024-07-14`. */
export interface DayRange {
  readonly first: string;
  readonly last: string;
}

/** Bytes `first` to `last`, both included (RFC 9110 §14.1.2). */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** How large a picture may be, in pixels; it keeps its aspect, and a smaller one its size. */
export interface Box {
  readonly width: number;
  readonly height: number;
}

/** Whose items: one album's, the favorites, or all the source can see. */
export type Scope = 'all' | 'favorites' | { readonly albumId: string };

/**
 * What a client may compare and cut: the selected representation (RFC 9110 §3.2). `etag` is strong, quotes included, and
 * holds nothing that XML escapes.
 */
export interface Representation {
  readonly etag: string;
  readonly modifiedAt: Date;
  /** Bytes, exact. */
  readonly size: number;
}
