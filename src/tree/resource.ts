import type { MediaItem, Representation } from '../model.js';
import type { MediaSource } from '../sources/source.js';

/** What a URL maps to (RFC 4918 §3). */
export type Resource = Collection | MediaResource | StaticResource;

export interface Collection {
  readonly kind: 'collection';
  /** The last path segment, decoded, NFC; empty for the root. */
  readonly name: string;
  /** That of the newest member, where it is known without a request. */
  readonly modifiedAt?: Date | undefined;
}

export interface MediaResource {
  readonly kind: 'media';
  readonly name: string;
  readonly modifiedAt: Date;
  readonly item: MediaItem;
  readonly source: MediaSource;
}

/** A few bytes of our own, such as README.txt. */
export interface StaticResource {
  readonly kind: 'static';
  readonly name: string;
  readonly content: Buffer;
  readonly mimeType: string;
  readonly representation: Representation;
}

/** Members of a collection, made as they are asked for. */
export interface Members extends Iterable<Resource> {
  readonly length: number;
}

/** Paths to resources, as the WebDAV layer sees them. Implemented by `Tree`. */
export interface ResourceTree {
  /**
   * The resource at `segments` (decoded, in any Unicode form), or undefined for an unmapped URL.
   * May fetch a listing; throws what the source throws.
   */
  resolve(segments: readonly string[]): Promise<Resource | undefined>;

  /** Members of the collection at `segments`, names unique as the layout tells them apart; undefined if it is none. */
  members(segments: readonly string[]): Promise<Members | undefined>;

  /** What is known now, without a request; undefined while the size is unknown. */
  known(resource: MediaResource): Representation | undefined;

  /** Measures the item if it must, for a size is never guessed. */
  represent(resource: MediaResource): Promise<Representation>;

  /**
   * Learns the sizes of resources that `known` does not know, many at a time, and yields those learned as they arrive.
   * Ends when all are learned or have failed, or after the configured wait; what is left is learned in the background.
   * Yields nothing where sizes are not to be learned.
   */
  learnSizes(resources: readonly MediaResource[], signal?: AbortSignal): AsyncIterable<readonly MediaResource[]>;

  /**
   * True for a size that is not known, and is only waiting to be learned: false if sizes are not to be learned, and for what
   * failed lately when its size was asked for.
   */
  isSizeDue(resource: MediaResource): boolean;

  /** Takes the size that an answer with bytes told, and gives the representation that follows from it. */
  learned(resource: MediaResource, sizeBytes: number): Representation;

  /** Takes that the source no longer has its bytes, whatever its listings say. */
  gone(resource: MediaResource): void;
}
