import { rpcMethod, serviceOf } from './services.js';

/** The project that the emulated client belongs to: the digits before the first `-` of its id. */
export const PROJECT = '123456789';
const REALM = 'Bearer realm="https://accounts.google.com/"';
const CREDENTIAL_HINT =
  'Expected OAuth 2 access token, login cookie or other valid authentication credential. ' +
  'See https://developers.google.com/identity/sign-in/web/devconsole-project.';

/** A failed call as Google tells it: thrown by a handler, written by the server. */
export class GoogleError extends Error {
  override readonly name = 'GoogleError';

  constructor(
    readonly httpStatus: number,
    readonly body: object,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(`answered ${httpStatus}`);
  }
}

interface Extra {
  /** Where it is not the usual one of the HTTP status. */
  readonly status?: string;
  readonly details?: readonly object[];
  readonly errors?: readonly object[];
  readonly headers?: Readonly<Record<string, string>>;
}

const STATUS_ROWS: Readonly<Record<number, readonly [status: string, message: string]>> = {
  400: ['INVALID_ARGUMENT', 'Request contains an invalid argument.'],
  401: ['UNAUTHENTICATED', `Request had invalid authentication credentials. ${CREDENTIAL_HINT}`],
  403: ['PERMISSION_DENIED', 'The caller does not have permission'],
  404: ['NOT_FOUND', 'Requested entity was not found.'],
  409: ['ABORTED', 'The operation was aborted.'],
  429: ['RESOURCE_EXHAUSTED', 'Resource has been exhausted (e.g. check quota).'],
  500: ['INTERNAL', 'Internal error encountered.'],
  501: ['UNIMPLEMENTED', 'Operation is not implemented, or supported, or enabled.'],
  503: ['UNAVAILABLE', 'The service is currently unavailable.'],
  504: ['DEADLINE_EXCEEDED', 'Deadline expired before operation could complete.'],
};

/** The envelope `{"error":{code,message,status,…}}`; the message is the status's usual one if absent. */
export function googleError(httpStatus: number, message?: string, extra: Extra = {}): GoogleError {
  const [usualStatus, usual] = STATUS_ROWS[httpStatus] ?? ['UNKNOWN', 'Unknown error.'];
  const { status = usualStatus, details, errors, headers } = extra;
  const error = {
    code: httpStatus,
    message: message ?? usual,
    ...(errors ? { errors } : {}),
    status,
    ...(details ? { details } : {}),
  };
  return new GoogleError(httpStatus, { error }, headers);
}

export function invalidCredentials(): GoogleError {
  return googleError(401, undefined, { headers: { 'WWW-Authenticate': `${REALM}, error="invalid_token"` } });
}

export function missingCredentials(key: string): GoogleError {
  return googleError(401, `Request is missing required authentication credential. ${CREDENTIAL_HINT}`, {
    details: [errorInfo('CREDENTIALS_MISSING', { method: rpcMethod(key), service: serviceOf(key).name })],
    headers: { 'WWW-Authenticate': REALM },
  });
}

/** 403 as captured from both APIs, without details unless asked for. */
export function insufficientScope(key: string, scope: string, withDetails: boolean): GoogleError {
  const message = 'Request had insufficient authentication scopes.';
  if (!withDetails) return googleError(403, message);
  return googleError(403, message, {
    details: [errorInfo('ACCESS_TOKEN_SCOPE_INSUFFICIENT', { service: serviceOf(key).name, method: rpcMethod(key) })],
    headers: { 'WWW-Authenticate': `${REALM}, error="insufficient_scope", scope="${scope}"` },
  });
}

/** Each API is enabled on its own in a project. */
export function apiDisabled(key: string): GoogleError {
  const { name, title } = serviceOf(key);
  const url = `https://console.developers.google.com/apis/api/${name}/overview?project=${PROJECT}`;
  const message =
    `${title} has not been used in project ${PROJECT} before or it is disabled. ` +
    `Enable it by visiting ${url} then retry. If you enabled this API recently, ` +
    'wait a few minutes for the action to propagate to our systems and retry.';
  return googleError(403, message, {
    details: [
      help('Google developers console API activation', url),
      errorInfo('SERVICE_DISABLED', { service: name, consumer: `projects/${PROJECT}` }),
    ],
  });
}

/** 429 for the quota of the day or of the minute; `limit` is the day's number of requests. */
export function quotaExceeded(
  key: string,
  kind: 'daily' | 'minute',
  limit: number,
  retryAfter: number | undefined,
): GoogleError {
  const { name: service } = serviceOf(key);
  const daily = kind === 'daily';
  const [metric, name] = daily ? ['All requests', 'per day'] : ['Write requests', 'per minute per user'];
  const message =
    `Quota exceeded for quota metric '${metric}' and limit '${metric} ${name}' of service '${service}' ` +
    `for consumer 'project_number:${PROJECT}'.`;
  return googleError(429, message, {
    errors: [{ message, domain: 'global', reason: 'rateLimitExceeded' }],
    details: [
      errorInfo('RATE_LIMIT_EXCEEDED', {
        service,
        consumer: `projects/${PROJECT}`,
        quota_metric: `${service}/${daily ? 'all_requests' : 'write_requests'}`,
        quota_limit: daily ? 'ApiCallsPerProjectPerDay' : 'WritesPerMinutePerUser',
        quota_limit_value: String(limit),
        quota_location: 'global',
      }),
      help('Request a higher quota limit.', 'https://cloud.google.com/docs/quota#requesting_higher_quota'),
    ],
    ...(retryAfter === undefined ? {} : { headers: { 'Retry-After': String(retryAfter) } }),
  });
}

/** As the sibling API words it (Ambient); the Picker's own answer to an id that is none was never captured. */
export function invalidId(): GoogleError {
  return googleError(400, 'Invalid request found. See error details for a description of each violation.', {
    details: [errorInfo('REQUEST_INVALID', {}, 'photos.googleapis.com')],
  });
}

/** A pick that goes on cannot be listed; the reason is that of the sibling API (Ambient). */
export function pendingUserAction(): GoogleError {
  return googleError(400, 'The user has not finished selecting media items for this session.', {
    status: 'FAILED_PRECONDITION',
    details: [errorInfo('PENDING_USER_ACTION', {}, 'photos.googleapis.com')],
  });
}

/** The flat errors of the OAuth endpoints (RFC 6749 §5.2). */
export function oauthError(httpStatus: number, error: string, description?: string): GoogleError {
  return new GoogleError(httpStatus, { error, ...(description ? { error_description: description } : {}) });
}

/** What an OAuth endpoint says with a status, where no more is known. */
export function oauthFailure(httpStatus: number): GoogleError {
  if (httpStatus >= 500) return oauthError(httpStatus, 'internal_failure');
  if (httpStatus === 401) return oauthError(httpStatus, 'invalid_client', 'Unauthorized');
  if (httpStatus === 429) return oauthError(httpStatus, 'rate_limit_exceeded', 'Rate Limit Exceeded');
  return oauthError(httpStatus, 'invalid_grant', 'Bad Request');
}

function errorInfo(
  reason: string,
  metadata: Readonly<Record<string, string>>,
  domain = 'googleapis.com',
): Readonly<Record<string, unknown>> {
  const isEmpty = Object.keys(metadata).length === 0;
  return {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason,
    domain,
    ...(isEmpty ? {} : { metadata }),
  };
}

function help(description: string, url: string): object {
  return { '@type': 'type.googleapis.com/google.rpc.Help', links: [{ description, url }] };
}
