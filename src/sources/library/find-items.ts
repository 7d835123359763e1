import { AppError } from '../../errors.js';
import { MAX_BATCH, type GoogleMediaItem, type LibraryApi } from '../../google/library-api.js';
import { batchGet } from './fetch-base-urls.js';

/** How many items that a batch did not tell are asked for at the same time. */
const SINGLES_AT_ONCE = 5;

/**
 * The items of `ids` that Google still has, 50 per request. Those that a batch leaves open are asked for one by one.
 *
 * Throws what the API throws: an item that cannot be told now is not one that is gone.
 */
export async function findItems(
  api: LibraryApi,
  ids: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly GoogleMediaItem[]> {
  const distinct = [...new Set(ids)];
  const found: GoogleMediaItem[] = [];
  const open: string[] = [];
  for (let from = 0; from < distinct.length; from += MAX_BATCH) {
    const some = distinct.slice(from, from + MAX_BATCH);
    const batch = await batchGet(api, some, signal);
    for (const id of some) {
      const item = batch.get(id);
      if (item === undefined) open.push(id);
      else if (item !== 'gone') found.push(item);
    }
  }
  for (let from = 0; from < open.length; from += SINGLES_AT_ONCE) {
    const some = open.slice(from, from + SINGLES_AT_ONCE);
    const items = await Promise.all(some.map((id) => findItem(api, id, signal)));
    found.push(...items.filter((item) => item !== undefined));
  }
  return found;
}

async function findItem(
  api: LibraryApi,
  id: string,
  signal: AbortSignal | undefined,
): Promise<GoogleMediaItem | undefined> {
  try {
    return await api.item(id, signal);
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}
