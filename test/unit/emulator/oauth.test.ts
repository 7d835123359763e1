import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Emulator } from '../../../src/emulator/emulator.js';
import { startEmulator } from '../../../src/emulator/server.js';
import { GoogleCaller, type Answer } from './google-caller.js';

const SCOPE = 'https://www.googleapis.com/auth/photoslibrary.readonly.appcreateddata';
const REMOVED_SCOPE = 'https://www.googleapis.com/auth/photoslibrary.readonly';
const REDIRECT = 'http://127.0.0.1:53682/';
const VERIFIER = 'a-verifier-of-more-than-forty-three-characters-0123456789';

let emulator: Emulator;
let caller: GoogleCaller;
beforeEach(async () => {
  emulator = await startEmulator({ items: 3 });
  caller = await GoogleCaller.signIn(emulator);
});
afterEach(() => emulator.close());

/** Opens the consent page as a browser would; the redirect is not followed. */
async function consent(change: Readonly<Record<string, string>> = {}): Promise<{ status: number; target?: URL }> {
  const query = new URLSearchParams({
    ...{ client_id: emulator.ready.clientId, redirect_uri: REDIRECT, response_type: 'code', scope: SCOPE },
    ...{ state: 'a b', access_type: 'offline' },
    ...change,
  });
  const answer = await fetch(`${emulator.ready.api}/o/oauth2/v2/auth?${query.toString()}`, { redirect: 'manual' });
  const location = answer.headers.get('location');
  return { status: answer.status, ...(location ? { target: new URL(location) } : {}) };
}

async function codeOf(change: Readonly<Record<string, string>> = {}): Promise<string> {
  return (await consent(change)).target!.searchParams.get('code')!;
}

const swap = (code: string, change: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  caller.form('/token', { grant_type: 'authorization_code', code, redirect_uri: REDIRECT, ...change });

const json = ({ text }: Answer): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;

describe('the consent page', () => {
  it('sends the browser back with a code and all that Google adds', async () => {
    const { status, target } = await consent();
    expect(status).toBe(302);
    expect(Object.fromEntries(target!.searchParams)).toEqual({
      ...{ state: 'a b', iss: 'https://accounts.google.com', scope: SCOPE, authuser: '0', prompt: 'none' },
      code: expect.stringMatching(/^4\/0A/) as unknown,
    });
  });

  it('sends the refusal back when the user denies', async () => {
    emulator.levers.denyConsent = true;
    expect((await consent()).target!.search).toBe('?error=access_denied&state=a+b');
  });

  it.each([
    ['an unknown client', { client_id: 'someone' }, 401],
    ['a redirect to another machine', { redirect_uri: 'http://example.org/' }, 400],
    ['a response type that is not code', { response_type: 'token' }, 400],
  ])('shows a page for %s', async (_what, change, status) => {
    expect(await consent(change)).toEqual({ status });
  });
});

describe('a code', () => {
  it('becomes tokens that work', async () => {
    const answer = await swap(await codeOf());
    expect(json(answer)).toMatchObject({ expires_in: 3599, scope: SCOPE, token_type: 'Bearer' });
    caller.token = String(json(answer).access_token);
    expect((await caller.get('/v1/albums')).status).toBe(200);
    expect((await caller.refresh(String(json(answer).refresh_token))).status).toBe(200);
  });

  it('brings a refresh token at the first consent, and later only where consent is asked for', async () => {
    expect(json(await swap(await codeOf()))).toHaveProperty('refresh_token');
    expect(json(await swap(await codeOf()))).not.toHaveProperty('refresh_token');
    expect(json(await swap(await codeOf({ prompt: 'consent' })))).toHaveProperty('refresh_token');
    expect(json(await swap(await codeOf({ prompt: 'consent', access_type: 'online' })))).not.toHaveProperty(
      'refresh_token',
    );
  });

  it('is good once', async () => {
    const code = await codeOf();
    await swap(code);
    expect(await swap(code)).toMatchObject({ status: 400, text: expect.stringContaining('invalid_grant') as unknown });
  });

  it('is good for ten minutes', async () => {
    const code = await codeOf();
    emulator.advanceClock(600_000);
    expect((await swap(code)).status).toBe(400);
  });

  it.each([
    ['the right verifier', VERIFIER, 200, 'access_token'],
    ['a wrong verifier', 'another', 400, 'Invalid code verifier.'],
    ['no verifier', undefined, 400, 'Missing code verifier.'],
  ])('asked with PKCE and exchanged with %s', async (_what, verifier, status, text) => {
    const challenge = createHash('sha256').update(VERIFIER).digest('base64url');
    const code = await codeOf({ code_challenge: challenge, code_challenge_method: 'S256' });
    const answer = await swap(code, verifier === undefined ? {} : { code_verifier: verifier });
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(text);
  });

  it('carries only the scopes that the user ticked', async () => {
    emulator.levers.untickedScopes = [REMOVED_SCOPE];
    expect(json(await swap(await codeOf({ scope: `${REMOVED_SCOPE} ${SCOPE}` }))).scope).toBe(SCOPE);
  });

  it('with a removed scope alone opens nothing', async () => {
    caller.token = String(json(await swap(await codeOf({ scope: REMOVED_SCOPE }))).access_token);
    expect(JSON.parse((await caller.get('/v1/albums')).text)).toEqual({
      error: { code: 403, message: 'Request had insufficient authentication scopes.', status: 'PERMISSION_DENIED' },
    });
    emulator.levers.scopeErrorDetails = true;
    const detailed = await caller.get('/v1/albums');
    expect(detailed.text).toContain('ACCESS_TOKEN_SCOPE_INSUFFICIENT');
    expect(detailed.headers.get('www-authenticate')).toContain('insufficient_scope');
  });
});

describe('the token endpoint', () => {
  it.each([
    ['an unknown client', { client_id: 'x' }, 401, 'The OAuth client was not found.'],
    ['a wrong secret', { client_secret: 'x' }, 401, 'The provided client secret is invalid.'],
    ['no secret', { client_secret: '' }, 400, 'client_secret is missing.'],
    ['another grant type', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
    ['a token it never gave', { refresh_token: '1//0x' }, 400, 'invalid_grant'],
  ])('refuses %s', async (_what, change, status, text) => {
    const answer = await caller.form('/token', {
      ...{ grant_type: 'refresh_token', refresh_token: emulator.ready.refreshToken },
      ...change,
    });
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(text);
  });

  it('gives no new refresh token at a refresh', async () => {
    expect(json(await caller.refresh())).not.toHaveProperty('refresh_token');
  });
});

describe('tokens', () => {
  it('die after an hour of the clock, and a refresh helps', async () => {
    emulator.advanceClock(3_599_000);
    const refused = await caller.get('/v1/albums');
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe(
      'Bearer realm="https://accounts.google.com/", error="invalid_token"',
    );
    expect((await (await GoogleCaller.signIn(emulator)).get('/v1/albums')).status).toBe(200);
  });

  it('can be expired at once', async () => {
    emulator.expireTokens();
    expect((await caller.get('/v1/albums')).status).toBe(401);
    expect((await caller.refresh()).status).toBe(200);
  });

  it('revoked, end for good until the user consents again', async () => {
    expect((await caller.form('/revoke', { token: emulator.ready.refreshToken })).text.trim()).toBe('{}');
    expect((await caller.get('/v1/albums')).status).toBe(401);
    expect(json(await caller.refresh())).toEqual({
      error: 'invalid_grant',
      error_description: 'Token has been expired or revoked.',
    });
    expect((await caller.form('/revoke', { token: caller.token })).status).toBe(400);
    expect(json(await swap(await codeOf()))).toHaveProperty('refresh_token');
  });

  it('are told about by tokeninfo, in strings', async () => {
    const told = await caller.form('/tokeninfo', { access_token: caller.token });
    expect(json(told)).toMatchObject({ aud: emulator.ready.clientId, access_type: 'offline' });
    expect(json(told).expires_in).toMatch(/^35\d\d$/);
    expect((await caller.form('/tokeninfo', { access_token: 'x' })).status).toBe(400);
  });

  it('outlive the emulator', async () => {
    const next = await startEmulator({ items: 3 });
    expect(next.ready.refreshToken).toBe(emulator.ready.refreshToken);
    expect((await new GoogleCaller(next, caller.token).get('/v1/albums')).status).toBe(200);
    await next.close();
  });
});
