import { untilAborted } from '../abort.js';
import type { Clock } from '../clock.js';
import { AppError } from '../errors.js';
import type { Log } from '../log.js';
import type { Failure } from './answer.js';
import { backoffMs } from './retry.js';
import { wireFault, type Transport } from './transport.js';
import { unreachable } from './unreachable.js';

/** What a sign-in left behind. Without a refresh token the access token works until it ends. */
export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken?: string;
  readonly accessToken?: string;
  readonly expiresAtMs?: number;
}

export interface AuthOptions {
  readonly tokenUrl: URL;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
}

class NoToken extends Error {}

interface AccessToken {
  readonly value: string;
  readonly expiresAtMs: number;
}

const ATTEMPTS = 4;
/** A token that ends sooner than this is not sent any more. */
const EARLY_MS = 60_000;
/** How long Google's "no" is believed before it is asked again. */
const REFUSAL_MS = 60_000;

const REVOKED_ADVICE =
  'the refresh token was revoked or has expired: sign in again and put the new one into the configuration; while the ' +
  'consent screen is in Testing mode, tokens die after 7 days: press "Publish app" in the Google Cloud console first';
const CLIENT_ADVICE =
  'check clientId and clientSecret against the Google Cloud console; a refresh token works only with the client that obtained it';

/**
 * Access tokens, one refresh however many ask.
 *
 * SIGN_IN_REQUIRED when Google refuses the sign-in, SOURCE_UNAVAILABLE when it cannot be asked.
 */
export class Auth {
  readonly #credentials: Credentials;
  readonly #options: AuthOptions;
  readonly #closing = new AbortController();
  #token: AccessToken | undefined;
  #refreshing: Promise<string> | undefined;
  #refusal: { readonly error: AppError; readonly untilMs: number } | undefined;

  constructor(credentials: Credentials, options: AuthOptions) {
    this.#credentials = credentials;
    this.#options = options;
    const { accessToken, expiresAtMs = Infinity } = credentials;
    if (accessToken !== undefined) this.#token = { value: accessToken, expiresAtMs };
  }

  async accessToken(signal?: AbortSignal): Promise<string> {
    signal?.throwIfAborted();
    const now = this.#options.clock.now();
    if (this.#token && now < this.#token.expiresAtMs - EARLY_MS) return this.#token.value;
    if (this.#refusal && now < this.#refusal.untilMs) throw this.#refusal.error;
    this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = undefined));
    return untilAborted(this.#refreshing, signal);
  }

  /** A token other than `refused`, which the API did not take. */
  async renewedToken(refused: string, signal?: AbortSignal): Promise<string> {
    if (this.#token?.value === refused) this.#token = undefined;
    return this.accessToken(signal);
  }

  /** Ends a refresh that waits to be tried again. */
  close(): void {
    this.#closing.abort(new AppError('SOURCE_UNAVAILABLE', 'google photos: closed'));
  }

  async #refresh(): Promise<string> {
    const { clock, log } = this.#options;
    if (this.#credentials.refreshToken === undefined) {
      throw new AppError(
        'SIGN_IN_REQUIRED',
        'google photos: the access token has ended, and there is no refresh token',
      );
    }
    for (let attempt = 1; ; attempt++) {
      try {
        this.#token = await this.#askGoogle();
        this.#refusal = undefined;
        return this.#token.value;
      } catch (error) {
        const refusal = refusalOf(error);
        if (refusal) {
          this.#refusal = { error: refusal, untilMs: clock.now() + REFUSAL_MS };
          throw refusal;
        }
        if (attempt === ATTEMPTS) {
          const { code, message, advice, cause } = this.#failureOf(error);
          throw new AppError(code, `${message}, ${attempt} attempts`, {
            cause,
            retryAfterSeconds: 30,
            ...(advice === undefined ? {} : { advice }),
          });
        }
        log.debug({ attempt, err: wireFault(error) }, 'no access token yet');
        await clock.sleep(backoffMs(attempt, 1000), this.#closing.signal);
      }
    }
  }

  #failureOf(error: unknown): Failure {
    const { tokenUrl, transport } = this.#options;
    const code = 'SOURCE_UNAVAILABLE';
    const cause = wireFault(error);
    if (isAnswered(error)) {
      const { status } = error.response;
      const message = `google photos: no access token: ${tokenUrl.host} answered ${status}`;
      return { code, message, advice: 'the fault is on the side of Google: trying again later helps', cause };
    }
    if (error instanceof NoToken) return { code, message: `google photos: ${error.message}`, cause };
    return unreachable(error, tokenUrl, transport);
  }

  async #askGoogle(): Promise<AccessToken> {
    const { clientId, clientSecret, refreshToken } = this.#credentials;
    const { tokenUrl, transport, clock } = this.#options;
    const { auth } = await import('googleapis/build/src/apis/oauth2/index.js');
    const client = new auth.OAuth2({
      clientId,
      clientSecret,
      endpoints: { oauth2TokenUrl: tokenUrl },
      transporterOptions: {
        fetchImplementation: transport.fetch,
        // Or it would read proxies, and wait between attempts, in ways of its own.
        noProxy: [/./],
        retryConfig: { shouldRetry: () => false },
      },
    });
    client.setCredentials({ refresh_token: refreshToken ?? null });
    const asked = Date.now();
    const { access_token: value, expiry_date: expiryMs } = (await client.refreshAccessToken()).credentials;
    if (!value) throw new NoToken('the answer to the sign-in holds no access token');
    // The library reckons with the system's clock, we with the one handed in.
    return { value, expiresAtMs: clock.now() + (expiryMs ? expiryMs - asked : 3_600_000) };
  }
}

/** The error that a person must act on, if Google's answer is one (RFC 6749 §5.2). */
function refusalOf(error: unknown): AppError | undefined {
  if (!isAnswered(error)) return undefined;
  const { data, status } = error.response;
  const code = typeof data === 'object' && data !== null && 'error' in data ? data.error : undefined;
  if (typeof code !== 'string' || status >= 500 || status === 429) return undefined;
  const advice = code === 'invalid_grant' ? REVOKED_ADVICE : CLIENT_ADVICE;
  return new AppError('SIGN_IN_REQUIRED', `google photos: the sign-in was refused (${code.slice(0, 60)})`, { advice });
}

function isAnswered(
  error: unknown,
): error is { readonly response: { readonly status: number; readonly data: unknown } } {
  return typeof error === 'object' && error !== null && 'response' in error && typeof error.response === 'object';
}
