import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Client } from '../../../src/emulator/clients.js';
import type { Emulator } from '../../../src/emulator/emulator.js';
import { startEmulator } from '../../../src/emulator/server.js';
import { answerOf, GoogleCaller, type Answer } from './google-caller.js';

const PREFIX = 'https://www.googleapis.com/auth/';
const LIBRARY = `${PREFIX}photoslibrary.readonly.appcreateddata`;
const PICKER = `${PREFIX}photospicker.mediaitems.readonly`;
const REDIRECT = 'http://127.0.0.1:53682/';
const WEEK_MS = 604_800_000;

let nowMs: number;
let emulator: Emulator;
let caller: GoogleCaller;
beforeEach(async () => {
  nowMs = Date.parse('2026-11-21T12:00:00Z');
  emulator = await startEmulator({ items: 3, clock: { now: () => nowMs } });
  caller = await GoogleCaller.signIn(emulator);
});
afterEach(() => emulator.close());

const json = ({ text }: Answer): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;

function ask(change: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const query = new URLSearchParams({
    ...{ client_id: emulator.ready.clientId, redirect_uri: REDIRECT, response_type: 'code', state: 'a b' },
    ...{ scope: `openid ${LIBRARY} ${PICKER}`, access_type: 'offline' },
    ...change,
  });
  const address = `${emulator.ready.api}/o/oauth2/v2/auth?${query.toString()}`;
  return answerOf(fetch(address, { redirect: 'manual' }));
}

/** Presses a button of the page, with these boxes ticked. */
function press(page: Answer, step: string, scopes: readonly string[]): Promise<Answer> {
  const action = /<form method="post" action="([^"]+)">/.exec(page.text)![1]!;
  const request = /name="request" value="([^"]+)"/.exec(page.text)![1]!;
  const body = new URLSearchParams({ request, step });
  for (const scope of scopes) body.append('scope', scope);
  return answerOf(fetch(emulator.ready.api + action, { method: 'POST', body, redirect: 'manual' }));
}

const target = ({ headers }: Answer): URL => new URL(headers.get('location')!);

function swap(code: string, { clientId, clientSecret }: Client = emulator.ready): Promise<Answer> {
  const client = { client_id: clientId, client_secret: clientSecret };
  return caller.form('/token', { grant_type: 'authorization_code', code, redirect_uri: REDIRECT, ...client });
}

async function signIn(
  change: Readonly<Record<string, string>> = {},
  client?: Client,
): Promise<Record<string, unknown>> {
  const answer = await ask({ prompt: 'consent', ...(client ? { client_id: client.clientId } : {}), ...change });
  return json(await swap(target(answer).searchParams.get('code')!, client));
}

describe('the consent page', () => {
  beforeEach(() => void (emulator.levers.consentPage = 'page'));

  it('shows who asks, and a ticked box for each Photos scope', async () => {
    const page = await ask();
    expect(page.status).toBe(200);
    expect(page.text).toContain(emulator.ready.clientId);
    const boxes = [...page.text.matchAll(/type="checkbox" name="scope" value="([^"]+)" checked/g)];
    expect(boxes.map(([, scope]) => scope)).toEqual([LIBRARY, PICKER]);
    expect(page.text).not.toContain('<script');
  });

  it('loads nothing, and its form leads only to the app', async () => {
    const policy = async (redirect: string): Promise<string> =>
      (await ask({ redirect_uri: redirect })).headers.get('content-security-policy')!;
    expect(await policy(REDIRECT)).toMatch(
      /^default-src 'none'; img-src 'self'; style-src 'sha256-\S+'; form-action 'self' http:\/\/127\.0\.0\.1:53682; /,
    );
    expect(await policy('http://localhost:7/x')).toContain("form-action 'self' http://localhost:7;");
    expect(await policy('http://[::1]:7/')).toContain("form-action 'self' http:;");
  });

  it('grants what is ticked', async () => {
    const back = target(await press(await ask(), 'allow', [PICKER]));
    expect(back.origin + back.pathname).toBe(REDIRECT);
    expect(Object.fromEntries(back.searchParams)).toMatchObject({ state: 'a b', scope: `openid ${PICKER}` });
    expect(json(await swap(back.searchParams.get('code')!)).scope).toBe(`openid ${PICKER}`);
  });

  it('sends a refusal back', async () => {
    expect(target(await press(await ask(), 'cancel', [LIBRARY, PICKER])).search).toBe('?error=access_denied&state=a+b');
    expect(target(await press(await ask({ scope: PICKER }), 'allow', [])).search).toContain('error=access_denied');
  });

  it('asks only for what the app asked for', async () => {
    const back = target(await press(await ask({ scope: PICKER }), 'allow', [LIBRARY, PICKER]));
    expect(back.searchParams.get('scope')).toBe(PICKER);
    const form = { request: 'made up', step: 'allow', scope: LIBRARY };
    expect((await caller.form('/signin/oauth/consent', form)).status).toBe(401);
  });

  it('comes after a warning while the app is in Testing', async () => {
    emulator.levers.testingMode = true;
    const warning = await ask();
    expect(warning.text).toContain('hasn’t verified this app');
    expect(warning.text).not.toContain('value="allow"');
    expect((await press(warning, 'continue', [])).text).toContain('value="allow"');
    expect(target(await press(warning, 'cancel', [])).search).toContain('error=access_denied');
  });

  it('is not shown to one who is no tester', async () => {
    emulator.levers.notTestUser = true;
    const page = await ask();
    expect([page.status, page.text]).toEqual([403, expect.stringContaining('Error 403: access_denied')]);
  });
});

describe('an app in Testing', () => {
  beforeEach(() => void (emulator.levers.testingMode = true));

  it('is told when its refresh token ends, and it does', async () => {
    const { refresh_token: token, refresh_token_expires_in: seconds } = await signIn();
    expect(seconds).toBe(604_799);
    nowMs += WEEK_MS - 2000;
    expect((await caller.refresh(String(token))).status).toBe(200);
    nowMs += 2000;
    expect(json(await caller.refresh(String(token)))).toEqual({
      error: 'invalid_grant',
      error_description: 'Token has been expired or revoked.',
    });
  });

  it('keeps that end after it was published; a new consent has none', async () => {
    const before = await signIn();
    emulator.levers.testingMode = false;
    const after = await signIn();
    expect(after).not.toHaveProperty('refresh_token_expires_in');
    nowMs += WEEK_MS;
    expect((await caller.refresh(String(before.refresh_token))).status).toBe(400);
    expect((await caller.refresh(String(after.refresh_token))).status).toBe(200);
  });
});

describe('a client of another project', () => {
  const refresh = (token: unknown, { clientId, clientSecret }: Client): Promise<Answer> => {
    const client = { client_id: clientId, client_secret: clientSecret };
    return caller.form('/token', { grant_type: 'refresh_token', refresh_token: String(token), ...client });
  };

  it('signs in on its own, and sees nothing that was uploaded with the first', async () => {
    const { access_token: token } = await signIn({}, emulator.otherClient);
    const other = new GoogleCaller(emulator, String(token));
    expect(json(await other.form('/tokeninfo', { access_token: String(token) })).aud).toBe(
      emulator.otherClient.clientId,
    );
    expect(json(await other.get('/v1/mediaItems'))).toEqual({});
    const { id } = json(await other.post('/v1/sessions', ''));
    expect((await other.get(`/v1/sessions/${String(id)}`)).status).toBe(200);
    expect((await caller.get(`/v1/sessions/${String(id)}`)).status).toBe(404);
  });

  it('cannot use what the first was given', async () => {
    const refused = await refresh(emulator.ready.refreshToken, emulator.otherClient);
    expect([refused.status, json(refused)]).toEqual([
      401,
      { error: 'unauthorized_client', error_description: 'Unauthorized' },
    ]);
    const code = target(await ask()).searchParams.get('code')!;
    expect((await swap(code, emulator.otherClient)).status).toBe(400);
  });

  it('loses nothing when access is taken from the first', async () => {
    const { refresh_token: token } = await signIn({}, emulator.otherClient);
    await caller.form('/revoke', { token: emulator.ready.refreshToken });
    expect((await caller.refresh()).status).toBe(400);
    expect((await refresh(token, emulator.otherClient)).status).toBe(200);
    emulator.revokeTokens();
    expect((await refresh(token, emulator.otherClient)).status).toBe(400);
  });
});

describe('what was issued', () => {
  it('is known to a test that looks for it where it must not be', async () => {
    const code = target(await ask()).searchParams.get('code')!;
    const { access_token: access, refresh_token: refresh } = json(await swap(code));
    const { mediaItems } = json(await caller.get('/v1/mediaItems')) as { mediaItems: { baseUrl: string }[] };
    const opaque = mediaItems.map(({ baseUrl }) => baseUrl.split('/').at(-1)!);
    const { clientSecret, refreshToken } = emulator.ready;
    const secrets = [clientSecret, emulator.otherClient.clientSecret, refreshToken, caller.token];
    expect(emulator.issued()).toEqual(expect.arrayContaining([...secrets, code, access, refresh, ...opaque]));
    expect((await caller.get('/_emulator/issued')).status).toBe(404);
  });
});
