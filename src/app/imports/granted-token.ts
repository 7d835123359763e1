import type { PastedToken } from '../../google/auth/token.js';
import { unusable, type ImportedToken } from './imported.js';

const AGAIN_ADVICE =
  'sign in with `photodav login`; or take the access of that program away at https://myaccount.google.com/connections ' +
  'and sign in there again, for Google gives a refresh token at the first consent alone';

/** What of a token lasts. CONFIG_INVALID if nothing does. */
export function lasting(token: PastedToken): ImportedToken {
  const { refreshToken, clientId, clientSecret } = token;
  if (refreshToken === undefined) {
    throw unusable('a token without a refresh_token, for its access token ends within the hour', AGAIN_ADVICE);
  }
  return {
    kind: 'token',
    refreshToken: checkedRefreshToken(refreshToken),
    ...(clientId === undefined ? {} : { clientId }),
    ...(clientSecret === undefined ? {} : { clientSecret }),
    options: [],
    withoutOption: [],
  };
}

/** The refresh token itself. CONFIG_INVALID if something else stands in its place. */
export function checkedRefreshToken(written: string): string {
  if (written.startsWith('ya29.')) {
    const what = 'an access token where the refresh token belongs: it ends an hour after it was made';
    throw unusable(what, 'put the refresh token there, which begins with 1//, or sign in with `photodav login`');
  }
  if (written.startsWith('4/')) {
    const what = 'an authorization code where the refresh token belongs';
    throw unusable(what, 'put the refresh token there, which begins with 1//, or sign in with `photodav login`');
  }
  return written;
}
