import { AppError } from '../../errors.js';

const BUSY_RETRY_SECONDS = 15;
const RETRY_SECONDS = 30;
/** How long a failed source is left alone, unless it says itself when to come back. */
const HOLD_MS = 10_000;
const LONGEST_HOLD_MS = 900_000;
/** A person who has just signed in looks at once; until then the sign-in is refused without asking Google. */
const SIGN_IN_HOLD_MS = 1_000;

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

/** How long a failure is held against the source. */
export function holdMsOf({ code, retryAfterSeconds = 0 }: AppError): number {
  if (code === 'SIGN_IN_REQUIRED') return SIGN_IN_HOLD_MS;
  return Math.min(retryAfterSeconds * 1_000 || HOLD_MS, LONGEST_HOLD_MS);
}
