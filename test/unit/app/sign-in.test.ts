import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { signIn, type Person } from '../../../src/app/sign-in.js';
import { signOut } from '../../../src/app/sign-out.js';
import type { Clock } from '../../../src/clock.js';
import type { Emulator } from '../../../src/emulator/emulator.js';
import { startEmulator } from '../../../src/emulator/server.js';
import { SignIns } from '../../../src/google/auth/sign-ins.js';
import { LIBRARY_READ_SCOPE, PICKER_SCOPE } from '../../../src/google/scopes.js';
import { createLog } from '../../../src/log.js';
import { consenting, pasting } from '../../support/consenting.js';
import { ManualClock, settle } from '../../support/manual-clock.js';

const ACCOUNT = 'family';

let emulator: Emulator;
let folder: string;
let signIns: SignIns;
beforeEach(async () => {
  emulator = await startEmulator({ items: 3 });
  folder = await mkdtemp(join(tmpdir(), 'photodav-sign-in-'));
  const log = createLog({ level: 'silent' });
  signIns = new SignIns({ folder: join(folder, 'tokens'), label: new URL(emulator.ready.api).host, log });
});
afterEach(async () => {
  await emulator.close();
  await rm(folder, { recursive: true, force: true });
});

interface Over {
  readonly scopes?: readonly string[];
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
  readonly client?: { readonly clientId?: string; readonly clientSecret?: string };
}

function start(
  person: Person,
  { scopes = [LIBRARY_READ_SCOPE], clock = new ManualClock(), signal, client }: Over = {},
) {
  const { api, clientId, clientSecret } = emulator.ready;
  return signIn(
    { google: { endpoint: new URL(api) } },
    { client: { clientId, clientSecret, ...client }, account: ACCOUNT, scopes },
    person,
    { signIns, clock },
    signal,
  );
}

const stored = () => signIns.of({ clientId: emulator.ready.clientId, account: ACCOUNT });
const tokenRequests = () => emulator.counters().token ?? 0;

describe('a sign-in through the browser', () => {
  it('asks for exactly the scopes, with PKCE and a state, and keeps what was granted', async () => {
    const clock = new ManualClock();
    const person = consenting();
    const kept = await start(person, { scopes: [LIBRARY_READ_SCOPE, PICKER_SCOPE], clock });
    const query = Object.fromEntries(person.consents[0]!.searchParams);
    expect(query).toMatchObject({
      ...{ scope: `${LIBRARY_READ_SCOPE} ${PICKER_SCOPE}`, response_type: 'code', access_type: 'offline' },
      ...{
        code_challenge_method: 'S256',
        redirect_uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/) as unknown,
      },
    });
    expect(query.state).toMatch(/^[\w-]{43}$/);
    expect(query.code_challenge).toMatch(/^[\w-]{43}$/);
    expect(query).not.toHaveProperty('prompt');
    expect(kept).toEqual(await stored());
    expect(kept).toMatchObject({
      account: ACCOUNT,
      scopes: [LIBRARY_READ_SCOPE, PICKER_SCOPE],
      grantedAtMs: clock.now(),
      accessTokenEndsAtMs: expect.closeTo(clock.now() + 3_599_000, -4) as unknown,
    });
    expect(tokenRequests()).toBe(1);
  });

  it('ends at a page without the code in its address, and listens no more', async () => {
    let page: Promise<Response> | undefined;
    const visit: Person['visit'] = (consent) => {
      page = fetch(consent);
      return Promise.resolve(undefined);
    };
    await start(consenting({ visit }));
    const { url, headers } = (await page)!;
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/done$/);
    expect(await (await page)!.text()).toContain('You can close this window');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    await expect(fetch(url)).rejects.toThrow();
  });

  it('writes a file for its owner alone', async () => {
    await start(consenting());
    const names = await readdir(join(folder, 'tokens'));
    expect(names).toEqual([expect.stringMatching(/^[\da-f]{32}\.json$/)]);
    expect((await stat(join(folder, 'tokens', names[0]!))).mode & 0o777).toBe(0o600);
  });

  it('works by a clock that is hours off', async () => {
    const clock = new ManualClock(Date.now() - 5 * 3_600_000);
    expect((await start(consenting(), { clock })).accessTokenEndsAtMs).toBeLessThanOrEqual(clock.now() + 3_600_000);
  });

  it('asks once more where no refresh token came, and says why', async () => {
    await start(consenting());
    const person = consenting();
    const { refreshToken } = await start(person);
    expect(person.consents.map(({ searchParams }) => searchParams.get('prompt'))).toEqual([null, 'consent']);
    expect(person.told).toEqual([expect.stringContaining('no refresh token')]);
    expect((await stored())!.refreshToken).toBe(refreshToken);
  });

  it('ends when consent is refused, and the page says so', async () => {
    emulator.levers.denyConsent = true;
    const person = consenting();
    await expect(start(person)).rejects.toMatchObject({
      code: 'SIGN_IN_REQUIRED',
      message: expect.stringContaining('access_denied') as unknown,
    });
    expect(await person.pages[0]).toContain('Consent was refused');
    expect([await stored(), tokenRequests()]).toEqual([undefined, 0]);
  });

  it('ends when nobody answers', async () => {
    const clock = new ManualClock();
    const { person, visited } = absent();
    const ended = start(person, { clock }).catch((error: unknown) => error);
    const redirect = (await visited).searchParams.get('redirect_uri')!;
    await settle();
    await clock.advance(599_000);
    expect((await fetch(redirect)).status).toBe(404);
    await clock.advance(2000);
    expect(await ended).toMatchObject({
      code: 'SIGN_IN_REQUIRED',
      advice: expect.stringContaining('--no-browser') as unknown,
    });
    await expect(fetch(redirect)).rejects.toThrow();
  });

  it('ends with the signal, and listens no more', async () => {
    const leave = new AbortController();
    const { person, visited } = absent();
    const ended = start(person, { signal: leave.signal });
    const redirect = (await visited).searchParams.get('redirect_uri')!;
    await settle();
    leave.abort(new Error('enough'));
    await expect(ended).rejects.toThrow('enough');
    await expect(fetch(redirect)).rejects.toThrow();
  });
});

/** Somebody who opens Google's page and goes away. */
function absent(): { readonly person: Person; readonly visited: Promise<URL> } {
  let visit: Person['visit'] = () => Promise.resolve(undefined);
  const visited = new Promise<URL>((resolve) => {
    visit = (consent) => {
      resolve(consent);
      return Promise.resolve(undefined);
    };
  });
  return { person: consenting({ visit }), visited };
}

describe('in Testing mode', () => {
  it('the end of the sign-in is kept, by our clock', async () => {
    emulator.levers.testingMode = true;
    const clock = new ManualClock();
    expect((await start(consenting(), { clock })).refreshTokenEndsAtMs).toBe(clock.now() + 604_799_000);
  });
});

describe('boxes that were left unticked', () => {
  const scopes = [LIBRARY_READ_SCOPE, PICKER_SCOPE];
  beforeEach(() => void (emulator.levers.untickedScopes = [PICKER_SCOPE]));

  it('are told, with what each is for, and nothing is kept', async () => {
    const person = consenting();
    await expect(start(person, { scopes })).rejects.toMatchObject({
      code: 'SCOPE_MISSING',
      message: expect.stringContaining(PICKER_SCOPE) as unknown,
    });
    expect(person.told.join()).toContain('lets you pick photos');
    expect(await person.pages[0]).toContain('Not signed in yet');
    expect(await stored()).toBeUndefined();
  });

  it('are asked for again where the person wants to', async () => {
    const person = consenting({
      agrees() {
        emulator.levers.untickedScopes = [];
        return Promise.resolve(true);
      },
    });
    expect((await start(person, { scopes })).scopes).toEqual(scopes);
    expect(person.consents[1]!.searchParams.get('prompt')).toBe('consent');
  });

  it('do not replace what was kept before', async () => {
    emulator.levers.untickedScopes = [];
    const before = await start(consenting());
    emulator.levers.untickedScopes = [LIBRARY_READ_SCOPE];
    await expect(start(consenting(), { scopes })).rejects.toMatchObject({ code: 'SCOPE_MISSING' });
    expect(await stored()).toEqual(before);
  });
});

describe('a pasted answer', () => {
  it.each<[string, (address: URL) => string]>([
    ['the whole address', ({ href }) => href],
    ['the address in quotes and white space', ({ href }) => ` "${href}" `],
    ['the address without its scheme', ({ href }) => href.replace('http://', '')],
    ['its query', ({ search }) => search],
    ['its query without a state', ({ searchParams }) => `code=${encodeURIComponent(searchParams.get('code')!)}`],
    ['the code', ({ searchParams }) => searchParams.get('code')!],
    ['the code as the address holds it', ({ searchParams }) => encodeURIComponent(searchParams.get('code')!)],
  ])('may be %s', async (_what, made) => {
    const person = pasting((address) => [made(address)]);
    expect(await start(person)).toEqual(await stored());
    expect(person.told).toEqual([]);
  });

  it.each<[string, (address: URL) => string, RegExp]>([
    ['an empty line', () => '', /nothing was pasted/],
    ['an address of another sign-in', ({ href }) => href.replace(/state=[^&]+/, 'state=other'), /another sign-in/],
    ['an address without a state', ({ href }) => href.replace(/state=[^&]+/, ''), /another sign-in/],
    [
      'one that another server gave',
      ({ href }) => href.replace('accounts.google.com', 'evil.example'),
      /another sign-in/,
    ],
    ["the address of Google's page", () => `${emulator.ready.api}/o/oauth2/v2/auth?state=x`, /page, where you agree/],
    ['an address without a code', ({ origin }) => `${origin}/done`, /holds no code/],
    ['a token', () => '1//0abcdef', /is a token/],
    ['anything else', () => 'yes', /neither an address nor a code/],
  ])('that is %s is explained, and the next one is taken', async (_what, made, expected) => {
    const person = pasting((address) => [made(address), address.href]);
    await start(person);
    expect(person.told).toEqual([expect.stringMatching(expected)]);
  });

  it('says what was wrong with the last one where no more comes', async () => {
    await expect(start(pasting(() => ['', 'yes']))).rejects.toMatchObject({
      code: 'SIGN_IN_REQUIRED',
      message: 'that is neither an address nor a code',
    });
  });

  it('may be a refusal', async () => {
    const person = pasting((address) => [
      `${address.origin}/?error=access_denied&state=${address.searchParams.get('state')!}`,
    ]);
    await expect(start(person)).rejects.toMatchObject({ code: 'SIGN_IN_REQUIRED' });
  });

  it('is not waited for where the browser comes all the same', async () => {
    const person = pasting(() => [], true);
    const visit = async (consent: URL) => {
      const answers = await person.visit(consent);
      void fetch(consent);
      return answers;
    };
    expect(await start({ ...person, visit })).toEqual(await stored());
  });

  it('that was used before is refused by Google, and sent once', async () => {
    let used = '';
    await start(pasting((address) => [(used = address.searchParams.get('code')!)]));
    const before = tokenRequests();
    await expect(start(pasting(() => [used]))).rejects.toMatchObject({
      code: 'SIGN_IN_REQUIRED',
      message: expect.stringContaining('invalid_grant') as unknown,
    });
    expect(tokenRequests()).toBe(before + 1);
  });
});

describe('Google refuses', () => {
  it('a code that another client was given', async () => {
    const { clientId } = emulator.otherClient;
    const person = pasting((address) => [address.searchParams.get('code')!]);
    const visit = (consent: URL) => {
      const other = new URL(consent);
      other.searchParams.set('client_id', clientId);
      return person.visit(other);
    };
    await expect(start({ ...person, visit })).rejects.toMatchObject({ code: 'SIGN_IN_REQUIRED' });
    expect([await stored(), tokenRequests()]).toEqual([undefined, 1]);
  });

  it('a secret that is not the client’s', async () => {
    const secret = 'GOCSPX-of-somebody-else';
    const fault: unknown = await start(consenting(), { client: { clientSecret: secret } }).catch(
      (error: unknown) => error,
    );
    expect(fault).toMatchObject({
      code: 'SIGN_IN_REQUIRED',
      message: expect.stringContaining('invalid_client') as unknown,
    });
    expect(JSON.stringify(fault)).not.toContain(secret);
  });
});

describe('signing out', () => {
  const out = async () => {
    const { api } = emulator.ready;
    return signOut({ google: { endpoint: new URL(api) } }, (await stored())!, { signIns, clock: new ManualClock() });
  };

  it('revokes at Google, and removes what was kept', async () => {
    const { refreshToken } = await start(consenting());
    expect(await out()).toBeUndefined();
    expect(await stored()).toBeUndefined();
    expect(await readdir(join(folder, 'tokens'))).toEqual([]);
    expect((await refresh(refreshToken!)).status).toBe(400);
  });

  it('is fine with a token that is dead already', async () => {
    await start(consenting());
    emulator.revokeTokens();
    expect(await out()).toBeUndefined();
    expect(await stored()).toBeUndefined();
  });

  it('removes what was kept also where Google cannot be told, and says so', async () => {
    await start(consenting());
    emulator.fail({ route: 'revoke', count: 1, status: 503 });
    expect(await out()).toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    expect(await stored()).toBeUndefined();
  });

  const refresh = (token: string) =>
    fetch(`${emulator.ready.api}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        ...{ client_id: emulator.ready.clientId, client_secret: emulator.ready.clientSecret },
        ...{ grant_type: 'refresh_token', refresh_token: token },
      }),
    });
});
