import { AppError } from '../../errors.js';
import { AnswerError } from '../answer.js';
import { refused, type Shown } from './oauth-refusal.js';
import type { Transport } from '../transport.js';
import { unreachable } from '../unreachable.js';

/**
 * What an OAuth endpoint's answer, or having none, comes to: SIGN_IN_REQUIRED if a person must act, SOURCE_UNAVAILABLE if
 * waiting helps.
 */
export function failed(error: unknown, shown: Shown, url: URL, transport: Transport): AppError {
  if (!isAnswered(error)) {
    const { code, message, advice, cause } = unreachable(error, url, transport);
    return new AppError(code, message, { cause, ...(advice === undefined ? {} : { advice }) });
  }
  const { data, status } = error.response;
  const code = typeof data === 'object' && data !== null && 'error' in data ? data.error : undefined;
  if (status < 400) return notExpected(url);
  if (typeof code === 'string' && status < 500 && status !== 429) return refused(code, shown);
  return new AppError('SOURCE_UNAVAILABLE', `google photos: no sign-in: ${url.host} answered ${status}`, {
    // The error of the HTTP client holds the request, secrets included.
    cause: new AnswerError(status, ''),
    advice: 'the fault is on the side of Google: trying again later helps',
  });
}

/** An answer of status 200 that is not what it should be. */
export function notExpected(url: URL): AppError {
  return new AppError('SOURCE_UNAVAILABLE', `google photos: ${url.host} answered, but not with the JSON expected`);
}

function isAnswered(
  error: unknown,
): error is { readonly response: { readonly status: number; readonly data: unknown } } {
  return typeof error === 'object' && error !== null && 'response' in error && typeof error.response === 'object';
}
