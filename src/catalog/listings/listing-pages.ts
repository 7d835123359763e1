import type { Clock } from '../../clock.js';
import { AppError } from '../../errors.js';
import type { ListOptions, Page } from '../../sources/source.js';

/** A page token older than this is not tried again; Google does not say how long one lives. */
const CURSOR_LIFE_MS = 3_600_000;
const SAVE_EVERY_MS = 2_000;

/** What a listing that did not come to its end has brought. */
export interface Progress<H> {
  readonly startedAtMs: number;
  readonly members: Map<string | number, H>;
  cursor: string | undefined;
  savedAtMs: number;
}

/** What a fetch is handed beside where to go on. */
export interface FetchOptions<H> extends ListOptions {
  readonly signal: AbortSignal;
  /** The members fetched so far; it grows with every page. */
  readonly soFar: ReadonlyMap<string | number, H>;
  /** Present while there is nothing to show: takes members that may be shown until the listing is complete. */
  readonly show?: (members: readonly H[]) => Promise<void>;
}

export interface PagesOptions<T, H> {
  readonly clock: Clock;
  readonly keyOf: (member: H) => string | number;
  readonly intern: (member: T) => H;
  readonly fetch: (at: Pick<FetchOptions<H>, 'cursor' | 'soFar'>) => AsyncIterable<Page<T>>;
  /** Called now and then, and when the source fails: what has come so far is worth keeping. */
  readonly save: (progress: Progress<H>) => Promise<void>;
}

/** Fetches pages to the end, on top of what an earlier fetch has brought, as long as its place is known. */
export async function fetchPages<T, H>(
  earlier: Progress<H> | undefined,
  options: PagesOptions<T, H>,
  onStart: (progress: Progress<H>) => void,
): Promise<Progress<H>> {
  const { clock, fetch, intern, keyOf, save } = options;
  const now = clock.now();
  const isResumed = earlier?.cursor !== undefined && now - earlier.startedAtMs < CURSOR_LIFE_MS;
  const progress: Progress<H> = isResumed
    ? earlier
    : { startedAtMs: now, members: new Map(), cursor: undefined, savedAtMs: now };
  onStart(progress);
  try {
    const { cursor, members } = progress;
    for await (const page of fetch({ soFar: members, ...(cursor === undefined ? {} : { cursor }) })) {
      for (const member of page.members) {
        const handle = intern(member);
        members.set(keyOf(handle), handle);
      }
      progress.cursor = page.next;
      if (clock.now() - progress.savedAtMs >= SAVE_EVERY_MS) await save(progress);
    }
    return progress;
  } catch (error) {
    if (isResumed && error instanceof AppError && error.code === 'NOT_FOUND') {
      return fetchPages(undefined, options, onStart);
    }
    await save(progress);
    throw error;
  }
}
