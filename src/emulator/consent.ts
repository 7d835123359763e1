import type { Account } from './account.js';
import { clientOf } from './clients.js';
import type { Codes } from './codes.js';
import { consentPage, isPhotosScope, warningPage } from './consent-page.js';
import type { Exchange } from './exchange.js';
import { sendPage } from './page.js';
import { seal, unseal } from './signed.js';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** What a client asks the user for; checked. */
interface Request {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly query: URLSearchParams;
}

/** Where the user consents: at once, or on a page to click through. */
export class Consent {
  /** By client, the generation of tokens in which the user last consented: only a first consent gives a refresh token. */
  readonly #consentedIn = new Map<string, number>();

  constructor(
    private readonly account: Account,
    private readonly codes: Codes,
  ) {}

  /** The authorization request of a client. */
  ask(exchange: Exchange): void {
    const request = readRequest(exchange, exchange.url.searchParams);
    if (!request) return;
    const { levers } = this.account;
    if (levers.notTestUser) {
      exchange.html(403, 'access_denied', `${NOT_TESTER} Error 403: access_denied`);
    } else if (levers.consentPage === 'page') {
      if (levers.testingMode) sendPage(exchange, warningPage(viewOf(request)));
      else sendPage(exchange, consentPage(viewOf(request)));
    } else {
      const scopes = request.scopes.filter((scope) => !levers.untickedScopes.includes(scope));
      this.#answer(exchange, request, levers.denyConsent ? [] : scopes);
    }
  }

  /** What the user pressed on one of the pages. */
  async decide(exchange: Exchange): Promise<void> {
    const form = new URLSearchParams(await exchange.body());
    const query = unseal('consent', form.get('request') ?? '')?.toString() ?? '';
    const request = readRequest(exchange, new URLSearchParams(query));
    if (!request) return;
    const ticked = form.getAll('scope');
    const isGranted = (scope: string): boolean => !isPhotosScope(scope) || ticked.includes(scope);
    const step = form.get('step');
    if (step === 'continue') sendPage(exchange, consentPage(viewOf(request)));
    else this.#answer(exchange, request, step === 'allow' ? request.scopes.filter(isGranted) : []);
  }

  /** Sends the browser back to the client; without a scope as a refusal. */
  #answer(exchange: Exchange, request: Request, scopes: readonly string[]): void {
    const target = new URL(request.redirectUri);
    const state = request.query.get('state');
    if (scopes.length === 0) {
      target.searchParams.set('error', 'access_denied');
      if (state !== null) target.searchParams.set('state', state);
    } else {
      if (state !== null) target.searchParams.set('state', state);
      target.searchParams.set('iss', 'https://accounts.google.com');
      target.searchParams.set('code', this.#issueCode(request, scopes));
      target.searchParams.set('scope', scopes.join(' '));
      target.searchParams.set('authuser', '0');
      target.searchParams.set('prompt', request.query.get('prompt') ?? 'none');
    }
    exchange.send(302, { Location: target.href, 'Cache-Control': 'no-store' });
  }

  #issueCode({ clientId, redirectUri, query }: Request, scopes: readonly string[]): string {
    const { tokens, levers } = this.account;
    const generation = tokens.generation(clientId);
    const isFirst = this.#consentedIn.get(clientId) !== generation;
    this.#consentedIn.set(clientId, generation);
    return this.codes.issue({
      clientId,
      redirectUri,
      scopes,
      challenge: query.get('code_challenge'),
      challengeMethod: query.get('code_challenge_method') ?? 'plain',
      isOffline: query.get('access_type') === 'offline' && (isFirst || query.get('prompt') === 'consent'),
      isTesting: levers.testingMode,
    });
  }
}

const NOT_TESTER =
  'Access blocked: this app has not completed the Google verification process. It is being tested, and can only be ' +
  'accessed by developer-approved testers.';

/** Undefined once the request has been refused with a page: these errors never go back to the client. */
function readRequest(exchange: Exchange, query: URLSearchParams): Request | undefined {
  const client = clientOf(query.get('client_id'));
  const redirectUri = query.get('redirect_uri') ?? '';
  const scopes = (query.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
  if (!client) {
    exchange.html(401, 'invalid_client', 'Error 401: invalid_client. The OAuth client was not found.');
  } else if (!isLoopback(redirectUri)) {
    exchange.html(400, 'redirect_uri_mismatch', 'Error 400: redirect_uri_mismatch');
  } else if (query.get('response_type') !== 'code' || scopes.length === 0) {
    exchange.html(400, 'invalid_request', 'Error 400: invalid_request');
  } else {
    return { clientId: client.clientId, redirectUri, scopes, query };
  }
  return undefined;
}

function viewOf({ clientId, redirectUri, scopes, query }: Request): Parameters<typeof consentPage>[0] {
  return { clientId, redirectUri, scopes, request: seal('consent', Buffer.from(query.toString())) };
}

/** A desktop client may be sent back to any port of this machine, and nowhere else. */
function isLoopback(redirect: string): boolean {
  const url = URL.canParse(redirect) ? new URL(redirect) : undefined;
  return url?.protocol === 'http:' && LOOPBACK.has(url.hostname);
}
