import { AppError, toAppError } from '../../errors.js';
import { AnswerError } from '../../google/answer.js';
import type { GoogleMediaItem, LibraryApi } from '../../google/library-api.js';
import type { BaseUrlAnswers } from '../bytes/base-urls.js';

type Batch = ReadonlyMap<string, GoogleMediaItem | 'gone'>;

/** How many items of a failed batch are asked for at the same time. */
const SINGLES_AT_ONCE = 5;
const NO_BYTES = 'google photos: the media item has no bytes yet';

/**
 * Base URLs of at most 50 items in one batch; if it fails for what may be one item's fault, item by item.
 *
 * When a whole group of singles fails too, it was no item's fault: the rest fails alike, without being asked for.
 */
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
    const singles = await Promise.all(
      some.map(async (id) => {
        const answer = await singleBaseUrl(api, id, signal);
        answers.set(id, answer);
        return answer;
      }),
    );
    const [failure] = singles;
    if (failure !== undefined && singles.every(isNoItemsFault)) {
      for (const id of rest.slice(from + SINGLES_AT_ONCE)) answers.set(id, failure);
      break;
    }
  }
  return answers;
}

function isNoItemsFault(answer: string | AppError): boolean {
  return answer instanceof AppError && answer.code !== 'NOT_FOUND' && answer.message !== NO_BYTES;
}

/** What one batch tells of the items; nothing at all if it failed for what may be one item's fault. */
export async function batchGet(
  api: LibraryApi,
  ids: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Batch> {
  try {
    return await api.batchGet(ids, signal);
  } catch (error) {
    signal?.throwIfAborted();
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
  return item.baseUrl ?? new AppError('SOURCE_UNAVAILABLE', NO_BYTES);
}
