import { AppError } from '../../errors.js';

/** What was shown to Google when it refused. */
export type Shown = 'refresh token' | 'access token' | 'code';

export interface RefusalHints {
  /** How a person signs in anew, as a part of a sentence. */
  readonly signInAdvice?: string;
  /** When the refresh token ended, as Google had told before. */
  readonly endedAtMs?: number;
}

/** The code that Google's OAuth endpoints refuse with (RFC 6749 §4.1.2.1, §5.2); the cause of SIGN_IN_REQUIRED. */
export class OAuthRefusal extends Error {
  override readonly name = 'OAuthRefusal';

  constructor(readonly code: string) {
    super(`google refused the sign-in: ${code}`);
  }
}

const TESTING_ADVICE =
  'while the consent screen is in Testing mode, tokens die after 7 days: press "Publish app" in the Google Cloud ' +
  'console first';
const CLIENT_ADVICE =
  'check clientId and clientSecret against the Google Cloud console: the client may have been deleted, or its secret ' +
  'replaced; a refresh token works only with the client that obtained it';

const ADVICE: Readonly<Record<string, string>> = {
  redirect_uri_mismatch:
    'the OAuth client must be of type "Desktop app": one of type "Web application" knows no address of this machine; ' +
    'create a new client in the Google Cloud console',
  access_denied:
    'consent was refused: run `photodav login` again and press "Continue"; while the consent screen is in Testing mode, ' +
    'the account must be on its list of test users',
  admin_policy_enforced: "the account's administrator forbids this app: ask them, or use another account",
  org_internal: 'the consent screen is for one organisation alone: set its user type to "External", or use its account',
  invalid_scope: 'Google does not know a scope that was asked for, or it is not listed for the consent screen',
};

/** SIGN_IN_REQUIRED with the advice that fits the code; its cause is an `OAuthRefusal`. */
export function refused(code: string, shown: Shown, hints: RefusalHints = {}): AppError {
  // It comes from the wire, and goes into the log.
  const name = /^[\w.-]{1,60}$/.test(code) ? code : 'an unknown code';
  return new AppError('SIGN_IN_REQUIRED', `google photos: the sign-in was refused (${name})`, {
    cause: new OAuthRefusal(name),
    advice: adviceOn(name, shown, hints),
  });
}

/** The code that Google refused a sign-in with, if that is what the error tells. */
export function refusalCode(error: unknown): string | undefined {
  return error instanceof AppError && error.cause instanceof OAuthRefusal ? error.cause.code : undefined;
}

function adviceOn(code: string, shown: Shown, { signInAdvice, endedAtMs }: RefusalHints): string {
  const signIn = signInAdvice ?? 'sign in again with `photodav login`';
  if (code === 'invalid_grant' || code === 'invalid_token') return adviceOnDead(shown, signIn, endedAtMs);
  if (code === 'unauthorized_client') {
    return `the token was made with another OAuth client: set its clientId and clientSecret, or ${signIn}`;
  }
  return ADVICE[code] ?? CLIENT_ADVICE;
}

function adviceOnDead(shown: Shown, signIn: string, endedAtMs: number | undefined): string {
  if (shown === 'code') {
    return 'a code works once, for a few minutes, and for the login that asked for it: run `photodav login` again';
  }
  if (shown === 'access token') return `the access token was revoked or has ended: ${signIn}`;
  if (endedAtMs !== undefined) {
    const when = new Date(endedAtMs).toISOString().slice(0, 10);
    return `the refresh token ended on ${when}, as Google had said: ${signIn}; ${TESTING_ADVICE}`;
  }
  return `the refresh token was revoked or has expired: ${signIn}; ${TESTING_ADVICE}`;
}
