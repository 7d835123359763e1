import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createApp, type App } from '../../src/app.js';
import { createPolicies } from '../../src/app/policies.js';
import type { MountedLibrary } from '../../src/app/libraries.js';
import { loadConfig } from '../../src/config/load.js';
import { judgeSign } from '../../src/delivery/sign.js';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { hashPassword } from '../../src/http/password.js';
import { createLog } from '../../src/log.js';
import type { ResourceTree } from '../../src/tree/resource.js';
import { DavSource } from '../support/dav-source.js';
import { ask, propfind, type Reply } from '../support/http-client.js';
import { ManualClock } from '../support/manual-clock.js';
import { readMultistatus } from '../support/multistatus.js';

const SIGN_IN = { Authorization: `Basic ${Buffer.from('ann:secret').toString('base64')}` };

describe('mounts with policies of their own', () => {
  let folder: string;
  let emulator: Emulator;
  let app: App;
  let origin: string;
  let name: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'photodav-policies-'));
    emulator = await startEmulator({ items: 3 });
    const { clientId, clientSecret, refreshToken, api } = emulator.ready;
    const account = { clientId, clientSecret, refreshToken };
    const config = {
      dataDir: folder,
      server: { port: 0, basePath: '/dav' },
      google: { endpoint: api },
      users: [{ name: 'ann', passwordHash: await hashPassword('secret') }],
      mounts: [
        { path: '/here', ...account },
        { path: '/google', ...account, delivery: { policy: 'redirect' } },
        { path: '/a worker', ...account, delivery: { policy: 'proxy-url', proxyUrl: 'https://worker.example/' } },
      ],
    };
    const file = join(folder, 'config.json');
    await writeFile(file, JSON.stringify(config));
    const system = { env: {}, platform: 'linux', home: folder, workingFolder: folder } as const;
    const { values } = await loadConfig({ '--config': file }, system);
    app = await createApp(values, { log: createLog({ level: 'silent' }) });
    [{ origin }] = (await app.listen()) as [URL];
    const { text } = await propfind(origin, '/dav/here/All/', { headers: SIGN_IN });
    name = readMultistatus(text)
      .map(({ href }) => href.slice('/dav/here/All/'.length))
      .find((href) => href.endsWith('.jpg'))!;
  });

  afterAll(async () => {
    await app.close();
    await emulator.close();
    await rm(folder, { recursive: true, force: true });
  });

  const get = (mount: string, method = 'GET'): Promise<Reply> =>
    ask(origin, `/dav/${mount}/All/${name}`, { method, headers: { ...SIGN_IN, 'User-Agent': 'rclone/v1.60.1' } });

  it('deliver the same bytes each in its way', async () => {
    const here = await get('here');
    expect(here.status).toBe(200);
    const google = await get('google');
    expect(google.status).toBe(302);
    const { origin: host, pathname, search } = new URL(google.headers.location!);
    expect((await ask(host, pathname + search)).bytes.equals(here.bytes)).toBe(true);
    const { status, headers } = await get('a%20worker');
    expect(status).toBe(302);
    expect(headers.location).toMatch(/^https:\/\/worker\.example\/a%20worker\/All\/[^/]+\?sign=[\w-]+=:\d+$/);
  });

  it('lead to a worker for twelve hours, without the base path, with the token of the data folder', async () => {
    const link = new URL((await get('a%20worker')).headers.location!);
    const token = await readFile(join(folder, 'link-token'), 'utf8');
    const [path, sign] = [decodeURIComponent(link.pathname), link.searchParams.get('sign')!];
    expect(path).toBe(`/a worker/All/${decodeURIComponent(name)}`);
    expect(judgeSign(path, sign, Date.now() + 11.9 * 3_600_000, token)).toBe('good');
    expect(judgeSign(path, sign, Date.now() + 12.1 * 3_600_000, token)).toBe('expired');
  });

  it.each(['here', 'google', 'a%20worker'])('answer HEAD in %s themselves', async (mount) => {
    const { status, headers } = await get(mount, 'HEAD');
    expect([status, headers['content-length']]).toEqual([200, (await get('here')).headers['content-length']]);
  });

  it('are counted by policy, for who is signed in', async () => {
    expect((await ask(origin, '/dav/.photodav/metrics')).status).toBe(401);
    const { status, text } = await ask(origin, '/dav/.photodav/metrics', { headers: SIGN_IN });
    expect(status).toBe(200);
    expect(text).toMatch(/^photodav_deliveries_total\{policy="redirect",outcome="redirect"\} [1-9]/m);
    expect(text).toMatch(/^photodav_deliveries_total\{policy="native-proxy",outcome="stream"\} [1-9]/m);
    expect(text).not.toContain('a worker');
  });
});

describe('a worker', () => {
  let folder: string;
  let emulator: Emulator;
  let app: App;
  let origin: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'photodav-hidden-'));
    emulator = await startEmulator({ items: 3 });
    const { clientId, clientSecret, refreshToken, api } = emulator.ready;
    const account = { clientId, clientSecret, refreshToken };
    const delivery = { policy: 'proxy-url', proxyUrl: 'https://worker.example/' };
    const all = { ...account, rootFolderId: 'all' };
    const passwordHash = await hashPassword('secret');
    const config = {
      dataDir: folder,
      server: { port: 0 },
      google: { endpoint: api },
      users: [
        { name: 'ann', passwordHash },
        { name: 'bob', passwordHash, mounts: ['/small', '/kept', '/same'] },
      ],
      mounts: [
        { path: '/small', ...account, delivery: { ...delivery, rendition: '320x240' } },
        { path: '/small/All', ...all, delivery },
        { path: '/kept', ...account, delivery },
        { path: '/kept/All', ...all },
        { path: '/same', ...account, delivery },
        { path: '/same/All', ...all, delivery },
      ],
    };
    const file = join(folder, 'config.json');
    await writeFile(file, JSON.stringify(config));
    const system = { env: {}, platform: 'linux', home: folder, workingFolder: folder } as const;
    const { values } = await loadConfig({ '--config': file }, system);
    app = await createApp(values, { log: createLog({ level: 'silent' }) });
    [{ origin }] = (await app.listen()) as [URL];
  });

  afterAll(async () => {
    await app.close();
    await emulator.close();
    await rm(folder, { recursive: true, force: true });
  });

  const signIn = (user: string) => ({ Authorization: `Basic ${Buffer.from(`${user}:secret`).toString('base64')}` });

  async function statusFor(user: string, mount: string): Promise<number> {
    const { text } = await propfind(origin, `${mount}/All/`, { headers: signIn(user) });
    const href = readMultistatus(text)
      .map((each) => each.href)
      .find((each) => each.endsWith('.jpg'))!;
    return (await ask(origin, href, { headers: { ...signIn(user), 'User-Agent': 'rclone/v1.60.1' } })).status;
  }

  it.each([
    ['bob', '/small', 200, 'the original in a hidden mount, where bob sees a rendition'],
    ['ann', '/small', 302, 'the original that ann sees'],
    ['bob', '/kept', 200, 'nothing, for the hidden mount is not for workers'],
    ['ann', '/kept', 200, 'nothing, for the mount is not for workers'],
    ['bob', '/same', 302, 'the bytes that bob sees, through a hidden mount'],
  ])('of %s in %s/All: %i, for it would find %s', async (user, mount, status) => {
    expect(await statusFor(user, mount)).toBe(status);
  });
});

describe('the policy of a path', () => {
  const mount = (path: string, policy: string, source: DavSource): MountedLibrary =>
    ({ mount: { path, delivery: { policy } }, catalog: { source } }) as unknown as MountedLibrary;
  const [one, other] = [linked(), linked()];
  const policyFor = createPolicies(
    [mount('/', 'native-proxy', one), mount('/All', 'redirect', other), mount('/Caf\u00e9/2024', 'redirect', one)],
    { linkLifeMs: 1, redirectClients: [], idleTimeoutMs: 1 },
    {
      linkToken: 'a-token-of-32-bytes-or-more-0123',
      tree: {} as ResourceTree,
      clock: new ManualClock(),
      log: createLog({ level: 'silent' }),
    },
  );

  it.each([
    [['x.jpg'], one, 'native-proxy'],
    [['All', 'x.jpg'], other, 'redirect'],
    [['All', 'x.jpg'], one, 'native-proxy'],
    [['Café', '2024', 'x.jpg'], one, 'redirect'],
    [['Cafe\u0301', '2024', 'x.jpg'], one, 'redirect'],
    [['Café', 'x.jpg'], one, 'native-proxy'],
  ])('%j is that of the mount which shows it, hidden ones left out', (segments, source, policy) => {
    expect(policyFor(segments, source).name).toBe(policy);
  });
});

function linked(): DavSource {
  return Object.assign(new DavSource(), { link: () => Promise.reject(new Error('not asked here')) });
}
