import { AppError } from '../errors.js';

/** What was shown to Google when it refused. */
export type Shown = 'refresh token' | 'access token' | 'code';

/** The code that Google's OAuth endpoints refuse with (RFC 6749 §4.1.2.1, §5.2); the cause of SIGN_IN_REQUIRED. */
export class OAuthRefusal extends Error {
  override readonly name = 'OAuthRefusal';

  constructor(readonly code: string) {
    super(`google refused the sign-in: ${code}`);
  }
}

export const TESTING_ADVICE =
  'while the consent screen is in Testing mode, tokens die after 7 days: press "Publish app" in the Google Cloud ' +
  'console first';

const DEAD: Readonly<Record<Shown, string>> = {
  'refresh token': `the refresh token was revoked or has expired: sign in again with \`photodav login\`; ${TESTING_ADVICE}`,
  'access token': 'the access token was revoked or has ended: sign in again with `photodav login`',
  code: 'a code works once, for a few minutes, and for the login that asked for it: run `photodav login` again',
};
const CLIENT_ADVICE =
  'check clientId and clientSecret against the Google Cloud console: the client may have been deleted, or its secret ' +
  'replaced; a refresh token works only with the client that obtained it';

const ADVICE: Readonly<Record<string, string>> = {
  invalid_client: CLIENT_ADVICE,
  invalid_request: CLIENT_ADVICE,
  unauthorized_client:
    'the token was made with another OAuth client: sign in again with `photodav login`, or set the clientId and ' +
    'clientSecret that it was made with',
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
export function refused(code: string, shown: Shown): AppError {
  // It comes from the wire, and goes into the log.
  const name = /^[\w.-]{1,60}$/.test(code) ? code : 'an unknown code';
  const isDead = code === 'invalid_grant' || code === 'invalid_token';
  const advice = isDead ? DEAD[shown] : (ADVICE[code] ?? CLIENT_ADVICE);
  return new AppError('SIGN_IN_REQUIRED', `google photos: the sign-in was refused (${name})`, {
    cause: new OAuthRefusal(name),
    advice,
  });
}

/** The code that Google refused a sign-in with, if that is what the error tells. */
export function refusalCode(error: unknown): string | undefined {
  return error instanceof AppError && error.cause instanceof OAuthRefusal ? error.cause.code : undefined;
}
