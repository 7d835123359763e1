import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Emulator } from '../../../src/emulator/emulator.js';
import { startEmulator } from '../../../src/emulator/server.js';
import { toAppError, type AppError } from '../../../src/errors.js';
import { googleAddresses } from '../../../src/google/addresses.js';
import { Auth } from '../../../src/google/auth.js';
import { ConfiguredKeeper } from '../../../src/google/auth/keeper.js';
import { SignIns, type SignIn } from '../../../src/google/auth/sign-ins.js';
import { StoredKeeper } from '../../../src/google/auth/stored-keeper.js';
import { Transport } from '../../../src/google/transport.js';
import { HurriedClock } from '../../support/hurried-clock.js';
import { ManualClock } from '../../support/manual-clock.js';
import { oddServer, SILENT, type OddServer } from './wire.js';

const HOUR_MS = 3_600_000;

let folder: string;
let emulator: Emulator;
let transport: Transport;
let clock: ManualClock;
let signIns: SignIns;
let auths: Auth[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photodav-auth-'));
  emulator = await startEmulator({ items: 3 });
  transport = new Transport({});
  clock = new ManualClock(Date.now());
  signIns = new SignIns({ folder, label: 'here', log: SILENT });
  auths = [];
});
afterEach(async () => {
  for (const auth of auths) auth.close();
  await transport.close();
  await emulator.close();
  await rm(folder, { recursive: true, force: true });
});

const key = () => ({ clientId: emulator.ready.clientId, account: 'default' });

/** As `photodav login` leaves it, but for what `over` says. */
async function signInWith(over: Partial<SignIn> = {}): Promise<void> {
  const { clientSecret, refreshToken } = emulator.ready;
  await signIns.save({ ...key(), clientSecret, refreshToken, scopes: [], grantedAtMs: clock.now(), ...over });
}

/** Another process's, as far as this one can tell. */
function storedAuth(at = emulator.ready.api, over: { clientSecret?: string; clock?: HurriedClock } = {}): Auth {
  const { clientSecret, clock: ownClock = clock } = over;
  const keeper = new StoredKeeper({
    signIns: new SignIns({ folder, label: 'here', log: SILENT }),
    key: key(),
    clientSecret,
    loginCommand: 'photodav login --mount /x',
    onFound: () => undefined,
  });
  const auth = new Auth(keeper, { addresses: googleAddresses(new URL(at)), transport, clock: ownClock, log: SILENT });
  auths.push(auth);
  return auth;
}

async function failureOf(ask: Promise<unknown>): Promise<AppError> {
  return toAppError(
    await ask.then(
      () => new Error('did not fail'),
      (thrown: unknown) => thrown,
    ),
  );
}

/** Answers the token endpoint with these, one after another; the last for ever. */
async function tokenServer(...answers: readonly object[]): Promise<OddServer> {
  const server: OddServer = await oddServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answers[Math.min(server.requests.length, answers.length) - 1]));
  });
  return server;
}

describe('a stored sign-in', () => {
  it('is refreshed once, for all who ask here and elsewhere', async () => {
    await signInWith();
    emulator.fail({ route: 'token', count: 1, delayMs: 300 });
    const tokens = await Promise.all(Array.from({ length: 8 }, async () => storedAuth().accessToken()));
    expect(new Set(tokens).size).toBe(1);
    expect(emulator.counters().token).toBe(1);
    expect((await signIns.of(key()))?.accessToken).toBe(tokens[0]);
  });

  it('that nobody has made is asked for by the command that makes it, and counts once it is there', async () => {
    const auth = storedAuth();
    expect(await failureOf(auth.accessToken())).toMatchObject({
      code: 'SIGN_IN_REQUIRED',
      advice: expect.stringContaining('photodav login --mount /x'),
    });
    await signInWith();
    expect(await auth.accessToken()).toMatch(/^ya29/);
  });

  it('that was removed is not used any more', async () => {
    await signInWith();
    const auth = storedAuth();
    await auth.accessToken();
    await signIns.update(key(), () => Promise.resolve(undefined));
    expect((await failureOf(auth.accessToken())).code).toBe('SIGN_IN_REQUIRED');
  });

  it('with a refused access token is renewed once, by whoever is first', async () => {
    await signInWith();
    const [one, two] = [storedAuth(), storedAuth()];
    const refused = await one.accessToken();
    await two.accessToken();
    const renewed = await one.renewedToken(refused);
    expect(renewed).not.toBe(refused);
    expect(await two.renewedToken(refused)).toBe(renewed);
    expect(emulator.counters().token).toBe(2);
  });

  it('keeps a rotated refresh token before the access token beside it is used', async () => {
    const server = await tokenServer(
      { access_token: 'ya29.1', expires_in: 3599, refresh_token: '1//second', refresh_token_expires_in: 604_799 },
      { access_token: 'ya29.2', expires_in: 3599, scope: 'a b' },
    );
    await signInWith({ refreshToken: '1//first' });
    const auth = storedAuth(server.origin);
    const token = await auth.accessToken();
    const endsAtMs = clock.now() + 604_799_000;
    expect(await signIns.of(key())).toMatchObject({ refreshToken: '1//second', refreshTokenEndsAtMs: endsAtMs });
    await auth.renewedToken(token);
    expect(await signIns.of(key())).toMatchObject({ refreshToken: '1//second', refreshTokenEndsAtMs: endsAtMs });
    expect((await signIns.of(key()))?.scopes).toEqual(['a', 'b']);
    await server.close();
  });

  it('forgets when an old refresh token ends, once there is another', async () => {
    const server = await tokenServer({ access_token: 'ya29.1', expires_in: 3599, refresh_token: '1//second' });
    await signInWith({ refreshTokenEndsAtMs: clock.now() + 1000 });
    await storedAuth(server.origin).accessToken();
    expect((await signIns.of(key()))?.refreshTokenEndsAtMs).toBeUndefined();
    await server.close();
  });

  it('is refused once a minute, and a new one is tried at once', async () => {
    await signInWith({ refreshToken: '1//dead' });
    const auth = storedAuth();
    for (let i = 0; i < 5; i++) {
      const { code, advice } = await failureOf(auth.accessToken());
      expect(code).toBe('SIGN_IN_REQUIRED');
      expect(advice).toMatch(/photodav login --mount \/x.*7 days.*Publish app/s);
    }
    expect(emulator.counters().token).toBe(1);
    await clock.advance(60_000);
    await failureOf(auth.accessToken());
    expect(emulator.counters().token).toBe(2);
    await signInWith();
    expect(await auth.accessToken()).toMatch(/^ya29/);
  });

  it('tells when Google ended it, if Google had said so', async () => {
    const endedAtMs = Date.UTC(2026, 0, 8);
    await signInWith({ refreshToken: '1//dead', refreshTokenEndsAtMs: endedAtMs });
    expect((await failureOf(storedAuth().accessToken())).advice).toContain('ended on 2026-01-08');
  });

  it('is used with the configured client secret, which may be newer', async () => {
    await signInWith({ clientSecret: 'GOCSPX-old' });
    expect((await failureOf(storedAuth().accessToken())).advice).toMatch(/clientId and clientSecret/);
    const { clientSecret } = emulator.ready;
    expect(await storedAuth(emulator.ready.api, { clientSecret }).accessToken()).toMatch(/^ya29/);
    expect((await signIns.of(key()))?.clientSecret).toBe('GOCSPX-old');
  });

  it('of another client names that', async () => {
    const server = await oddServer((_request, response) => {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end('{"error":"unauthorized_client","error_description":"Unauthorized"}');
    });
    await signInWith();
    expect((await failureOf(storedAuth(server.origin).accessToken())).advice).toMatch(/another OAuth client/);
    await server.close();
  });

  it('that cannot be read is none, and cannot be written is no reason to sign in', async () => {
    await signInWith();
    const [name = ''] = await readdir(folder);
    const sound = await readFile(join(folder, name), 'utf8');
    await writeFile(join(folder, name), sound.slice(0, 40));
    expect((await failureOf(storedAuth().accessToken())).code).toBe('SIGN_IN_REQUIRED');
    await rm(folder, { recursive: true });
    await writeFile(folder, 'a file where the folder was');
    const clockThatHurries = new HurriedClock();
    const error = await failureOf(storedAuth(emulator.ready.api, { clock: clockThatHurries }).accessToken());
    expect(error.message).toContain('ENOTDIR');
    expect(error.code).toBe('SOURCE_UNAVAILABLE');
    expect(error.message + error.advice).not.toContain(folder);
  });
});

describe('a clock that was hours off when the end was written', () => {
  it.each([
    ['years ahead', 20 * 365 * 24 * HOUR_MS],
    ['two hours ahead', 2 * HOUR_MS],
  ])('%s: the token is used for an hour at most', async (_what, aheadMs) => {
    await signInWith({ accessToken: 'ya29.stored', accessTokenEndsAtMs: clock.now() + aheadMs });
    const auth = storedAuth();
    expect(await auth.accessToken()).toBe('ya29.stored');
    await clock.advance(HOUR_MS - 30_000);
    expect(await auth.accessToken()).not.toBe('ya29.stored');
  });

  it('years ahead: a token that Google refuses is renewed', async () => {
    await signInWith({ accessToken: 'ya29.stored', accessTokenEndsAtMs: clock.now() + 20 * 365 * 24 * HOUR_MS });
    expect(await storedAuth().renewedToken('ya29.stored')).not.toBe('ya29.stored');
  });

  it('behind: the token is renewed once, and then kept', async () => {
    await signInWith({ accessToken: 'ya29.stored', accessTokenEndsAtMs: Date.UTC(1970, 0, 1, 1) });
    const auth = storedAuth();
    const token = await auth.accessToken();
    expect(await auth.accessToken()).toBe(token);
    expect(emulator.counters().token).toBe(1);
  });
});

describe('a configured sign-in', () => {
  it('names the way to one that is stored', async () => {
    const { clientId, clientSecret } = emulator.ready;
    const keeper = new ConfiguredKeeper({ clientId, clientSecret, refreshToken: '1//dead' });
    const addresses = googleAddresses(new URL(emulator.ready.api));
    const auth = new Auth(keeper, { addresses, transport, clock, log: SILENT });
    expect((await failureOf(auth.accessToken())).advice).toMatch(/leave refreshToken and token out.*photodav login/);
  });
});

describe('closing', () => {
  it('ends a refresh that waits to be tried again', async () => {
    await signInWith();
    emulator.fail({ route: 'token', count: 10, status: 503 });
    const auth = storedAuth();
    const failed = failureOf(auth.accessToken());
    while ((emulator.counters().token ?? 0) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    auth.close();
    expect((await failed).code).toBe('SOURCE_UNAVAILABLE');
    expect(emulator.counters().token).toBe(1);
  });
});
