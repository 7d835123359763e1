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
  readonly version?: string;
}

/** Bytes `first` to `last`, both included (RFC 9110 §14.1.2). */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** Whose items: one album's, the favorites, or all the source can see. */
export type Scope = 'all' | 'favorites' | { readonly albumId: string };

/** What a client may compare and cut: the selected representation (RFC 9110 §3.2). `etag` is strong, quotes included. */
export interface Representation {
  readonly etag: string;
  readonly modifiedAt: Date;
  /** Bytes, exact. */
  readonly size: number;
}
