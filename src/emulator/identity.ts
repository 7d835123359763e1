import type { Account } from './account.js';
import type { Exchange } from './exchange.js';
import { oauthError } from './google-errors.js';
import { GOOGLE_NAMES } from './google-names.js';
import type { Grant } from './tokens.js';

const USER_ID = '100000000000000000001';
const PERSONAL_SCOPES = [
  ...['openid', 'profile', 'email'],
  ...['https://www.googleapis.com/auth/userinfo.profile', 'https://www.googleapis.com/auth/userinfo.email'],
];

/** What a token grants, to whom, and for how long. */
export async function tokenInfo(account: Account, exchange: Exchange): Promise<void> {
  const form = new URLSearchParams(await exchange.body());
  const grant = account.tokens.access(form.get('access_token') ?? exchange.url.searchParams.get('access_token') ?? '');
  if (!grant) throw oauthError(400, 'invalid_token', 'Invalid Value');
  exchange.json(200, {
    azp: grant.clientId,
    aud: grant.clientId,
    scope: grant.scopes.join(' '),
    exp: String(Math.floor(grant.expiresAtMs / 1000)),
    expires_in: String(Math.floor((grant.expiresAtMs - account.now()) / 1000)),
    access_type: 'offline',
  });
}

/** Who the user is, as far as the token's scopes tell: an `id` in the versions before OpenID, a `sub` in it. */
export function userInfo(account: Account, exchange: Exchange): void {
  const token = /^Bearer (.+)$/i.exec(exchange.request.headers.authorization ?? '')?.[1];
  const grant = account.tokens.access(token ?? exchange.url.searchParams.get('access_token') ?? '');
  if (!grant?.scopes.some((scope) => PERSONAL_SCOPES.includes(scope))) {
    throw oauthError(401, 'invalid_request', 'Invalid Credentials');
  }
  const isOpenId = !/^\/oauth2\/v[12]\//.test(exchange.url.pathname);
  exchange.json(200, {
    [isOpenId ? 'sub' : 'id']: USER_ID,
    ...(grants(grant, 'profile') ? { name: 'Emu Lator', given_name: 'Emu', family_name: 'Lator' } : {}),
    ...(grants(grant, 'email')
      ? { email: 'nobody@example.com', [isOpenId ? 'email_verified' : 'verified_email']: true }
      : {}),
  });
}

/** OpenID Connect Discovery §4.2, with those of Google's addresses that the emulator stands for. */
export function openIdConfiguration(): object {
  return {
    issuer: `https://${GOOGLE_NAMES.accounts}`,
    authorization_endpoint: `https://${GOOGLE_NAMES.accounts}/o/oauth2/v2/auth`,
    token_endpoint: `https://${GOOGLE_NAMES.oauth}/token`,
    userinfo_endpoint: `https://${GOOGLE_NAMES.openId}/v1/userinfo`,
    revocation_endpoint: `https://${GOOGLE_NAMES.oauth}/revoke`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    scopes_supported: ['openid', 'email', 'profile'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    code_challenge_methods_supported: ['plain', 'S256'],
  };
}

function grants({ scopes }: Grant, kind: 'profile' | 'email'): boolean {
  return scopes.includes(kind) || scopes.includes(`https://www.googleapis.com/auth/userinfo.${kind}`);
}
