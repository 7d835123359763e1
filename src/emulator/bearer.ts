import type { IncomingMessage } from 'node:http';
import type { Account } from './account.js';
import type { Exchange } from './exchange.js';
import { insufficientScope, invalidCredentials, missingCredentials, quotaExceeded } from './google-errors.js';
import type { Grant } from './tokens.js';

/** The token of an Authorization header (RFC 6750 §2.1), or undefined. */
export function bearerOf({ headers }: IncomingMessage): string | undefined {
  return /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
}

/** What the call's token grants; throws GoogleError 401, 403 or 429 if it may not go on. Counts against the day's quota. */
export function authorize(
  { tokens, quota, levers }: Account,
  { request, url }: Exchange,
  key: string,
  scope: string,
): Grant {
  const token = bearerOf(request) ?? url.searchParams.get('access_token');
  if (!token) throw missingCredentials(key);
  const grant = tokens.access(token);
  if (!grant) throw invalidCredentials();
  if (!grant.scopes.includes(scope)) throw insufficientScope(key, scope, levers.scopeErrorDetails);
  if (!quota.spend(key.startsWith('picker.') ? 'picker' : 'api', levers.quotaApiPerDay)) {
    throw quotaExceeded(key, 'daily', levers.quotaApiPerDay, levers.retryAfterOn429 ? 30 : undefined);
  }
  return grant;
}
