import { AppError } from '../errors.js';
import { retryAfterMs } from '../google/retry.js';
import type { GatewayAnswer } from './gateway-answer.js';

const MAX_WAIT_SECONDS = 86_400;
const BUSY: ReadonlySet<number> = new Set([429, 503]);
/** What stands before a gateway answers so while that is down. */
const DOWN: ReadonlySet<number> = new Set([500, 502, 504]);

/** What an answer without a link comes to. */
export function linkFailure(answer: GatewayAnswer, nowMs: number): AppError {
  const { status, isOfApi } = answer;
  if (BUSY.has(status)) return busy(answer, nowMs);
  if (!isOfApi && !DOWN.has(status)) return noGateway(status);
  if (status === 410) {
    return new AppError('GONE', 'the gateway no longer gets the bytes of this item', {
      advice: 'open the item at the gateway: it says what was picked with it, and how to pick it again',
    });
  }
  if (status === 404) {
    return new AppError('NOT_FOUND', 'the gateway has no item at this path', {
      advice: 'open the folder at the gateway again: the item may have another name now, or be gone',
    });
  }
  if (status === 400) {
    return new AppError('NOT_FOUND', 'the gateway has no photo or video at this path', {
      advice: 'ask the gateway itself: it alone has folders and texts',
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
  return new AppError('SOURCE_UNAVAILABLE', notALink(status), {
    ...waiting(answer, nowMs),
    advice: "try again later; the gateway's log tells more",
  });
}

function busy(answer: GatewayAnswer, nowMs: number): AppError {
  return new AppError('SOURCE_UNAVAILABLE', 'the gateway has no link now', {
    status: 503,
    ...waiting(answer, nowMs),
    advice:
      answer.status === 429
        ? "wait a minute; if it goes on, compare the link token with the gateway's"
        : "try again later; the gateway's log tells more",
  });
}

/** What WebDAV, a page or another program answers; a gateway whose mounts are all under other policies has no links. */
function noGateway(status: number): AppError {
  const advice =
    status >= 300 && status < 400
      ? 'set PHOTODAV_GATEWAY to the address that this one redirects to; perhaps it begins with https://'
      : 'set PHOTODAV_GATEWAY to the address of `photodav serve`, with http:// or https:// as it speaks and without ' +
        'server.basePath, and give a mount there the delivery.policy proxy-url';
  return new AppError('SOURCE_UNAVAILABLE', `nobody gives links at the address of the gateway (status ${status})`, {
    advice,
  });
}

function waiting({ retryAfter }: GatewayAnswer, nowMs: number): { readonly retryAfterSeconds?: number } {
  const afterMs = retryAfterMs(retryAfter, nowMs);
  return afterMs === undefined ? {} : { retryAfterSeconds: Math.min(Math.ceil(afterMs / 1000), MAX_WAIT_SECONDS) };
}

function notALink(status: number): string {
  return status === 200 ? 'the gateway answered with something that is no link' : `the gateway answered ${status}`;
}
