import type { Clock } from '../../clock.js';
import type { AppError } from '../../errors.js';
import type { Log } from '../../log.js';
import type { Page } from '../../sources/source.js';
import type { MemberCodec } from './listing-file.js';
import type { FetchOptions } from './listing-pages.js';
import type { CatalogStore } from '../store.js';
import type { Upkeep } from '../upkeep.js';

/** `T` is what the source lists, `H` the handle that stands for it here. */
export interface ListingsOptions<T, H = T> {
  readonly store: CatalogStore;
  /** Stands before every key in the store. */
  readonly prefix: string;
  readonly codec: MemberCodec<H>;
  readonly clock: Clock;
  readonly log: Log;
  readonly ttlMs: number;
  /** How long a listing is kept by `upkeep` before it is fetched in full again. */
  readonly fullRefreshMs: number;
  /** How long a caller waits for a first listing. */
  readonly waitMs: number;
  /** Members kept in memory, over all listings. */
  readonly maxEntries: number;
  /** False while listings that are known are served as they are; a person who asks for a fresh one gets it all the same. */
  readonly mayRefresh: () => boolean;
  /** As the source's own; a listing made under another is fetched again before it is served. */
  readonly edition?: (() => Promise<string>) | undefined;
  /** Told of every fetch that failed, and of what is done about it. */
  readonly logFailure: (error: AppError, consequence: string) => void;
  /** Ends every fetch. */
  readonly signal: AbortSignal;
  /** Two members with one key are one member. */
  readonly keyOf: (member: H) => string | number;
  readonly fetch: (key: string, options: FetchOptions<H>) => AsyncIterable<Page<T>>;
  /** The one handle that stands for the member, so that an unchanged listing keeps its identity. */
  readonly intern: (member: T) => H;
  /** True if there is nothing to show of the members. */
  readonly isEmpty: (members: readonly H[]) => boolean;
  /** True if a listing that fell to nothing may be the source's slip. */
  readonly isDoubtful: (key: string, before: readonly H[]) => boolean | Promise<boolean>;
  /** Called before a listing is stored. */
  readonly beforeSave?: () => Promise<void>;
  /** Absent where listings are always fetched in full. */
  readonly upkeep?: Upkeep<H>;
}
