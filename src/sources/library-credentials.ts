import { createHash } from 'node:crypto';
import { AppError } from '../errors.js';
import type { Credentials } from '../google/auth.js';
import { parseToken } from '../google/token.js';

/** What the options of a Google sign-in hold. */
export interface SignInOptions {
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  readonly refreshToken?: string | undefined;
  readonly token?: string | undefined;
}

/** Options over what the pasted token brings along; CONFIG_INVALID tells all that is missing together. */
export function credentialsOf(options: SignInOptions): Credentials {
  const pasted = options.token ? parseToken(options.token) : {};
  const clientId = options.clientId ?? pasted.clientId;
  const clientSecret = options.clientSecret ?? pasted.clientSecret;
  const refreshToken = options.refreshToken ?? pasted.refreshToken;
  const { accessToken, expiresAtMs } = pasted;
  const expiry = expiresAtMs === undefined ? {} : { expiresAtMs };
  const hasToken = Boolean(refreshToken ?? accessToken);
  if (!clientId || !clientSecret || !hasToken) {
    throw missing([
      ...(clientId ? [] : ['clientId']),
      ...(clientSecret ? [] : ['clientSecret']),
      ...(hasToken ? [] : ['refreshToken or token']),
    ]);
  }
  return {
    clientId,
    clientSecret,
    ...(refreshToken ? { refreshToken } : {}),
    // An access token from a paste belongs to the refresh token beside it, and to no other.
    ...(accessToken && refreshToken === pasted.refreshToken ? { accessToken, ...expiry } : {}),
  };
}

/** Sixteen hexadecimal digits that stand for the account, and tell nothing of its token. */
export function accountDigest({ refreshToken, accessToken }: Credentials): string {
  return createHash('sha256')
    .update(refreshToken ?? accessToken ?? '')
    .digest('hex')
    .slice(0, 16);
}

/** The digits of the Google Cloud project that a client id begins with; the id itself if it has none. */
export function projectOf(clientId: string): string {
  return /^\d+(?=-)/.exec(clientId)?.[0] ?? clientId;
}

function missing(names: readonly string[]): AppError {
  return new AppError('CONFIG_INVALID', `library: missing ${names.join(', ')}`, {
    advice:
      'clientId and clientSecret come from the Google Cloud console (an OAuth client of type Desktop); refreshToken is ' +
      'what a sign-in with them gave, or token is all that `rclone authorize "google photos"` prints',
  });
}
