import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Clock } from '../clock.js';
import type { Governors } from '../google/governors.js';
import type { SignIns } from '../google/auth/sign-ins.js';
import type { Log } from '../log.js';
import type { Album, Box, ByteRange, DayRange, MediaItem, Scope } from '../model.js';
import type { PinRoom } from './pins/pin-room.js';

/**
 * A place albums and media items come from.
 *
 * Every method throws `AppError`: SIGN_IN_REQUIRED, SCOPE_MISSING or API_DISABLED when a person must act,
 * QUOTA_EXCEEDED or SOURCE_UNAVAILABLE when waiting helps, NOT_FOUND when the id is gone, GONE when the item is still
 * listed and a person must pick it again. An optional method that is absent means "cannot".
 */
export interface MediaSource {
  /** As in the configuration: "library", "picker", "demo". */
  readonly name: string;

  /** Whose library this is; what is stored under one namespace is never shown under another. Holds no secret. */
  readonly namespace: string;

  /** Why a listing may be empty although the person has photos, and what to do; shown in README.txt. */
  readonly emptyReason: string;

  /**
   * Changes whenever listings do, and costs no request: a listing made under another edition is fetched again at once, and
   * believed. Absent where only listing tells.
   */
  edition?(): Promise<string>;

  /** True if albums stand at the root of a mount, beside the views: they are all that a person made. */
  readonly albumsAtRoot?: boolean;

  /** Yields every album once, in any order, page by page. */
  listAlbums(options?: ListOptions): AsyncIterable<Page<Album>>;

  /** Yields every item of the scope, page by page; pages are fetched as they are asked for. An item may come twice. */
  listItems(scope: Scope, options?: ListOptions): AsyncIterable<Page<MediaItem>>;

  /**
   * Yields the items that were taken on the days of the range, in the order of their capture times, page by page. Days are
   * the source's: an item may be found on a neighbour of its UTC day. What has no date of its own is found on no day.
   */
  listDays?(range: DayRange, options?: DayOptions): AsyncIterable<Page<MediaItem>>;

  /** One album as `listAlbums` gives it; NOT_FOUND if there is none any more. */
  album?(id: string, signal?: AbortSignal): Promise<Album>;

  /** Which of the items there still are, by id, whatever listings say: one that is not in the answer is gone. */
  find?(ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, MediaItem>>;

  /** Bytes that `open` would send for the whole item. May cost one request. */
  measure(item: MediaItem, signal?: AbortSignal): Promise<number>;

  /**
   * True while sizes may be learned in the background and for listings; false once half of the day's byte quota is used.
   * Opening an item stays possible.
   */
  mayLearnSizes(): boolean;

  /**
   * False near the end of the day's quota: what is known is served as it is, so that what is left goes to people who open
   * something. Always true if absent.
   */
  mayRefresh?(): boolean;

  /**
   * True if `measure` costs as much as opening: sizes are then taken from what is opened, and `open` ignores ranges (but
   * for stand-ins), so that it is called once for all of an item's readers.
   */
  readonly measuresByOpening?: boolean;

  /** Opens the item's bytes. If `range` is not honoured upstream, the answer has no `range` and holds everything. */
  open(item: MediaItem, options?: OpenOptions): Promise<Content>;

  /** Asks for as little as tells whether a person must act; throws what listing would. */
  check?(signal?: AbortSignal): Promise<void>;

  /**
   * Where the item's bytes can be had without us, past every redirect that a header must not follow. `isDoubted` says that
   * an earlier link was refused: what is remembered is tried first.
   */
  link?(item: MediaItem, signal?: AbortSignal, isDoubted?: boolean): Promise<Link>;

  /** Why there is no `link`, and what to do to have one, where that lies in how the source is set up. */
  readonly unlinked?: { readonly reason: string; readonly advice: string };

  /** True if whoever follows a link must send the header it names; such a link is for workers, never for clients. */
  readonly linksNeedHeader?: boolean;

  /** True if the item's bytes are on this machine's disk, and nobody else need be asked for them. */
  isAtHand?(item: MediaItem): Promise<boolean>;

  /** What a running server does beside answering, such as fetching what is pinned. Rejects once the signal is aborted. */
  work?(signal: AbortSignal): Promise<void>;

  close?(): Promise<void>;
}

export interface ListOptions {
  readonly signal?: AbortSignal;
  /** Where an earlier listing stopped: its last page's `next`. NOT_FOUND if the source no longer knows it. */
  readonly cursor?: string;
  /** Members asked for per page; the source's own maximum if absent. */
  readonly pageSize?: number;
}

export interface DayOptions extends ListOptions {
  /** `newest-first` if absent. */
  readonly order?: 'newest-first' | 'oldest-first';
}

export interface Page<T> {
  readonly members: readonly T[];
  /** Present if more follow; opaque, and good for `ListOptions.cursor` for a while. */
  readonly next?: string;
}

export interface OpenOptions {
  /** One whose `last` is `Infinity` goes to the end, wherever that is. */
  readonly range?: ByteRange;
  /** Aborted when the client leaves; the upstream request must end with it. */
  readonly signal?: AbortSignal;
}

export interface Content {
  readonly body: Readable;
  /** Bytes of the whole item, not of the range. */
  readonly size: number;
  readonly range?: ByteRange;
  /**
   * What the upstream tells versions of the bytes apart by, such as its ETag: bytes under two of them do not mix, nor do
   * bytes under one with bytes under none.
   */
  readonly validator?: string;
  /** True for bytes in place of the item's own, which cannot be had now: they are sent, and never kept. */
  readonly isStandIn?: true;
}

/** An address that grants access to whoever holds it: never in a log, an error, a page or a store. */
export interface Link {
  readonly url: URL;
  /** To be sent with it, by name; empty where the address alone is enough. */
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number;
  /** Whether its host answers a range with a 206. */
  readonly honoursRange: boolean;
}

/** What every source is handed beside its own options. */
export interface SourceContext {
  readonly log: Log;
  readonly clock: Clock;
  /** Where requests to Google are counted; shared with other sources, and closed by whoever made them. */
  readonly governors: Governors;
  /** What people have signed in with; shared with other processes. */
  readonly signIns: SignIns;
  /** Where picks are kept, a folder in it for each account. */
  readonly picksFolder: string;
  /** Where pinned bytes are kept, and how many. */
  readonly pinRoom: PinRoom;
  /** Where the source is mounted; absent if there is only one mount. */
  readonly mount?: string;
  readonly google: {
    /** Replaces the origin of every Google address, as an emulator needs. */
    readonly endpoint?: URL;
    /** Proxies for everything but loopback addresses. */
    readonly proxy: { readonly http?: string; readonly https?: string; readonly no?: string };
    /** How long a body may stand still while somebody reads it. */
    readonly idleTimeoutMs: number;
  };
  /** Pictures are fetched no larger than this; as large as they are if absent. */
  readonly rendition?: Box;
}

/** What a source file exports: its name, its options, how to make one. */
export interface SourceKind<O> {
  readonly name: string;
  /** The schema of this part's options; help texts are its descriptions. */
  readonly options: z.ZodType<O>;
  /** The OAuth scopes that a sign-in must grant, no more and no less; absent where nobody signs in. */
  readonly scopes?: readonly string[];
  /** Throws CONFIG_INVALID for options that are each valid, but too few together or at odds; asks nobody. */
  checkOptions?(options: O): void;
  create(options: O, context: SourceContext): Promise<MediaSource>;
}
