import type { Granted } from './oauth.js';

/** What a sign-in left behind. Times are milliseconds since 1970. */
export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Without it the access token works until it ends. */
  readonly refreshToken?: string;
  readonly refreshTokenEndsAtMs?: number;
  readonly accessToken?: string;
  /** Absent if the access token is good until Google refuses it. */
  readonly accessTokenEndsAtMs?: number;
  /** What Google granted, as far as it told. */
  readonly scopes?: readonly string[];
}

/** Where credentials lie, and where a refresh puts what it brought. */
export interface Keeper {
  /** What lies there now; SIGN_IN_REQUIRED if nothing does. */
  credentials(): Promise<Credentials>;
  /**
   * Puts there what `refresh` grants, while nobody else does, and before anybody uses it; undefined leaves all as it is.
   * `refresh` is handed what lies there at that moment, and what lies there afterwards is given.
   */
  update(refresh: (credentials: Credentials) => Promise<Granted | undefined>): Promise<Credentials>;
  /** How a person signs in anew, as a part of a sentence. */
  readonly signInAdvice: string;
}

/** The credentials after a refresh; a refresh token that it brought replaces the old one, and its end. */
export function renewed<C extends Credentials>(credentials: C, { scopes, ...tokens }: Granted): C {
  const { refreshTokenEndsAtMs, ...others } = credentials;
  const isOldEnd = tokens.refreshToken === undefined && refreshTokenEndsAtMs !== undefined;
  return {
    ...(others as C),
    ...(isOldEnd ? { refreshTokenEndsAtMs } : {}),
    ...tokens,
    ...(scopes.length > 0 ? { scopes } : {}),
  };
}

/** Credentials that the configuration holds: what a refresh brings is kept while the process runs. */
export class ConfiguredKeeper implements Keeper {
  readonly signInAdvice =
    'leave refreshToken and token out of the configuration and sign in again with `photodav login`, or put a new token there';
  #credentials: Credentials;

  constructor(credentials: Credentials) {
    this.#credentials = credentials;
  }

  credentials(): Promise<Credentials> {
    return Promise.resolve(this.#credentials);
  }

  async update(refresh: (credentials: Credentials) => Promise<Granted | undefined>): Promise<Credentials> {
    const granted = await refresh(this.#credentials);
    if (granted) this.#credentials = renewed(this.#credentials, granted);
    return this.#credentials;
  }
}
