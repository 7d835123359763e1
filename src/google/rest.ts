import type { z } from 'zod';
import type { Clock } from '../clock.js';
import { AppError } from '../errors.js';
import type { Log } from '../log.js';
import { failureOf, unreadable, type Failure } from './answer.js';
import { answerText } from './answer-text.js';
import type { Auth } from './auth.js';
import { parseJson } from './json.js';
import type { Ask, QuotaPart } from './quota/quota-part.js';
import type { GoogleService } from './services.js';
import { backoffMs, MAX_WAIT_MS, retryAfterMs } from './retry.js';
import type { Transport } from './transport.js';
import { unreachable } from './unreachable.js';

/** One call of the API. */
export interface Call<T> {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** "/v1/albums" */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  readonly body?: object;
  readonly schema: z.ZodType<T>;
  /** What an id or page token in the request stands for: with it, 400, 404 and 410 are NOT_FOUND. */
  readonly about?: string;
  /** 5 if absent. */
  readonly attempts?: number;
  readonly signal?: AbortSignal;
}

export interface RestOptions {
  readonly origin: URL;
  readonly service: GoogleService;
  readonly auth: Auth;
  readonly transport: Transport;
  readonly quota: QuotaPart;
  readonly clock: Clock;
  readonly log: Log;
}

interface Outcome<T> {
  readonly ask: Ask;
  readonly value?: T;
  readonly failure?: Failure;
  readonly retryAfterMs?: number | undefined;
}

const ATTEMPTS = 5;
const BASE_MS = 1000;
/** Google's rule for 429: wait at least 30 s. */
const MINUTE_FLOOR_MS = 30_000;
const MAX_ANSWER_CHARS = 32 * 1024 * 1024;

/**
 * Calls of one API: signed in, counted, tried again where that helps.
 *
 * Throws SIGN_IN_REQUIRED, SCOPE_MISSING, API_DISABLED, QUOTA_EXCEEDED, NOT_FOUND or SOURCE_UNAVAILABLE; an abort
 * rejects with the signal's reason.
 */
export class RestClient {
  readonly #options: RestOptions;

  constructor(options: RestOptions) {
    this.#options = options;
  }

  async call<T>(call: Call<T>): Promise<T> {
    const { auth, clock, log, quota } = this.#options;
    // Before a sign-in that nobody would need.
    if (!quota.mayAsk()) throw quota.refusal();
    const attempts = call.attempts ?? ATTEMPTS;
    let token = await auth.accessToken(call.signal);
    let isRenewed = false;
    for (let attempt = 1; ; attempt++) {
      const { ask, value, failure, retryAfterMs: afterMs } = await this.#attempt(call, token);
      // What is gone was looked for.
      if (!failure || failure.code === 'NOT_FOUND') ask.granted();
      if (!failure) return value as T;
      if (failure.isDaySpent) throw ask.spent(failure.cause);
      if (failure.again === 'token' && !isRenewed) {
        isRenewed = true;
        ask.undecided();
        token = await auth.renewedToken(token, call.signal);
        continue;
      }
      const isMinute = failure.again === 'minute';
      const waitMs = backoffMs(attempt, BASE_MS, isMinute ? MINUTE_FLOOR_MS : 0, afterMs);
      const mayHelp = isMinute || failure.again === 'soon';
      if (!mayHelp || attempt >= attempts || waitMs > MAX_WAIT_MS) throw this.#error(failure, attempt, afterMs);
      log.debug({ path: call.path, attempt, waitMs, reason: failure.message }, 'google is asked again');
      await clock.sleep(waitMs, call.signal);
      token = await auth.accessToken(call.signal);
    }
  }

  /**
   * Every page of a list, from the one `token` names; `make` gives the call for a page token. A page without members
   * may still have another after it. Pages that go in a circle end in SOURCE_UNAVAILABLE.
   */
  async *pages<T extends { readonly nextPageToken?: string | undefined }>(
    make: (token: string | undefined) => Call<T>,
    token?: string,
  ): AsyncGenerator<T, void, undefined> {
    // Brent's way to find a circle with one token in memory: it is taken anew after 1, 2, 4, 8 … pages.
    let remembered = token;
    for (let count = 1, next = 1; ; count++) {
      const page = await this.call(make(token));
      const { nextPageToken } = page;
      if (nextPageToken !== undefined && (nextPageToken === token || nextPageToken === remembered)) {
        throw new AppError('SOURCE_UNAVAILABLE', 'google photos: the same pages follow each other again and again');
      }
      yield page;
      token = nextPageToken;
      if (token === undefined) return;
      if (count === next) [remembered, next] = [token, next * 2];
    }
  }

  async #attempt<T>(call: Call<T>, token: string): Promise<Outcome<T>> {
    const { transport, quota, clock } = this.#options;
    const ask = quota.ask();
    try {
      const response = await transport.fetch(this.#url(call), {
        method: call.method,
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/json',
          ...(call.body ? { 'content-type': 'application/json' } : {}),
        },
        ...(call.body ? { body: JSON.stringify(call.body) } : {}),
        ...(call.signal ? { signal: call.signal } : {}),
      });
      const text = await answerText(response, { maxChars: MAX_ANSWER_CHARS });
      const retryAfter = response.headers.get('retry-after');
      if (!response.ok) {
        const failure = failureOf({ status: response.status, text }, call.about, this.#options.service);
        return { ask, failure, retryAfterMs: retryAfterMs(retryAfter, clock.now()) };
      }
      const json = parseJson(text);
      const parsed = isErrorEnvelope(json) ? undefined : call.schema.safeParse(json);
      return parsed?.success ? { ask, value: parsed.data } : { ask, failure: unreadable(response.status) };
    } catch (error) {
      call.signal?.throwIfAborted();
      return { ask, failure: unreachable(error, this.#options.origin, transport) };
    }
  }

  #url({ path, query = {} }: Call<unknown>): URL {
    const url = new URL(path, this.#options.origin);
    for (const [key, value] of Object.entries(query)) {
      const values = value === undefined ? [] : [value].flat();
      for (const one of values) url.searchParams.append(key, String(one));
    }
    return url;
  }

  #error(failure: Failure, attempts: number, afterMs: number | undefined): AppError {
    const message = attempts > 1 ? `${failure.message}, ${attempts} attempts` : failure.message;
    this.#options.log.debug({ reason: message }, 'google failed');
    return new AppError(failure.code, message, {
      ...(failure.cause ? { cause: failure.cause } : {}),
      ...(failure.advice === undefined ? {} : { advice: failure.advice }),
      ...retryAfter(failure, afterMs),
    });
  }
}

function retryAfter(failure: Failure, afterMs: number | undefined): { retryAfterSeconds?: number } {
  if (afterMs !== undefined) return { retryAfterSeconds: Math.ceil(afterMs / 1000) };
  if (failure.again === 'minute') return { retryAfterSeconds: 60 };
  return failure.again === 'soon' ? { retryAfterSeconds: 30 } : {};
}

function isErrorEnvelope(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'error' in json;
}
