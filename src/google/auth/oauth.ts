import type { auth } from 'googleapis/build/src/apis/oauth2/index.js';
import { z } from 'zod';
import type { Clock } from '../../clock.js';
import { AppError } from '../../errors.js';
import type { GoogleAddresses } from '../addresses.js';
import { answerText } from '../answer-text.js';
import { parseJson } from '../json.js';
import { failed, notExpected } from './oauth-failure.js';
import { refusalCode, type Shown } from './oauth-refusal.js';
import type { Transport } from '../transport.js';

/** What Google granted. Times are milliseconds since 1970, by the clock handed in. */
export interface Granted {
  readonly accessToken: string;
  readonly accessTokenEndsAtMs: number;
  /** Only with the first consent, or one that was asked for with `prompt`; a refresh that brings one replaces the old. */
  readonly refreshToken?: string;
  /** Told in Testing mode and for grants limited in time. */
  readonly refreshTokenEndsAtMs?: number;
  /** Empty if Google did not tell. */
  readonly scopes: readonly string[];
}

export interface ConsentRequest {
  readonly redirectUri: URL;
  readonly scopes: readonly string[];
  readonly state: string;
  /** BASE64URL(SHA256(verifier)) (RFC 7636 §4.2). */
  readonly challenge: string;
  /** Asks again, and so for a refresh token, where consent was given before. */
  readonly prompt?: 'consent';
}

export interface CodeToExchange {
  readonly code: string;
  readonly redirectUri: URL;
  readonly verifier: string;
}

export interface TokenInfo {
  readonly clientId: string;
  readonly scopes: readonly string[];
}

export interface OAuthParts {
  readonly addresses: GoogleAddresses;
  readonly transport: Transport;
  readonly clock: Clock;
}

/** As Google gives it, and more than is believed of an answer that says otherwise. */
export const ACCESS_TOKEN_MS = 3_600_000;

/** A hundred years: an end beyond that is none, and might be no date. */
const FOR_EVER_SECONDS = 3_155_760_000;
/** Google's answers have a few thousand. */
const MAX_ANSWER_CHARS = 1024 * 1024;
/** Those that are none may not even have an empty body. */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

type OAuth2Client = InstanceType<typeof auth.OAuth2>;

const grantedSchema = z.looseObject({
  access_token: z.string().min(1),
  /** The library's word for when it ends, by the system's clock. */
  expiry_date: z.number().optional().catch(undefined),
  refresh_token: z.string().min(1).optional().catch(undefined),
  refresh_token_expires_in: z.coerce.number().positive().max(FOR_EVER_SECONDS).optional().catch(undefined),
  scope: z.string().optional().catch(undefined),
});
const infoSchema = z.looseObject({ aud: z.string(), scope: z.string().default('') });

/**
 * Google's OAuth endpoints for one client: consent, code, refresh, revocation. Nothing is asked twice.
 *
 * SIGN_IN_REQUIRED when Google refuses, with an `OAuthRefusal` as cause; SOURCE_UNAVAILABLE when it cannot be asked. No
 * error repeats a token, a code or the secret.
 */
export class OAuthClient {
  readonly #client: { readonly clientId: string; readonly clientSecret: string };
  readonly #parts: OAuthParts;

  constructor(client: { readonly clientId: string; readonly clientSecret: string }, parts: OAuthParts) {
    this.#client = client;
    this.#parts = parts;
  }

  /** Where a browser asks the person; it comes back to `redirectUri` with a code. Holds no secret. */
  consentUrl({ redirectUri, scopes, state, challenge, prompt }: ConsentRequest): URL {
    const url = new URL(this.#parts.addresses.consent);
    const query = {
      client_id: this.#client.clientId,
      redirect_uri: redirectUri.href,
      response_type: 'code',
      scope: scopes.join(' '),
      state,
      access_type: 'offline',
      code_challenge: challenge,
      code_challenge_method: 'S256',
      ...(prompt === undefined ? {} : { prompt }),
    };
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    return url;
  }

  async exchange({ code, redirectUri, verifier }: CodeToExchange, signal?: AbortSignal): Promise<Granted> {
    const request = { code, codeVerifier: verifier, redirect_uri: redirectUri.href };
    return this.#grant('code', (client) => client.getToken(request), signal);
  }

  async refresh(refreshToken: string, signal?: AbortSignal): Promise<Granted> {
    const refresh = (client: OAuth2Client): Promise<unknown> => {
      client.setCredentials({ refresh_token: refreshToken });
      return client.refreshAccessToken();
    };
    return this.#grant('refresh token', refresh, signal);
  }

  /** What a token grants, and to which client. */
  async tokenInfo(accessToken: string, signal?: AbortSignal): Promise<TokenInfo> {
    const { addresses } = this.#parts;
    const text = await this.#post(addresses.tokenInfo, 'access token', { access_token: accessToken }, signal);
    const parsed = infoSchema.safeParse(parseJson(text));
    if (!parsed.success) throw notExpected(addresses.tokenInfo);
    const { aud, scope } = parsed.data;
    return { clientId: aud, scopes: scopesOf(scope) };
  }

  /** Ends the whole grant that a refresh or access token belongs to; of one that is dead already there is none to end. */
  async revoke(token: string, signal?: AbortSignal): Promise<void> {
    try {
      await this.#post(this.#parts.addresses.revoke, 'refresh token', { token }, signal);
    } catch (error) {
      if (refusalCode(error) !== 'invalid_token') throw error;
    }
  }

  async #grant(
    shown: Shown,
    ask: (client: OAuth2Client) => Promise<unknown>,
    signal: AbortSignal | undefined,
  ): Promise<Granted> {
    const { addresses, transport, clock } = this.#parts;
    let answer: object | undefined;
    const client = await this.#library(signal);
    // What a refresh resolves with holds the old refresh token, whatever Google answered.
    client.once('tokens', (tokens: object) => (answer = { ...tokens }));
    const asked = Date.now();
    try {
      await ask(client);
    } catch (error) {
      signal?.throwIfAborted();
      throw failed(error, shown, addresses.token, transport);
    }
    const parsed = grantedSchema.safeParse(answer);
    if (!parsed.success) throw notExpected(addresses.token);
    const { access_token: accessToken, expiry_date: endsAtMs = Infinity, refresh_token: refreshToken } = parsed.data;
    const { refresh_token_expires_in: endsInSeconds, scope } = parsed.data;
    const now = clock.now();
    return {
      accessToken,
      accessTokenEndsAtMs: now + Math.min(Math.max(0, endsAtMs - asked), ACCESS_TOKEN_MS),
      ...(refreshToken === undefined ? {} : { refreshToken }),
      ...(endsInSeconds === undefined ? {} : { refreshTokenEndsAtMs: now + endsInSeconds * 1000 }),
      scopes: scopesOf(scope ?? ''),
    };
  }

  async #library(signal: AbortSignal | undefined): Promise<OAuth2Client> {
    const { addresses, transport } = this.#parts;
    const bounded: typeof fetch = async (input, init) => {
      const response = await transport.fetch(input, { ...init, ...(signal ? { signal } : {}) });
      const text = await answerText(response, { maxChars: MAX_ANSWER_CHARS });
      // The library would read whatever comes.
      return new Response(BODILESS.has(response.status) ? null : text, response);
    };
    const { auth } = await import('googleapis/build/src/apis/oauth2/index.js');
    return new auth.OAuth2({
      ...this.#client,
      endpoints: { oauth2TokenUrl: addresses.token },
      transporterOptions: {
        fetchImplementation: bounded,
        // Or it would read proxies, and wait between attempts, in ways of its own.
        noProxy: [/./],
        retryConfig: { shouldRetry: () => false },
      },
    });
  }

  /** A form, since an address is written down in more places than a body. Gives the text of the answer. */
  async #post(url: URL, shown: Shown, form: Record<string, string>, signal: AbortSignal | undefined): Promise<string> {
    const { transport } = this.#parts;
    try {
      const body = new URLSearchParams(form);
      const response = await transport.fetch(url, { method: 'POST', body, ...(signal ? { signal } : {}) });
      const text = await answerText(response, { maxChars: MAX_ANSWER_CHARS });
      if (response.ok) return text;
      throw failed({ response: { status: response.status, data: parseJson(text) } }, shown, url, transport);
    } catch (error) {
      signal?.throwIfAborted();
      throw error instanceof AppError ? error : failed(error, shown, url, transport);
    }
  }
}

function scopesOf(text: string): readonly string[] {
  return text.split(' ').filter((scope) => scope !== '');
}
