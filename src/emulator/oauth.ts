import { createHash, randomBytes } from 'node:crypto';
import { CLIENT_ID, CLIENT_SECRET, type Account } from './account.js';
import type { Exchange } from './exchange.js';
import { oauthError } from './google-errors.js';
import { ACCESS_LIFETIME_SECONDS } from './tokens.js';

const CODE_LIFETIME_MS = 600_000;
const MAX_CODES = 1000;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

interface Code {
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly challenge: string | null;
  readonly challengeMethod: string;
  readonly expiresAtMs: number;
  /** True if a refresh token comes with it. */
  readonly isOffline: boolean;
}

/** Google's OAuth endpoints for one desktop client and one user, who consents at once unless a lever says otherwise. */
export class OAuth {
  readonly #codes = new Map<string, Code>();
  /** The generation of tokens in which the user last consented: only a first consent gives a refresh token. */
  #consentedIn = -1;

  constructor(private readonly account: Account) {}

  consent(exchange: Exchange): void {
    const query = exchange.url.searchParams;
    if (query.get('client_id') !== CLIENT_ID) {
      exchange.html(401, 'invalid_client', 'Error 401: invalid_client. The OAuth client was not found.');
      return;
    }
    const redirect = query.get('redirect_uri') ?? '';
    if (!isLoopback(redirect)) {
      exchange.html(400, 'redirect_uri_mismatch', 'Error 400: redirect_uri_mismatch');
      return;
    }
    const asked = (query.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
    if (query.get('response_type') !== 'code' || asked.length === 0) {
      exchange.html(400, 'invalid_request', 'Error 400: invalid_request');
      return;
    }
    const target = new URL(redirect);
    const state = query.get('state');
    const { levers } = this.account;
    const scopes = asked.filter((scope) => !levers.untickedScopes.includes(scope));
    if (levers.denyConsent || scopes.length === 0) {
      target.searchParams.set('error', 'access_denied');
      if (state !== null) target.searchParams.set('state', state);
    } else {
      if (state !== null) target.searchParams.set('state', state);
      target.searchParams.set('iss', 'https://accounts.google.com');
      target.searchParams.set('code', this.#issueCode(redirect, scopes, query));
      target.searchParams.set('scope', scopes.join(' '));
      target.searchParams.set('authuser', '0');
      target.searchParams.set('prompt', query.get('prompt') ?? 'none');
    }
    exchange.send(302, { Location: target.href, 'Cache-Control': 'no-store' });
  }

  #issueCode(redirectUri: string, scopes: readonly string[], query: URLSearchParams): string {
    const { generation } = this.account.tokens;
    const isFirst = this.#consentedIn !== generation;
    this.#consentedIn = generation;
    const code = `4/0A${randomBytes(48).toString('base64url')}`;
    this.#codes.set(code, {
      redirectUri,
      scopes,
      challenge: query.get('code_challenge'),
      challengeMethod: query.get('code_challenge_method') ?? 'plain',
      expiresAtMs: this.account.now() + CODE_LIFETIME_MS,
      isOffline: query.get('access_type') === 'offline' && (isFirst || query.get('prompt') === 'consent'),
    });
    for (const oldest of this.#codes.keys()) {
      if (this.#codes.size <= MAX_CODES) break;
      this.#codes.delete(oldest);
    }
    return code;
  }

  async token(exchange: Exchange): Promise<void> {
    const form = new URLSearchParams(await exchange.body());
    checkClient(exchange, form);
    const grantType = form.get('grant_type') ?? '';
    if (grantType === 'refresh_token') this.#refresh(exchange, form);
    else if (grantType === 'authorization_code') this.#exchangeCode(exchange, form);
    else throw oauthError(400, 'unsupported_grant_type', `Invalid grant_type: ${grantType}`);
  }

  #refresh(exchange: Exchange, form: URLSearchParams): void {
    const grant = this.account.tokens.refresh(form.get('refresh_token') ?? '');
    if (grant === undefined) throw oauthError(400, 'invalid_grant', 'Bad Request');
    if (grant === false) throw oauthError(400, 'invalid_grant', 'Token has been expired or revoked.');
    this.#grant(exchange, grant.scopes, {});
  }

  #exchangeCode(exchange: Exchange, form: URLSearchParams): void {
    const text = form.get('code') ?? '';
    const code = this.#codes.get(text);
    this.#codes.delete(text);
    if (!code || code.expiresAtMs <= this.account.now()) throw oauthError(400, 'invalid_grant', 'Malformed auth code.');
    if (form.get('redirect_uri') !== code.redirectUri) throw oauthError(400, 'redirect_uri_mismatch', 'Bad Request');
    checkVerifier(code, form.get('code_verifier'));
    const refresh = code.isOffline ? { refresh_token: this.account.tokens.issueRefresh(code.scopes) } : {};
    this.#grant(exchange, code.scopes, refresh);
  }

  #grant(exchange: Exchange, scopes: readonly string[], extra: object): void {
    const answer = {
      access_token: this.account.tokens.issueAccess(scopes),
      expires_in: ACCESS_LIFETIME_SECONDS,
      ...extra,
      scope: scopes.join(' '),
      token_type: 'Bearer',
    };
    exchange.json(200, answer, { 'Cache-Control': 'no-cache, no-store, max-age=0, must-revalidate' });
  }

  async revoke(exchange: Exchange): Promise<void> {
    const form = new URLSearchParams(await exchange.body());
    const token = form.get('token') ?? exchange.url.searchParams.get('token') ?? '';
    const { tokens } = this.account;
    if (!tokens.access(token) && !tokens.refresh(token)) {
      throw oauthError(400, 'invalid_token', 'Token expired or revoked');
    }
    this.account.revoke();
    exchange.json(200, {});
  }
}

/** The client's credentials, in the form or as Basic (RFC 6749 §2.3.1). */
function checkClient({ request }: Exchange, form: URLSearchParams): void {
  const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const [basicId, basicSecret] = basic
    ? Buffer.from(basic, 'base64').toString().split(':').map(decodeURIComponent)
    : [];
  if ((form.get('client_id') ?? basicId) !== CLIENT_ID) {
    throw oauthError(401, 'invalid_client', 'The OAuth client was not found.');
  }
  const secret = form.get('client_secret') ?? basicSecret;
  if (!secret) throw oauthError(400, 'invalid_request', 'client_secret is missing.');
  if (secret !== CLIENT_SECRET) throw oauthError(401, 'invalid_client', 'The provided client secret is invalid.');
}

/** PKCE (RFC 7636 §4.6). */
function checkVerifier({ challenge, challengeMethod }: Code, verifier: string | null): void {
  if (challenge === null) return;
  if (verifier === null) throw oauthError(400, 'invalid_grant', 'Missing code verifier.');
  const made = challengeMethod === 'S256' ? createHash('sha256').update(verifier).digest('base64url') : verifier;
  if (made !== challenge) throw oauthError(400, 'invalid_grant', 'Invalid code verifier.');
}

/** A desktop client may be sent back to any port of this machine, and nowhere else. */
function isLoopback(redirect: string): boolean {
  const url = URL.canParse(redirect) ? new URL(redirect) : undefined;
  return url?.protocol === 'http:' && LOOPBACK.has(url.hostname);
}
