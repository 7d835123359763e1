import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { addressAfter } from '../support/consenting.js';
import { until } from '../support/eventually.js';
import { clientAt, makeHome, run, start, talk } from './photodav.js';

const TOKENS = ['data', 'tokens'];

let home: Awaited<ReturnType<typeof makeHome>>;
let emulator: Emulator;
let env: Readonly<Record<string, string>>;
beforeEach(async () => {
  home = await makeHome();
  emulator = await startEmulator({ items: 5 });
  env = { ...clientAt(emulator), PHOTODAV_DATA_DIR: join(home.path, 'data') };
});
afterEach(async () => {
  await emulator.close();
  await home.remove();
});

const CONSENT = /http:\/\/\S+\/o\/oauth2\/v2\/auth\?\S+(?=\n)/;

/** Signs in as somebody does whose browser is on another machine. */
async function loggedIn(args: readonly string[] = [], more: Readonly<Record<string, string>> = {}) {
  const conversation = talk(home.path, ['login', '--no-browser', ...args], { ...env, ...more });
  const [consent] = await conversation.heard(CONSENT);
  conversation.say((await addressAfter(new URL(consent))).href);
  return conversation.outcome;
}

/** Several mounts need a file, where each names the client itself. */
async function mounted(mounts: readonly object[]): Promise<readonly string[]> {
  const { clientId, clientSecret } = emulator.ready;
  const named = mounts.map((mount) => ({ ...mount, clientId, clientSecret }));
  await writeFile(join(home.path, 'several.json'), JSON.stringify({ mounts: named }));
  env = { ...env, PHOTODAV_CLIENT_ID: '', PHOTODAV_CLIENT_SECRET: '' };
  return ['--config', 'several.json'];
}

const files = () => readdir(join(home.path, ...TOKENS)).catch(() => []);

async function secrets(): Promise<readonly string[]> {
  const texts = await Promise.all((await files()).map((name) => readFile(join(home.path, ...TOKENS, name), 'utf8')));
  const stored = texts.map((text) => JSON.parse(text) as Record<string, string>);
  return stored.flatMap(({ accessToken = '', refreshToken = '', clientSecret = '' }) => [
    accessToken,
    refreshToken,
    clientSecret,
  ]);
}

describe('photodav login', () => {
  it('keeps what a pasted address grants, says what there is to see, and shows no secret', async () => {
    const { code, stdout, stderr } = await loggedIn();
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout:
        `Signed in: account default, OAuth client ${emulator.ready.clientId}\n` +
        '/: there is something to see. Next: `photodav serve`\n',
    });
    const [file] = await files();
    expect((await stat(join(home.path, ...TOKENS, file!))).mode & 0o777).toBe(0o600);
    const known = await secrets();
    expect(known.every((secret) => secret.length > 10)).toBe(true);
    expect(known.filter((secret) => (stdout + stderr).includes(secret))).toEqual([]);
    expect((await run(home.path, ['albums'], env)).code).toBe(0);
  });

  it.each([
    [
      'library',
      /^\/: there is something to see\.\nNext: `photodav serve --source library` shows what this OAuth client has uploaded\.\n$/,
    ],
    [
      'picker',
      /^\/: Nothing has been picked yet\. Run `photodav pick` on the machine that runs photodav.*\nNext: `photodav pick --source picker` chooses photos, and `photodav serve --source picker` shows them\.\n$/,
    ],
  ])('names the source again where a flag alone has named it: %s', async (source, next) => {
    const { stdout } = await loggedIn(['--source', source]);
    expect(stdout.slice(stdout.indexOf('\n') + 1)).toMatch(next);
  });

  it('says what to do where Google shows an error, which never comes back', async () => {
    const { stderr } = await loggedIn();
    expect(stderr).toContain('Where that page shows an error instead, docs/google-cloud.md says what it means');
  });

  it('takes the browser of this machine where nobody can paste', async () => {
    const login = start(home.path, ['login', '--no-browser'], env);
    let said = '';
    login.child.stderr!.on('data', (text: string) => (said += text));
    await until(() => CONSENT.test(said));
    const page = await fetch(CONSENT.exec(said)![0]);
    expect(await page.text()).toContain('<h1>Signed in</h1>');
    expect((await login.outcome).code).toBe(0);
  });

  // What opens an address elsewhere cannot be told by variables.
  (process.platform === 'linux' ? it : it.skip)('opens the browser, which brings the answer back', async () => {
    const browser = join(home.path, 'browser');
    const visit = 'fetch(process.argv[1]).then((page) => page.text())';
    await writeFile(browser, `#!/bin/sh\nexec '${process.execPath}' -e '${visit}' "$1"\n`, { mode: 0o755 });
    // No browser that is installed here is found.
    const desktop = { DISPLAY: ':99', BROWSER: browser, XDG_DATA_DIRS: home.path };
    const { code, stderr } = await run(home.path, ['login'], { ...env, ...desktop });
    expect([code, await files()]).toEqual([0, [expect.any(String)]]);
    expect(stderr).toMatch(/^The browser shows Google's consent page/m);
  });

  it('asks Google through the proxy that is configured', async () => {
    const tls = await startEmulator({ items: 5, tls: true });
    try {
      const { proxy, caFile, clientId, clientSecret, api } = tls.ready;
      const conversation = talk(home.path, ['login', '--no-browser'], {
        ...{ PHOTODAV_CLIENT_ID: clientId, PHOTODAV_CLIENT_SECRET: clientSecret },
        ...{ PHOTODAV_DATA_DIR: join(home.path, 'data'), HTTPS_PROXY: proxy!, NODE_EXTRA_CA_CERTS: caFile! },
      });
      const [, query] = await conversation.heard(/https:\/\/accounts\.google\.com\/o\/oauth2\/v2\/auth(\S+)\n/);
      conversation.say((await addressAfter(new URL(`${api}/o/oauth2/v2/auth${query!}`))).href);
      expect([(await conversation.outcome).code, await files()]).toEqual([0, [expect.any(String)]]);
    } finally {
      await tls.close();
    }
  });

  it('says when a sign-in of Testing mode ends, and how to make one that lasts', async () => {
    emulator.levers.testingMode = true;
    const { code, stderr } = await loggedIn();
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: this sign-in ends on \d{4}-\d\d-\d\d: .*Testing.*\nadvice: press "Publish app"/m);
  });

  it.each([
    ['where no source is named', [], true],
    ['and not for a source that is named', ['--source', 'picker'], false],
  ])('says that it is for the library %s, and how to have the photos there are', async (_where, args, isTold) => {
    const { stderr } = await loggedIn(args);
    const told =
      /^This signs in for the source library, which shows what this OAuth client has uploaded, .*\nFor .*--source picker/;
    expect(told.test(stderr)).toBe(isTold);
  });

  it('says why there may be nothing to see', async () => {
    emulator.levers.emptied = true;
    expect((await loggedIn()).stdout).toContain('/: Since 31 March 2025');
  });

  it('keeps the sign-in where the API is not enabled, and says so', async () => {
    emulator.fail({ route: 'mediaItems', count: 1, apiDisabled: true });
    const { code, stderr } = await loggedIn();
    expect([code, await files()]).toEqual([0, [expect.any(String)]]);
    expect(stderr).toMatch(/^warning: \/ cannot be shown yet: .*\nadvice: .*enable/m);
  });

  it('asks for what each mount of the account needs', async () => {
    const paths = await mounted([
      { path: '/own', source: 'library' },
      { path: '/picked', source: 'picker' },
      { path: '/mother', source: 'picker', account: 'mother' },
    ]);
    const both = await loggedIn([...paths, '--mount', '/picked']);
    expect(both.stderr).toMatch(
      /scope=\S*photoslibrary\.readonly\.appcreateddata\S*photospicker\.mediaitems\.readonly/,
    );
    expect(both.stdout.split('\n').map((line) => line.split(':')[0])).toEqual(['Signed in', '/own', '/picked', '']);
    // Else Google would give no refresh token at first.
    emulator.revokeTokens();
    const mother = await loggedIn([...paths, '--account', 'mother']);
    expect(mother.stdout).toContain('account mother');
    expect(mother.stderr).not.toContain('photoslibrary');
    expect(await files()).toHaveLength(2);
    const { code, stderr } = await run(home.path, ['login', '--no-browser', ...paths], env);
    expect([code, stderr]).toEqual([2, expect.stringContaining('choose one of /own, /picked, /mother')]);
  });

  it('says that a token in the configuration goes before it', async () => {
    const { stderr } = await loggedIn([], { PHOTODAV_REFRESH_TOKEN: emulator.ready.refreshToken });
    expect(stderr).toContain('warning: / has a token in the configuration');
  });

  it('ends with 130 and leaves nothing when it is interrupted', async () => {
    const conversation = talk(home.path, ['login', '--no-browser'], env);
    await conversation.heard(CONSENT);
    conversation.child.kill('SIGINT');
    expect((await conversation.outcome).code).toBe(130);
    expect(await files()).toEqual([]);
  });

  it('ends with 4 and an advice where consent is refused', async () => {
    emulator.levers.denyConsent = true;
    const { code, stderr } = await loggedIn();
    expect(code).toBe(4);
    expect(stderr).toMatch(/^error: .*access_denied.*\nadvice: .*photodav login/m);
  });

  it('ends with 4 where a box was not ticked, names it, and keeps nothing', async () => {
    const picker = 'https://www.googleapis.com/auth/photospicker.mediaitems.readonly';
    emulator.levers.untickedScopes = [picker];
    const paths = await mounted(['library', 'picker'].map((source) => ({ path: `/${source}`, source })));
    const { code, stderr } = await loggedIn(paths);
    expect([code, await files()]).toEqual([4, []]);
    expect(stderr).toContain(`error: google photos: not granted: ${picker}`);
  });

  it.each<[string, Readonly<Record<string, string>>, RegExp]>([
    [
      'there is no client',
      { PHOTODAV_CLIENT_ID: '', PHOTODAV_CLIENT_SECRET: '' },
      /no OAuth client\nadvice: .*--guide/,
    ],
    ['the client has no secret', { PHOTODAV_CLIENT_SECRET: '' }, /missing clientSecret\nadvice: .*--guide/],
    [
      'the client id is none',
      { PHOTODAV_CLIENT_ID: 'my-photos-1234' },
      /is the id of the project\nadvice: copy it from/,
    ],
    [
      'the demo is mounted',
      { PHOTODAV_SOURCE: 'demo', PHOTODAV_CLIENT_ID: '', PHOTODAV_CLIENT_SECRET: '' },
      /nobody signs in/,
    ],
  ])('ends with 2 where %s', async (_what, over, expected) => {
    const { code, stdout, stderr } = await run(home.path, ['login', '--no-browser'], { ...env, ...over });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(expected);
  });
});

describe('photodav logout', () => {
  it('says that the client is gone too where nothing else knows it', async () => {
    await loggedIn();
    expect(
      (await run(home.path, ['logout'], { ...env, PHOTODAV_CLIENT_ID: '', PHOTODAV_CLIENT_SECRET: '' })).stderr,
    ).toMatch(
      /\nnote: the OAuth client is removed with its last sign-in: .* import its file, client_secret_….json, again\n/,
    );
    await loggedIn(['--source', 'library']);
    expect((await run(home.path, ['logout'], env)).stderr).not.toContain('OAuth client is removed');
  });

  it('revokes and removes the sign-in, and says what that means', async () => {
    await loggedIn();
    const { code, stdout, stderr } = await run(home.path, ['logout'], env);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `Signed out: account default, OAuth client ${emulator.ready.clientId}\n`,
    });
    expect(stderr).toContain("the client's whole project");
    expect(stderr).toContain('note: / answers 503');
    expect([await files(), emulator.counters().revoke]).toEqual([[], 1]);
    expect((await run(home.path, ['albums'], env)).code).toBe(4);
  });

  it('says that what was picked and pinned stays, and that it can be deleted after another sign-in', async () => {
    emulator.levers.pollIntervalMs = 50;
    env = { ...env, PHOTODAV_SOURCE: 'picker' };
    await loggedIn();
    const picking = start(home.path, ['pick', '--folder', 'Summer', '--pin'], env);
    await until(() => emulator.pickingSessions().length === 1 || picking.child.exitCode !== null);
    emulator.pick(emulator.pickingSessions()[0]?.id ?? '', { count: 2 });
    expect((await picking.outcome).code).toBe(0);
    expect((await run(home.path, ['logout'], env)).stderr).toContain(
      'note: 1 pick stays on this machine, with the photos that are pinned; ' +
        'to delete them, sign in again and run `photodav picks remove FOLDER`\n',
    );
    expect((await loggedIn()).code).toBe(0);
    expect((await run(home.path, ['picks', 'remove', 'Summer', '--yes'], env)).code).toBe(0);
    expect((await run(home.path, ['logout'], env)).stderr).not.toContain('stay');
  });

  it('removes it also where Google cannot be told, and says where that is done by hand', async () => {
    await loggedIn();
    emulator.fail({ route: 'revoke', count: 1, status: 503 });
    const { code, stderr } = await run(home.path, ['logout'], env);
    expect([code, await files()]).toEqual([0, []]);
    expect(stderr).toMatch(
      /^warning: Google could not be told.*\nadvice: .*https:\/\/myaccount\.google\.com\/connections/m,
    );
  });

  it('ends with 2 where nobody is signed in, and names who is', async () => {
    await loggedIn(['--account', 'mother']);
    const { code, stderr } = await run(home.path, ['logout'], env);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^error: account default is not signed in\nadvice: .*mother/),
    ]);
  });
});
