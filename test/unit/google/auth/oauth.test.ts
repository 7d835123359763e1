import { createHash, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Emulator } from '../../../../src/emulator/emulator.js';
import { startEmulator } from '../../../../src/emulator/server.js';
import { AppError } from '../../../../src/errors.js';
import { googleAddresses } from '../../../../src/google/addresses.js';
import { OAuthClient, type ConsentRequest } from '../../../../src/google/auth/oauth.js';
import { refusalCode } from '../../../../src/google/auth/oauth-refusal.js';
import { LIBRARY_READ_SCOPE } from '../../../../src/google/scopes.js';
import { Transport } from '../../../../src/google/transport.js';
import { until } from '../../../support/eventually.js';
import { ManualClock } from '../../../support/manual-clock.js';
import { oddServer } from '../wire.js';

const VERIFIER = randomBytes(32).toString('base64url');
const REQUEST: ConsentRequest = {
  redirectUri: new URL('http://127.0.0.1:12345/'),
  scopes: [LIBRARY_READ_SCOPE],
  state: 'the-state',
  challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
};

let emulator: Emulator;
let transport: Transport;
let clock: ManualClock;
let oauth: OAuthClient;

beforeEach(async () => {
  emulator = await startEmulator({ items: 3 });
  transport = new Transport({});
  clock = new ManualClock();
  oauth = clientAt(emulator.ready.api);
});
afterEach(async () => {
  await transport.close();
  await emulator.close();
});

function clientAt(origin: string, over: Partial<{ clientId: string; clientSecret: string }> = {}): OAuthClient {
  const { clientId, clientSecret } = emulator.ready;
  const addresses = googleAddresses(new URL(origin));
  return new OAuthClient({ clientId, clientSecret, ...over }, { addresses, transport, clock });
}

async function failureOf(ask: Promise<unknown>): Promise<AppError> {
  const error: unknown = await ask.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw new Error('did not fail with an AppError', { cause: error });
  return error;
}

describe('the address of consent', () => {
  it('asks for a code that only the verifier turns into tokens, and holds no secret', () => {
    const url = oauth.consentUrl({ ...REQUEST, prompt: 'consent' });
    expect(url.origin + url.pathname).toBe(`${new URL(emulator.ready.api).origin}/o/oauth2/v2/auth`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: emulator.ready.clientId,
      redirect_uri: 'http://127.0.0.1:12345/',
      response_type: 'code',
      scope: LIBRARY_READ_SCOPE,
      state: 'the-state',
      access_type: 'offline',
      code_challenge: REQUEST.challenge,
      code_challenge_method: 'S256',
      prompt: 'consent',
    });
  });
});

describe('a refresh', () => {
  it('gives an access token, and when it ends by the clock handed in', async () => {
    const { accessToken, accessTokenEndsAtMs, scopes } = await oauth.refresh(emulator.ready.refreshToken);
    expect(accessToken).toMatch(/^ya29\./);
    const lifeMs = accessTokenEndsAtMs - clock.now();
    expect(lifeMs).toBeGreaterThan(3_590_000);
    expect(lifeMs).toBeLessThanOrEqual(3_600_000);
    expect(scopes).toContain(LIBRARY_READ_SCOPE);
  });

  it('tells a new refresh token, and when a refresh token ends', async () => {
    const answer = { access_token: 'ya29.x', expires_in: 60, refresh_token: '1//new', refresh_token_expires_in: 600 };
    const server = await oddServer((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answer));
    });
    expect(await clientAt(server.origin).refresh('1//old')).toMatchObject({
      refreshToken: '1//new',
      refreshTokenEndsAtMs: clock.now() + 600_000,
      scopes: [],
    });
    answer.refresh_token_expires_in = 1e18;
    expect(await clientAt(server.origin).refresh('1//old')).not.toHaveProperty('refreshTokenEndsAtMs');
    await server.close();
  });

  it.each([[1e12], [-5], ['soon'], [null]])('believes in no life beyond an hour, nor before now: %p', async (life) => {
    const server = await oddServer((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ access_token: 'ya29.x', expires_in: life }));
    });
    const { accessTokenEndsAtMs } = await clientAt(server.origin).refresh('1//old');
    expect(accessTokenEndsAtMs).toBeGreaterThanOrEqual(clock.now());
    expect(accessTokenEndsAtMs).toBeLessThanOrEqual(clock.now() + 3_600_000);
    await server.close();
  });

  it.each<[string, number, RegExp]>([
    ['invalid_grant', 400, /photodav login.*7 days.*Publish app/s],
    ['invalid_client', 401, /clientId and clientSecret/],
    ['unauthorized_client', 401, /another OAuth client/],
    ['invalid_request', 400, /clientId and clientSecret/],
    ['access_denied', 403, /test users/],
    ['admin_policy_enforced', 400, /administrator/],
    ['something_new', 400, /clientId and clientSecret/],
  ])('that is refused with %s is SIGN_IN_REQUIRED with advice on it', async (code, status, advice) => {
    const server = await oddServer((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: code, error_description: 'Bad Request 1//secret' }));
    });
    const error = await failureOf(clientAt(server.origin).refresh('1//secret'));
    expect(error).toMatchObject({ code: 'SIGN_IN_REQUIRED', waitHelps: false });
    expect(refusalCode(error)).toBe(code);
    expect(error.advice).toMatch(advice);
    await server.close();
  });

  it.each<object>([{ status: 503 }, { status: 429 }, { status: 500, body: 'html' }, { reset: true }, { body: 'html' }])(
    'that meets a passing fault %j is SOURCE_UNAVAILABLE, and asked for once',
    async (fault) => {
      emulator.fail({ route: 'token', count: 10, ...fault } as Parameters<Emulator['fail']>[0]);
      expect(await failureOf(oauth.refresh(emulator.ready.refreshToken))).toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
      expect(emulator.counters().token).toBe(1);
    },
  );

  it.each([200, 400, 503])('that is answered %p and without an end is given up', async (status) => {
    let open = 0;
    const server = await oddServer((_request, response) => {
      let left = false;
      open += 1;
      response.writeHead(status, { 'content-type': 'application/json' });
      response.on('close', () => {
        left = true;
        open -= 1;
      });
      const more = (): void => {
        if (!left) response.write(' '.repeat(64 * 1024), more);
      };
      more();
    });
    const at = clientAt(server.origin);
    for (const ask of [() => at.refresh('1//old'), () => at.tokenInfo('ya29.old'), () => at.revoke('1//old')]) {
      expect(await failureOf(ask())).toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    }
    await until(() => open === 0);
    await server.close();
  });

  it('ends with its signal', async () => {
    emulator.fail({ route: 'token', count: 1, hang: true });
    const leaving = new AbortController();
    const refresh = oauth.refresh(emulator.ready.refreshToken, leaving.signal);
    leaving.abort(new Error('left'));
    await expect(refresh).rejects.toThrow('left');
  });

  it.each<[string, object]>([
    ['an unknown client', { clientId: '999-unknown.apps.googleusercontent.com' }],
    ['a wrong secret', { clientSecret: 'GOCSPX-wrong-and-private' }],
  ])('by %s repeats no secret, in no cause', async (_what, over) => {
    let error: unknown = await failureOf(clientAt(emulator.ready.api, over).refresh(emulator.ready.refreshToken));
    for (; error instanceof Error; error = error.cause) {
      const all = Object.getOwnPropertyNames(error).map((key) => JSON.stringify(Reflect.get(error as object, key)));
      expect(all.join(' ')).not.toMatch(/GOCSPX|1\/\/0/);
    }
  });
});

describe('a code', () => {
  async function codeFrom(client: OAuthClient): Promise<string> {
    const response = await fetch(client.consentUrl(REQUEST), { redirect: 'manual' });
    return new URL(response.headers.get('location') ?? '').searchParams.get('code') ?? '';
  }

  it('is exchanged for both tokens, once', async () => {
    const code = { code: await codeFrom(oauth), redirectUri: REQUEST.redirectUri, verifier: VERIFIER };
    const granted = await oauth.exchange(code);
    expect(granted.refreshToken).toMatch(/^1\/\//);
    expect(granted.scopes).toEqual([LIBRARY_READ_SCOPE]);
    const error = await failureOf(oauth.exchange(code));
    expect(error).toMatchObject({ code: 'SIGN_IN_REQUIRED', advice: expect.stringContaining('works once') });
  });

  it.each([
    ['another verifier', { verifier: 'x'.repeat(43) }, 'invalid_grant', 'works once'],
    ['another address', { redirectUri: new URL('http://127.0.0.1:1/') }, 'redirect_uri_mismatch', 'Desktop app'],
  ])('with %s is refused', async (_what, over, refusal, advice) => {
    const code = { code: await codeFrom(oauth), redirectUri: REQUEST.redirectUri, verifier: VERIFIER, ...over };
    const error = await failureOf(oauth.exchange(code));
    expect(refusalCode(error)).toBe(refusal);
    expect(error.advice).toContain(advice);
  });
});

describe('a token', () => {
  it('tells its client and scopes', async () => {
    const { accessToken } = await oauth.refresh(emulator.ready.refreshToken);
    const info = await oauth.tokenInfo(accessToken);
    expect(info.clientId).toBe(emulator.ready.clientId);
    expect(info.scopes).toContain(LIBRARY_READ_SCOPE);
  });

  it('that nobody gave is SIGN_IN_REQUIRED', async () => {
    expect(refusalCode(await failureOf(oauth.tokenInfo('ya29.nobody')))).toBe('invalid_token');
  });

  it('is revoked, and revoking it again is no error', async () => {
    const { refreshToken } = emulator.ready;
    await oauth.revoke(refreshToken);
    expect(refusalCode(await failureOf(oauth.refresh(refreshToken)))).toBe('invalid_grant');
    await oauth.revoke(refreshToken);
  });

  it('cannot be revoked where Google cannot be reached', async () => {
    emulator.fail({ route: 'revoke', count: 1, status: 503 });
    expect((await failureOf(oauth.revoke(emulator.ready.refreshToken))).code).toBe('SOURCE_UNAVAILABLE');
  });
});
