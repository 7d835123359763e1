import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { freePort } from '../support/free-port.js';
import { makeHome, pipe, run, start, talk, type Outcome, type Running } from './photodav.js';

let emulator: Emulator;
let home: Awaited<ReturnType<typeof makeHome>>;
beforeAll(async () => {
  emulator = await startEmulator({ items: 20 });
});
afterAll(() => emulator.close());
beforeEach(async () => {
  home = await makeHome();
});
afterEach(() => home.remove());

interface SignedIn {
  readonly clientId: string;
  readonly refreshToken: string;
  readonly scopes: readonly string[];
}

const tokens = () => join(home.path, '.local', 'share', 'photodav', 'tokens');

async function kept(): Promise<readonly SignedIn[]> {
  const names = await readdir(tokens()).catch(() => []);
  const texts = names.filter((name) => name.endsWith('.json')).map((name) => readFile(join(tokens(), name), 'utf8'));
  return (await Promise.all(texts)).map((text) => JSON.parse(text) as SignedIn);
}

const place = () => ({ PHOTODAV_GOOGLE_ENDPOINT: emulator.ready.api });
const clientKeys = () => ({
  PHOTODAV_CLIENT_ID: emulator.ready.clientId,
  PHOTODAV_CLIENT_SECRET: emulator.ready.clientSecret,
});

async function importing(
  text: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const file = join(home.path, 'import');
  await writeFile(file, text, { mode: 0o600 });
  return run(home.path, ['login', '--source', 'library', '--import', file, ...args], { ...place(), ...env });
}

const tokenJson = () =>
  JSON.stringify({
    access_token: 'ya29.old',
    token_type: 'Bearer',
    refresh_token: emulator.ready.refreshToken,
    expiry: '2019-06-28T17:38:04.644930156+01:00',
  });
const blob = () =>
  Buffer.from(
    JSON.stringify({
      token: tokenJson(),
      client_id: emulator.ready.clientId,
      client_secret: emulator.ready.clientSecret,
    }),
  )
    .toString('base64')
    .replace(/=+$/, '');
const section = () =>
  [
    '[gphotos]',
    'type = google photos',
    `client_id = ${emulator.ready.clientId}`,
    `client_secret = ${emulator.ready.clientSecret}`,
    'read_only = true',
    'start_year = 2001',
    'batch_mode = sync',
    `token = ${tokenJson()}`,
    '',
  ].join('\n');
const storage = (over: object = {}) => ({
  mount_path: '/photos',
  driver: 'GooglePhoto',
  cache_expiration: 30,
  webdav_policy: 'use_proxy_url',
  down_proxy_url: 'https://worker.example',
  addition: JSON.stringify({
    root_folder_id: 'share_albums',
    refresh_token: emulator.ready.refreshToken,
    client_id: emulator.ready.clientId,
    client_secret: emulator.ready.clientSecret,
    show_archive: true,
  }),
  ...over,
});
const clientFile = (kind: 'installed' | 'web', redirectUri: string) =>
  JSON.stringify({
    [kind]: {
      client_id: emulator.ready.clientId,
      client_secret: emulator.ready.clientSecret,
      redirect_uris: [redirectUri],
    },
  });

describe('photodav login --import keeps what works', () => {
  it.each<[string, () => string, boolean]>([
    ['what rclone authorize prints', () => `Paste --->\r\n${tokenJson()}\r\n<---End paste\r\n`, true],
    ['base64 of a map', () => `Paste --->\n${blob()}\n<---End paste\n`, false],
    ['a section of rclone.conf', section, false],
    ['a backup of AList', () => JSON.stringify({ storages: [{ driver: 'Local' }, storage()] }), false],
    ['a storage of AList', () => JSON.stringify(storage()), false],
    ['a refresh token alone', () => emulator.ready.refreshToken, true],
  ])('of %s', async (_name, text, needsClient) => {
    const { code, stdout, stderr } = await importing(text(), [], needsClient ? clientKeys() : {});
    expect([code, stderr.includes('error:')]).toEqual([0, false]);
    expect(stdout).toContain(`OAuth client ${emulator.ready.clientId}`);
    const { clientId, refreshToken } = emulator.ready;
    expect(await kept()).toMatchObject([{ clientId, refreshToken }]);
    for (const secret of [emulator.ready.refreshToken, emulator.ready.clientSecret]) {
      expect(stdout + stderr).not.toContain(secret);
    }
  });

  it('from standard input', async () => {
    await writeFile(join(home.path, 'config.json'), JSON.stringify({ google: { endpoint: emulator.ready.api } }));
    const args = ['login', '--source', 'library', '--config', 'config.json', '--import', '-'];
    const { code, stderr } = await pipe(home.path, args, section());
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('error:')]);
    expect(await kept()).toHaveLength(1);
  });

  it('and then the library is served without another word in the configuration', async () => {
    await importing(section());
    const { code, stdout } = await run(home.path, ['albums', '--source', 'library'], place());
    expect([code, stdout === '']).toEqual([0, false]);
  });
});

describe('photodav login --import with a client signs in by the browser', () => {
  it.each(['installed', 'web'] as const)('of a file with %s', async (kind) => {
    const redirectUri = kind === 'web' ? `http://127.0.0.1:${await freePort()}/back` : 'http://localhost';
    const file = join(home.path, 'client_secret.json');
    await writeFile(file, clientFile(kind, redirectUri), { mode: 0o600 });
    const args = ['login', '--source', 'library', '--no-browser', '--import', file];
    const running = start(home.path, args, place());
    const consents = agreeing(running);
    expect((await running.outcome).code).toBe(0);
    expect(await kept()).toMatchObject([{ clientId: emulator.ready.clientId }]);
    const answered = new URL(consents[0]?.searchParams.get('redirect_uri') ?? 'about:blank');
    if (kind === 'web') expect(answered.href).toBe(redirectUri);
    else expect(answered.hostname).toBe('127.0.0.1');
  });

  it('of standard input, where nothing can be pasted then', async () => {
    const talking = talk(home.path, ['login', '--source', 'library', '--no-browser', '--import', '-'], place());
    agreeing(talking);
    talking.say(clientFile('installed', 'http://localhost').replaceAll('\n', ' '));
    talking.leave();
    const { code, stderr } = await talking.outcome;
    expect(code).toBe(0);
    expect(stderr).toContain('Open this address in a browser of this machine:');
    expect(stderr).not.toContain('press Enter');
  });
});

/** Opens each address that the program asks for, as a browser would; the emulator consents. */
function agreeing({ child }: Running): readonly URL[] {
  const consents: URL[] = [];
  let text = '';
  child.stderr?.on('data', (chunk: string) => {
    text += chunk;
    const addresses = [...text.matchAll(/^\s+(http\S+)\n/gm)].map(([, address = '']) => new URL(address));
    for (const consent of addresses.slice(consents.length)) {
      consents.push(consent);
      void fetch(consent);
    }
  });
  return consents;
}

describe('options that came along', () => {
  const mountIn = (stdout: string): unknown => JSON.parse(/^\{[^]*^\}/m.exec(stdout)?.[0] ?? '');

  it('of rclone are printed as a mount; what has no option is told', async () => {
    const { stdout, stderr } = await importing(section());
    expect(mountIn(stdout)).toEqual({
      mounts: [{ path: '/', source: 'library', account: 'default', layout: 'rclone', startYear: 2001 }],
    });
    expect(stderr).toContain('note: not taken over: batch_mode, for which there is no option\n');
  });

  it('of AList too, without what photodav would refuse', async () => {
    const { stdout, stderr } = await importing(JSON.stringify([storage()]));
    expect(mountIn(stdout)).toEqual({
      mounts: [
        {
          path: '/photos',
          source: 'library',
          account: 'default',
          layout: 'alist',
          includeArchived: true,
          delivery: { policy: 'proxy-url', proxyUrl: 'https://worker.example' },
        },
      ],
      catalog: { ttl: '30m' },
    });
    expect(stderr).toMatch(/note: not taken over: rootFolderId \(root_folder_id\).*31 March 2025/);
    expect(stderr).toContain('delivery.linkToken');
  });

  it('make a configuration that starts', async () => {
    const { stdout } = await importing(JSON.stringify([storage()]));
    await writeFile(join(home.path, 'config.json'), JSON.stringify(mountIn(stdout)));
    const shown = await run(home.path, ['config', 'show', '--config', 'config.json'], place());
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining('worker.example') as unknown });
  });
});

describe('photodav login --import keeps nothing, and says why, if', () => {
  const refused = async (outcome: Promise<Outcome>): Promise<readonly unknown[]> => {
    const { code, stdout, stderr } = await outcome;
    expect(await kept()).toEqual([]);
    expect(stdout).toBe('');
    return [code, stderr];
  };

  it('Google refuses the token', async () => {
    const text = section().replaceAll(emulator.ready.refreshToken, '1//0revoked');
    const [code, stderr] = await refused(importing(text));
    expect([code, stderr]).toEqual([4, expect.stringMatching(/invalid_grant[^]*works no more/)]);
  });

  it('the secret is wrong', async () => {
    const [code, stderr] = await refused(importing(section().replace('GOCSPX-', 'GOCSPX-x')));
    expect([code, stderr]).toEqual([4, expect.stringMatching(/invalid_client[^]*secret was replaced/)]);
  });

  it('the client of a token is not known', async () => {
    const [code, stderr] = await refused(importing(tokenJson()));
    expect([code, stderr]).toEqual([2, expect.stringMatching(/which OAuth client[^]*PHOTODAV_CLIENT_ID/)]);
  });

  it('another client is configured', async () => {
    const keys = { PHOTODAV_CLIENT_ID: '9-x.apps.googleusercontent.com', PHOTODAV_CLIENT_SECRET: 'GOCSPX-x' };
    const [code, stderr] = await refused(importing(section(), [], keys));
    expect([code, stderr]).toEqual([2, expect.stringMatching(/another OAuth client/)]);
  });

  it('it is damaged', async () => {
    const [code, stderr] = await refused(importing('{"installed":{"client_id":"1'));
    expect([code, stderr]).toEqual([
      2,
      'error: cannot import JSON that is cut or damaged\nadvice: import the whole of it, from the first brace to the last\n',
    ]);
  });

  it('the file is not there, or far too large', async () => {
    const absent = await refused(run(home.path, ['login', '--import', 'nowhere'], place()));
    expect(absent).toEqual([2, expect.stringMatching(/cannot read nowhere/)]);
    const large = await refused(importing('x'.repeat(5 * 1024 * 1024)));
    expect(large).toEqual([2, expect.stringMatching(/more than 4 MiB/)]);
  });

  it('its remotes have names that would steer the terminal', async () => {
    const remote = { type: 'google photos', token: tokenJson() };
    const [code, stderr] = await refused(importing(JSON.stringify({ '\u001b[2Ja\u009b': remote, b: remote })));
    expect(stderr).toContain('--remote: \uFFFD[2Ja\uFFFD, b\n');
    expect(code).toBe(2);
  });

  it('--remote stands alone', async () => {
    const [code, stderr] = await refused(run(home.path, ['login', '--remote', 'x'], place()));
    expect([code, stderr]).toEqual([2, expect.stringMatching(/there is no --import/)]);
  });
});

it('a file that others may read is told', async () => {
  const file = join(home.path, 'rclone.conf');
  await writeFile(file, section());
  await chmod(file, 0o644);
  const { code, stderr } = await run(home.path, ['login', '--source', 'library', '--import', file], place());
  expect([code, stderr]).toEqual([
    0,
    expect.stringContaining('warning: other users of this machine may read that file'),
  ]);
});

describe('photodav login --guide', () => {
  it('prints the steps for what is configured, and asks nobody', async () => {
    const { code, stdout, stderr } = await run(home.path, ['login', '--guide', '--source', 'library'], place());
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Enable the Photos Library API');
    expect(stdout).toContain('docs/google-cloud.md');
  });
});
