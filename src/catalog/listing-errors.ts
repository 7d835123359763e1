import { AppError } from '../errors.js';

const BUSY_RETRY_SECONDS = 15;
const RETRY_SECONDS = 30;

/** A fault of ours, or one that passes, says nothing about the listing; one that a person must mend has to be seen. */
export function mayShowStale({ waitHelps, code }: AppError): boolean {
  return waitHelps || code === 'INTERNAL';
}

/** Without a listing we are no gateway that got a bad answer but a server that cannot answer yet: 503, not 502. */
export function asUnavailable(error: AppError): AppError {
  if (error.code !== 'SOURCE_UNAVAILABLE') return error;
  const { message, advice, retryAfterSeconds = RETRY_SECONDS } = error;
  return new AppError('SOURCE_UNAVAILABLE', message, { status: 503, cause: error, advice, retryAfterSeconds });
}

export function stillListing(): AppError {
  return new AppError('SOURCE_UNAVAILABLE', 'the first listing of this collection is still being fetched', {
    status: 503,
    retryAfterSeconds: BUSY_RETRY_SECONDS,
    advice: 'try again in a moment; what has been fetched is kept',
  });
}
