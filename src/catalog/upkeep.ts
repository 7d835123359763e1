import type { StoredListing } from './listings/listing-file.js';

/** How a listing is kept true for fewer requests than listing it takes. */
export interface Upkeep<H> {
  /** Looks at a listing that is past its time. Throws what the source throws. */
  revise(key: string, listing: StoredListing<H>, signal: AbortSignal): Promise<Revision<H>>;
  /** Takes what was listed from the first page to the last, and says what to keep of it. */
  complete(key: string, listed: Listed<H>, signal: AbortSignal): Promise<Completion<H>>;
}

/** What a look at a listing has told. Without members it has to be listed in full. */
export interface Revision<H> {
  readonly members?: readonly H[];
  readonly unseen?: readonly H[];
  /** What the source tells of the whole now, if it was asked just for this. */
  readonly stamp?: string;
  /** Since when its members are known to be right, if not since now. */
  readonly asOfMs?: number;
}

export interface Listed<H> {
  /** In the order of the source. */
  readonly members: readonly H[];
  readonly has: (member: H) => boolean;
  /** The listing that this one replaces. */
  readonly before: StoredListing<H> | undefined;
  /** True if a person has asked for it, and believes what comes. */
  readonly isTrusted: boolean;
  /** What the source told of the whole just before it was listed. */
  readonly stamp?: string;
}

export interface Completion<H> {
  readonly members: readonly H[];
  readonly unseen?: readonly H[];
  readonly stamp?: string;
}
