import { AppError } from '../../errors.js';
import { digest } from '../../google/digest.js';
import type { Credentials } from '../../google/auth/keeper.js';
import { parseToken, unquoted, type PastedToken } from '../../google/auth/token.js';

/** What the options of a Google sign-in hold. */
export interface SignInOptions {
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  /** A name of the person's own for the Google account. */
  readonly account?: string | undefined;
  readonly refreshToken?: string | undefined;
  readonly token?: string | undefined;
}

interface Problem {
  readonly message: string;
  readonly advice: string;
}

/** An OAuth client as far as the configuration names it. */
export interface GivenClient {
  readonly clientId?: string;
  readonly clientSecret?: string;
}

const MISSING_ADVICE =
  'clientId and clientSecret come from the Google Cloud console (an OAuth client of type Desktop), and must be those ' +
  'that the token was made with';

/** True if the options bring a token of their own, so that no stored sign-in is looked for. */
export function holdsToken({ refreshToken, token }: SignInOptions): boolean {
  return plain(refreshToken) !== undefined || (token ?? '') !== '';
}

/** Throws CONFIG_INVALID for options that contradict each other; whether somebody has signed in is seen at the start. */
export function checkSignIn(options: SignInOptions, nowMs: number): void {
  if (holdsToken(options)) {
    credentialsOf(options, nowMs);
    return;
  }
  const { clientId, clientSecret } = clientOf(options);
  if (clientSecret === undefined || clientId !== undefined) return;
  throw refusal([{ message: 'missing clientId', advice: 'give clientId with the clientSecret that belongs to it' }]);
}

/** The client that the options name beside a token; quotes around its parts are left out. */
export function clientOf(options: SignInOptions): GivenClient {
  const clientId = plain(options.clientId);
  const clientSecret = plain(options.clientSecret);
  return {
    ...(clientId === undefined ? {} : { clientId }),
    ...(clientSecret === undefined ? {} : { clientSecret }),
  };
}

/**
 * Options over what the pasted token brings along; quotes around them are left out.
 *
 * CONFIG_INVALID tells all that is missing or contradicts itself together. `nowMs` is for a token that has ended.
 */
export function credentialsOf(options: SignInOptions, nowMs: number): Credentials {
  const pasted = options.token ? parseToken(options.token) : {};
  const { clientId = pasted.clientId, clientSecret = pasted.clientSecret } = clientOf(options);
  const ownRefreshToken = plain(options.refreshToken);
  const refreshToken = ownRefreshToken ?? pasted.refreshToken;
  const { accessToken, expiresAtMs } = pasted;
  const missing = [
    ...(clientId ? [] : ['clientId']),
    ...(clientSecret ? [] : ['clientSecret']),
    ...(refreshToken || accessToken ? [] : ['refreshToken or token']),
  ];
  const problems = [
    ...(missing.length === 0 ? [] : [{ message: `missing ${missing.join(', ')}`, advice: MISSING_ADVICE }]),
    ...contradictions(ownRefreshToken, pasted, nowMs),
  ];
  if (!clientId || !clientSecret || problems.length > 0) throw refusal(problems);
  return {
    clientId,
    clientSecret,
    ...(refreshToken ? { refreshToken } : {}),
    // An access token from a paste belongs to the refresh token beside it, and to no other.
    ...(accessToken && refreshToken === pasted.refreshToken
      ? { accessToken, ...(expiresAtMs === undefined ? {} : { accessTokenEndsAtMs: expiresAtMs }) }
      : {}),
  };
}

function plain(written: string | undefined): string | undefined {
  const text = unquoted(written ?? '');
  return text === '' ? undefined : text;
}

function contradictions(ownRefreshToken: string | undefined, pasted: PastedToken, nowMs: number): readonly Problem[] {
  const { accessToken, expiresAtMs = Infinity, refreshToken } = pasted;
  if (ownRefreshToken && refreshToken && ownRefreshToken !== refreshToken) {
    const message = 'refreshToken and token hold different refresh tokens';
    return [{ message, advice: 'leave out refreshToken or token, whichever is the older one' }];
  }
  if (accessToken && !refreshToken && !ownRefreshToken && expiresAtMs <= nowMs) {
    const message = 'the token holds no refresh_token, and its access token has expired';
    return [{ message, advice: 'sign in again, and give all that `rclone authorize "google photos"` prints' }];
  }
  return [];
}

/** Sixteen hexadecimal digits that stand for the account, and tell nothing of its token. */
export function accountDigest({ refreshToken, accessToken }: Credentials): string {
  return digest(refreshToken ?? accessToken ?? '').slice(0, 16);
}

/** The digits of the Google Cloud project that a client id begins with; the id itself if it has none. */
export function projectOf(clientId: string): string {
  return /^\d+(?=-)/.exec(clientId)?.[0] ?? clientId;
}

function refusal(problems: readonly Problem[]): AppError {
  return new AppError('CONFIG_INVALID', `sign-in: ${problems.map(({ message }) => message).join('; ')}`, {
    advice: problems.map(({ advice }) => advice).join('; '),
  });
}
