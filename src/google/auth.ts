import { untilAborted } from '../abort.js';
import { AppError, toAppError } from '../errors.js';
import type { Log } from '../log.js';
import type { Credentials, Keeper } from './auth/keeper.js';
import { ACCESS_TOKEN_MS, OAuthClient, type Granted, type OAuthParts } from './auth/oauth.js';
import { refusalCode, refused } from './auth/oauth-refusal.js';
import { backoffMs } from './retry.js';

export interface AuthOptions extends OAuthParts {
  readonly log: Log;
}

/** Google's "no", and to what. */
interface Refusal {
  readonly error: AppError;
  readonly untilMs: number;
  readonly credentials: Credentials;
}

const ATTEMPTS = 4;
/** A token that ends sooner than this is not sent any more. */
const EARLY_MS = 60_000;
/** How long Google's "no" is believed before it is asked again. */
const REFUSAL_MS = 60_000;

/**
 * Access tokens of one sign-in, one refresh however many ask.
 *
 * SIGN_IN_REQUIRED when nobody has signed in or Google refuses, SOURCE_UNAVAILABLE when it cannot be asked.
 */
export class Auth {
  readonly #keeper: Keeper;
  readonly #options: AuthOptions;
  readonly #closing = new AbortController();
  /** The access token seen last, and when it ends by our own reckoning. */
  #seen: { readonly token: string; readonly endsAtMs: number } | undefined;
  #refusedToken: string | undefined;
  #refreshing: Promise<string> | undefined;
  #refusal: Refusal | undefined;

  constructor(keeper: Keeper, options: AuthOptions) {
    this.#keeper = keeper;
    this.#options = options;
  }

  async accessToken(signal?: AbortSignal): Promise<string> {
    signal?.throwIfAborted();
    const credentials = await this.#keeper.credentials();
    const token = this.#liveToken(credentials);
    if (token !== undefined) return token;
    this.#throwRefusalOf(credentials);
    this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = undefined));
    return untilAborted(this.#refreshing, signal);
  }

  /** A token other than `refused`, which the API did not take. */
  async renewedToken(refusedToken: string, signal?: AbortSignal): Promise<string> {
    this.#refusedToken = refusedToken;
    return this.accessToken(signal);
  }

  /** Ends a refresh that is under way or waits to be tried again. */
  close(): void {
    this.#closing.abort(new AppError('SOURCE_UNAVAILABLE', 'google photos: closed'));
  }

  #liveToken({ accessToken, accessTokenEndsAtMs = Infinity, refreshToken }: Credentials): string | undefined {
    if (accessToken === undefined || accessToken === this.#refusedToken) return undefined;
    const now = this.#options.clock.now();
    if (this.#seen?.token !== accessToken) {
      // The end may have been written by a clock that was hours off.
      const lifeMs = refreshToken === undefined ? Infinity : ACCESS_TOKEN_MS;
      this.#seen = { token: accessToken, endsAtMs: Math.min(accessTokenEndsAtMs, now + lifeMs) };
    }
    return now < this.#seen.endsAtMs - EARLY_MS ? accessToken : undefined;
  }

  /** A new sign-in is asked for at once, whatever Google said of the old one. */
  #throwRefusalOf(credentials: Credentials): void {
    if (!this.#refusal || !isSame(credentials, this.#refusal.credentials)) return;
    if (this.#options.clock.now() < this.#refusal.untilMs) throw this.#refusal.error;
  }

  async #refresh(): Promise<string> {
    const { clock, log } = this.#options;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#refreshOnce();
      } catch (error) {
        const failure = toAppError(error);
        if (!failure.waitHelps || this.#closing.signal.aborted) throw failure;
        if (attempt === ATTEMPTS) {
          const { code, message, advice, cause } = failure;
          throw new AppError(code, `${message}, ${attempt} attempts`, { cause, advice, retryAfterSeconds: 30 });
        }
        log.debug({ attempt, err: failure }, 'no access token yet');
        // Nobody is kept waiting for the lock meanwhile.
        await clock.sleep(backoffMs(attempt, 1000), this.#closing.signal);
      }
    }
  }

  async #refreshOnce(): Promise<string> {
    let granted: Granted | undefined;
    const { accessToken } = await this.#keeper.update(async (credentials) => {
      // Another process may have been first.
      if (this.#liveToken(credentials) !== undefined) return undefined;
      return (granted = await this.#askGoogle(credentials));
    });
    const token = granted?.accessToken ?? accessToken;
    if (token === undefined) throw this.#ended();
    return token;
  }

  async #askGoogle(credentials: Credentials): Promise<Granted> {
    const { clock } = this.#options;
    const { refreshToken } = credentials;
    if (refreshToken === undefined) throw this.#ended();
    try {
      return await new OAuthClient(credentials, this.#options).refresh(refreshToken, this.#closing.signal);
    } catch (reason) {
      const code = refusalCode(reason);
      if (code === undefined) throw reason;
      const { signInAdvice } = this.#keeper;
      const nowMs = clock.now();
      const { refreshTokenEndsAtMs: endsAtMs = Infinity } = credentials;
      const error = refused(code, 'refresh token', {
        signInAdvice,
        ...(endsAtMs <= nowMs ? { endedAtMs: endsAtMs } : {}),
      });
      this.#refusal = { error, untilMs: nowMs + REFUSAL_MS, credentials };
      throw error;
    }
  }

  #ended(): AppError {
    const message = 'google photos: the access token has ended, and there is no refresh token';
    return new AppError('SIGN_IN_REQUIRED', message, { advice: this.#keeper.signInAdvice });
  }
}

function isSame(one: Credentials, other: Credentials): boolean {
  return one.refreshToken === other.refreshToken && one.clientSecret === other.clientSecret;
}
