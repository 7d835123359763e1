import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createApp, type App } from '../../src/app.js';
import { loadConfig } from '../../src/config/load.js';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { AppError } from '../../src/errors.js';
import { PICKER_SCOPE } from '../../src/google/scopes.js';
import { SignIns, type SignIn } from '../../src/google/auth/sign-ins.js';
import { createLog } from '../../src/log.js';
import { eventually } from '../support/eventually.js';
import { propfind } from '../support/http-client.js';
import { Recorder } from '../support/log-lines.js';

let folder: string;
let emulator: Emulator;
let recorder: Recorder;
let apps: App[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photodav-sign-in-'));
  emulator = await startEmulator({ items: 300 });
  recorder = new Recorder();
  apps = [];
});
afterEach(async () => {
  for (const app of apps) await app.close();
  await emulator.close();
  await rm(folder, { recursive: true, force: true });
});

const client = () => {
  const { clientId, clientSecret } = emulator.ready;
  return { source: 'library', clientId, clientSecret };
};

/** Serves these mounts from the same data folder; gives the server's origin. */
async function serve(...mounts: readonly object[]): Promise<string> {
  const path = join(folder, 'config.json');
  const common = { server: { port: 0 }, google: { endpoint: emulator.ready.api }, dataDir: folder };
  await writeFile(path, JSON.stringify({ ...common, mounts }));
  const system = { env: {}, platform: 'linux', home: folder, workingFolder: folder } as const;
  const { values } = await loadConfig({ '--config': path }, system);
  const app = await createApp(values, { log: createLog({ level: 'warn', destination: recorder }) });
  apps.push(app);
  const [url] = await app.listen();
  return url!.origin;
}

/** As `photodav login` does. */
async function signIn(over: Partial<SignIn> = {}): Promise<void> {
  const { api, clientId, clientSecret, refreshToken } = emulator.ready;
  const log = createLog({ level: 'silent' });
  const signIns = new SignIns({ folder: join(folder, 'tokens'), label: new URL(api).host, log });
  const whole = { clientId, clientSecret, refreshToken, account: 'default', scopes: [], grantedAtMs: Date.now() };
  await signIns.save({ ...whole, ...over });
}

async function refusal(ask: Promise<unknown>): Promise<AppError> {
  const error: unknown = await ask.catch((thrown: unknown) => thrown);
  if (!(error instanceof AppError)) throw new Error('it started');
  return error;
}

describe('a mount that nobody has signed in to', () => {
  it('answers 503 with the command that helps, and shows the library as soon as somebody has', async () => {
    const origin = await serve(client());
    const before = await propfind(origin, '/All/');
    expect(before.status).toBe(503);
    expect(before.text).toContain('photodav login');
    expect(recorder.lines.map(({ code }) => code)).toContain('SIGN_IN_REQUIRED');
    await signIn();
    await eventually(async () => (await propfind(origin, '/All/')).status === 207);
    expect((await propfind(origin, '/All/')).status).toBe(207);
  });

  it('needs no client in the configuration where another of the family has signed in', async () => {
    await signIn({ account: 'ada' });
    const mounts = ['ada', 'ben'].map((account) => ({ path: `/${account}`, source: 'library', account }));
    const origin = await serve(...mounts);
    expect((await propfind(origin, '/ada/All/')).status).toBe(207);
    expect((await propfind(origin, '/ben/All/')).text).toContain('photodav login --mount /ben');
    await signIn({ account: 'ben' });
    await eventually(async () => (await propfind(origin, '/ben/All/')).status === 207);
    expect((await propfind(origin, '/ben/All/')).status).toBe(207);
  });

  it('is named in that command where there are several', async () => {
    const origin = await serve({ path: '/ada', ...client() }, { path: '/demo', source: 'demo' });
    expect((await propfind(origin, '/ada/All/')).text).toContain('photodav login --mount /ada');
    expect((await propfind(origin, '/demo/All/')).status).toBe(207);
  });

  it.each([
    ['without a client', { source: 'library' }, /account default, and clientId and clientSecret are not set$/],
    ['without its secret', { source: 'library', clientId: '1-a' }, /account default, and clientSecret is not set$/],
  ])('%s does not start', async (_what, mount, message) => {
    const error = await refusal(serve(mount));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) });
    expect(error.advice).toContain('photodav login');
  });
});

describe('a mount that somebody has signed in to', () => {
  it('needs no client in the configuration', async () => {
    await signIn({ account: 'ada' });
    const origin = await serve({ source: 'library', account: 'ada' });
    expect((await propfind(origin, '/All/')).status).toBe(207);
  });

  it('whose sign-in was revoked answers 503, and takes a new one at once', async () => {
    await signIn({ refreshToken: '1//dead' });
    const origin = await serve(client());
    expect((await propfind(origin, '/All/')).status).toBe(503);
    await signIn();
    await eventually(async () => (await propfind(origin, '/All/')).status === 207);
    expect((await propfind(origin, '/All/')).status).toBe(207);
  });

  it('whose scopes are too few says so at the start', async () => {
    await signIn({ scopes: [PICKER_SCOPE] });
    await serve(client());
    const [line] = recorder.lines.filter(({ missing }) => missing !== undefined);
    expect(line).toMatchObject({ account: 'default', missing: [expect.stringContaining('appcreateddata')] });
  });

  it('uses the token of the configuration, if there is one', async () => {
    await signIn({ refreshToken: '1//dead' });
    const origin = await serve({ ...client(), refreshToken: emulator.ready.refreshToken });
    expect((await propfind(origin, '/All/')).status).toBe(207);
  });
});

describe('two mounts of one account', () => {
  it.each([
    ['different tokens', { refreshToken: '1//one' }, { refreshToken: '1//two' }],
    ['a token at one of them', { refreshToken: '1//one' }, {}],
  ])('with %s do not start', async (_what, one, two) => {
    const account = { ...client(), account: 'ada' };
    const error = await refusal(serve({ path: '/a', ...account, ...one }, { path: '/b', ...account, ...two }));
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toBe('mounts /a and /b have different sign-ins for account ada');
    expect(error.message + error.advice).not.toContain('1//');
  });

  it('of what was picked do not start with different tokens, whether they name the account or not', async () => {
    const picked = { ...client(), source: 'picker' };
    const one = { path: '/a', ...picked, refreshToken: '1//one' };
    const error = await refusal(serve(one, { path: '/b', ...picked, refreshToken: '1//two' }));
    expect([error.code, error.message]).toEqual([
      'CONFIG_INVALID',
      'mounts /a and /b have different sign-ins for account default',
    ]);
  });

  it('with one token start', async () => {
    const account = { ...client(), account: 'ada', refreshToken: emulator.ready.refreshToken };
    const origin = await serve({ path: '/a', ...account }, { path: '/b', ...account });
    expect((await propfind(origin, '/b/All/')).status).toBe(207);
  });
});
