import { z } from 'zod';
import type { ErrorCode } from '../errors.js';
import { parseJson } from './json.js';
import { LIBRARY_SERVICE, type GoogleService } from './services.js';

/** An answer of an API or a media host, read whole. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** How an answer failed, before anybody knows how often it was tried. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly advice?: string;
  readonly cause?: Error;
  /** Why trying again may help: a passing fault, a quota of the minute, an old access token. */
  readonly again?: 'soon' | 'minute' | 'token';
  /** True if the quota of the day is spent. */
  readonly isDaySpent?: boolean;
}

/** Why a picking session lists nothing while the person still picks. */
const PENDING = 'PENDING_USER_ACTION';

/** The status and message that Google answered; a safe cause for an `AppError`. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';

  constructor(
    readonly status: number,
    message: string,
    /** Google's words for the case, such as RATE_LIMIT_EXCEEDED. */
    readonly reasons: readonly string[] = [],
  ) {
    super(`google answered ${status}${message === '' ? '' : `: ${message.slice(0, 300)}`}`);
  }
}

const detailSchema = z.looseObject({
  reason: z.string().optional(),
  links: z.array(z.looseObject({ url: z.string().optional() })).optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
});
const envelopeSchema = z.looseObject({
  error: z.looseObject({
    message: z.string().optional(),
    status: z.string().optional(),
    details: z.array(detailSchema).optional(),
    /** The older form. */
    errors: z.array(z.looseObject({ reason: z.string().optional() })).optional(),
  }),
});

interface GoogleError {
  readonly message: string;
  readonly reasons: readonly string[];
  readonly texts: string;
  readonly links: readonly string[];
}

/** Who asks the Library API may have one of these. */
const SCOPES_REMOVED =
  '; the scopes photoslibrary, photoslibrary.readonly and photoslibrary.sharing were removed by Google on 31 March 2025';

/**
 * What a failed answer means. `about` names what an id in the request stands for: 400, 404 and 410 then mean that it is
 * unknown. Without an id nothing can be gone. `service` is what was asked.
 */
export function failureOf(answer: Answer, about?: string, service = LIBRARY_SERVICE): Failure {
  const error = readError(answer.text);
  const cause = new AnswerError(answer.status, error?.message ?? '', error?.reasons);
  const { status } = answer;
  if (status === 401) return { ...signIn, cause };
  if (status === 429 || (status === 403 && error && isQuota(error))) return { ...quota(error), cause };
  if (status === 403 && error) return { ...forbidden(error, service), cause };
  if (status === 400 && error?.reasons.includes(PENDING)) {
    return { code: 'SOURCE_UNAVAILABLE', message: 'google photos: nothing has been picked yet', cause };
  }
  if (error && about !== undefined && (status === 400 || status === 404 || status === 410)) {
    return { code: 'NOT_FOUND', message: `google photos: ${about} is unknown or gone`, cause };
  }
  const message = `google photos: answered ${status}`;
  if (status === 408 || status >= 500) {
    const advice = `Google answered ${status}: the fault is on its side, and trying again later helps`;
    return { code: 'SOURCE_UNAVAILABLE', message, advice, cause, again: 'soon' };
  }
  return { code: 'SOURCE_UNAVAILABLE', message, cause };
}

/** An answer of status 200 that is not what it should be: a failure, never "nothing there". */
export function unreadable(status: number): Failure {
  const message = `google photos: answered ${status}, but not with the JSON expected`;
  return { code: 'SOURCE_UNAVAILABLE', message, cause: new AnswerError(status, ''), again: 'soon' };
}

const signIn: Failure = {
  code: 'SIGN_IN_REQUIRED',
  message: 'google photos: the access token was refused',
  again: 'token',
};

function quota(error: GoogleError | undefined): Failure {
  if (error && isPerDay(error)) {
    return {
      code: 'QUOTA_EXCEEDED',
      message: "google photos: the project's quota of the day is spent",
      isDaySpent: true,
    };
  }
  return {
    code: 'QUOTA_EXCEEDED',
    message: "google photos: the project's quota of the minute is spent",
    advice: 'wait a minute; other programs that use the same client id share its quota',
    again: 'minute',
  };
}

function isPerDay({ message, reasons, texts }: GoogleError): boolean {
  return /per day/i.test(message) || texts.includes('PerDay') || reasons.includes('dailyLimitExceeded');
}

function isQuota({ reasons }: GoogleError): boolean {
  return reasons.some((reason) => /^(rate|userRate|daily)LimitExceeded$|^quotaExceeded$|^RATE_LIMIT/.test(reason));
}

function forbidden({ message, reasons, links }: GoogleError, { title, scope }: GoogleService): Failure {
  if (reasons.includes('SERVICE_DISABLED') || /has not been used in project|it is disabled/.test(message)) {
    const link = links.find((url) => url.startsWith('https://console.'));
    const where = link === undefined ? 'in the Google Cloud project of your client id' : `at ${link}`;
    const advice = `enable the ${title} ${where}, then wait a few minutes`;
    return { code: 'API_DISABLED', message: `google photos: the ${title} is not enabled`, advice };
  }
  if (reasons.includes('ACCESS_TOKEN_SCOPE_INSUFFICIENT') || /insufficient authentication scopes/i.test(message)) {
    return {
      code: 'SCOPE_MISSING',
      message: 'google photos: the sign-in lacks the scope needed',
      advice: `sign in again with \`photodav login\` and grant ${scope}${scope === LIBRARY_SERVICE.scope ? SCOPES_REMOVED : ''}`,
    };
  }
  return { code: 'SOURCE_UNAVAILABLE', message: 'google photos: permission denied' };
}

function readError(text: string): GoogleError | undefined {
  const parsed = envelopeSchema.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  const { message = '', details = [], errors = [] } = parsed.data.error;
  const reasons = [...details, ...errors].flatMap(({ reason }) => (reason === undefined ? [] : [reason]));
  const metadata = details.flatMap((detail) => Object.values(detail.metadata ?? {}));
  const texts = metadata.filter((value) => typeof value === 'string');
  const links = details.flatMap((detail) => (detail.links ?? []).map(({ url }) => url ?? ''));
  const inMessage = /https:\/\/console\.\S+/.exec(message)?.[0] ?? '';
  return { message, reasons, texts: texts.join(' '), links: [...links, ...texts, inMessage] };
}
