import { AppError, toAppError } from '../errors.js';
import { AnswerError } from '../google/answer.js';
import type { GoogleMediaItem, LibraryApi } from '../google/library-api.js';
import type { BaseUrlAnswers } from './base-urls.js';

type Batch = ReadonlyMap<string, GoogleMediaItem | 'gone'>;

/** How many items of a failed batch are asked for at the same time. */
const SINGLES_AT_ONCE = 5;

/** Base URLs of at most 50 items in one batch; if it fails for what may be one item's fault, item by item. */
export async function fetchBaseUrls(
  api: LibraryApi,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<BaseUrlAnswers> {
  const answers = new Map<string, string | AppError>();
  const rest: string[] = [];
  const batch = await batchGet(api, ids, signal);
  for (const id of ids) {
    const item = batch.get(id);
    if (item === undefined) rest.push(id);
    else answers.set(id, baseUrlOf(item));
  }
  for (let from = 0; from < rest.length; from += SINGLES_AT_ONCE) {
    const some = rest.slice(from, from + SINGLES_AT_ONCE);
    const asked = some.map(async (id) => answers.set(id, await singleBaseUrl(api, id, signal)));
    await Promise.all(asked);
  }
  return answers;
}

async function batchGet(api: LibraryApi, ids: readonly string[], signal: AbortSignal): Promise<Batch> {
  try {
    return await api.batchGet(ids, signal);
  } catch (error) {
    signal.throwIfAborted();
    const isOneItems = error instanceof AppError && error.cause instanceof AnswerError;
    const mayHelp = isOneItems && (error.code === 'NOT_FOUND' || error.code === 'SOURCE_UNAVAILABLE');
    if (!mayHelp) throw error;
    return new Map();
  }
}

async function singleBaseUrl(api: LibraryApi, id: string, signal: AbortSignal): Promise<string | AppError> {
  try {
    return baseUrlOf(await api.item(id, signal));
  } catch (error) {
    signal.throwIfAborted();
    return toAppError(error);
  }
}

function baseUrlOf(item: GoogleMediaItem | 'gone'): string | AppError {
  if (item === 'gone') return new AppError('NOT_FOUND', 'google photos: the media item is unknown or gone');
  return item.baseUrl ?? new AppError('SOURCE_UNAVAILABLE', 'google photos: the media item has no bytes yet');
}
