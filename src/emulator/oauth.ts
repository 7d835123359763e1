import type { Account } from './account.js';
import { clientOf, type Client } from './clients.js';
import { Codes } from './codes.js';
import { Consent } from './consent.js';
import type { Exchange } from './exchange.js';
import { oauthError } from './google-errors.js';
import { ACCESS_LIFETIME_SECONDS, type Grant } from './tokens.js';

/** A week, as Google tells it for apps in Testing. */
const TESTING_LIFETIME_SECONDS = 604_799;

/** Google's OAuth endpoints for desktop clients and one user. */
export class OAuth {
  readonly consent: Consent;
  readonly #codes: Codes;

  constructor(private readonly account: Account) {
    this.#codes = new Codes(account.now, account.issued);
    this.consent = new Consent(account, this.#codes);
  }

  async token(exchange: Exchange): Promise<void> {
    const form = new URLSearchParams(await exchange.body());
    const client = checkClient(exchange, form);
    const grantType = form.get('grant_type') ?? '';
    if (grantType === 'refresh_token') this.#refresh(exchange, client, form);
    else if (grantType === 'authorization_code') this.#exchangeCode(exchange, client, form);
    else throw oauthError(400, 'unsupported_grant_type', `Invalid grant_type: ${grantType}`);
  }

  #refresh(exchange: Exchange, { clientId }: Client, form: URLSearchParams): void {
    const grant = this.account.tokens.refresh(form.get('refresh_token') ?? '');
    if (grant === undefined) throw oauthError(400, 'invalid_grant', 'Bad Request');
    if (grant === false) throw oauthError(400, 'invalid_grant', 'Token has been expired or revoked.');
    if (grant.clientId !== clientId) throw oauthError(401, 'unauthorized_client', 'Unauthorized');
    this.#grant(exchange, grant, {});
  }

  #exchangeCode(exchange: Exchange, { clientId }: Client, form: URLSearchParams): void {
    const code = this.#codes.take(
      form.get('code') ?? '',
      clientId,
      form.get('redirect_uri'),
      form.get('code_verifier'),
    );
    const { tokens, now } = this.account;
    const { scopes, isTesting } = code;
    const expiresAtMs = isTesting ? now() + TESTING_LIFETIME_SECONDS * 1000 : 0;
    const grant = { clientId, scopes, expiresAtMs };
    this.#grant(exchange, grant, {
      ...(code.isOffline ? { refresh_token: tokens.issueRefresh(grant) } : {}),
      ...(code.isOffline && isTesting ? { refresh_token_expires_in: TESTING_LIFETIME_SECONDS } : {}),
    });
  }

  #grant(exchange: Exchange, grant: Grant, refresh: object): void {
    const answer = {
      access_token: this.account.tokens.issueAccess(grant),
      expires_in: ACCESS_LIFETIME_SECONDS,
      ...refresh,
      scope: grant.scopes.join(' '),
      token_type: 'Bearer',
    };
    exchange.json(200, answer, { 'Cache-Control': 'no-cache, no-store, max-age=0, must-revalidate' });
  }

  /** Either token ends the whole grant of its client. */
  async revoke(exchange: Exchange): Promise<void> {
    const form = new URLSearchParams(await exchange.body());
    const token = form.get('token') ?? exchange.url.searchParams.get('token') ?? '';
    const { tokens } = this.account;
    const grant = tokens.access(token) ?? tokens.refresh(token);
    if (!grant) throw oauthError(400, 'invalid_token', 'Token expired or revoked');
    this.account.revoke(grant.clientId);
    exchange.json(200, {});
  }
}

/** The client's credentials, in the form or as Basic (RFC 6749 §2.3.1). */
function checkClient({ request }: Exchange, form: URLSearchParams): Client {
  const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const [basicId, basicSecret] = basic
    ? Buffer.from(basic, 'base64').toString().split(':').map(decodeURIComponent)
    : [];
  const client = clientOf(form.get('client_id') ?? basicId);
  if (!client) throw oauthError(401, 'invalid_client', 'The OAuth client was not found.');
  const secret = form.get('client_secret') ?? basicSecret;
  if (!secret) throw oauthError(400, 'invalid_request', 'client_secret is missing.');
  if (secret !== client.clientSecret) throw oauthError(401, 'invalid_client', 'The provided client secret is invalid.');
  return client;
}
