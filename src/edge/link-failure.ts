import { AppError } from '../errors.js';
import { retryAfterMs } from '../google/retry.js';

/** What an answer without a link comes to, by its status and its `Retry-After`. */
export function linkFailure(status: number, retryAfter: string | string[] | undefined, nowMs: number): AppError {
  if (status === 404 || status === 410) {
    return new AppError('NOT_FOUND', 'the gateway has no item at this path', {
      advice: 'open the folder at the gateway again: the item may have another name now, or be gone',
    });
  }
  if (status === 403) {
    return new AppError('BAD_REQUEST', 'the gateway gives this item to no worker', {
      status,
      advice: 'open the item at the gateway again; only mounts whose delivery.policy is proxy-url have links',
    });
  }
  if (status === 401) {
    return new AppError('SOURCE_UNAVAILABLE', 'the gateway does not accept the link token', {
      advice:
        "give `photodav proxy` the gateway's token: delivery.linkToken, or the file link-token in its data folder",
    });
  }
  const isBusy = status === 503 || status === 429;
  const afterMs = retryAfterMs(typeof retryAfter === 'string' ? retryAfter : undefined, nowMs);
  return new AppError('SOURCE_UNAVAILABLE', isBusy ? 'the gateway has no link now' : notALink(status), {
    ...(isBusy ? { status: 503 } : {}),
    ...(isBusy && afterMs !== undefined ? { retryAfterSeconds: afterMs / 1000 } : {}),
    advice: "try again later; the gateway's log tells more",
  });
}

function notALink(status: number): string {
  return status === 200 ? 'the gateway answered with something that is no link' : `the gateway answered ${status}`;
}
