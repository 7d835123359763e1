import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createApp, type App } from '../../src/app.js';
import { SYSTEM_CLOCK } from '../../src/clock.js';
import { loadConfig } from '../../src/config/load.js';
import { createWorker, type Worker } from '../../src/edge/worker.js';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { createLog } from '../../src/log.js';
import { ask, propfind, type Reply } from '../support/http-client.js';
import { makeLibrary, type LibraryFacts } from '../support/library.js';
import { Recorder } from '../support/log-lines.js';
import { readMultistatus } from '../support/multistatus.js';

const TOKEN = 'a-token-of-the-gateway';
const BASE = '/dav';
/** Where the gateway sends clients; what stands behind that name is the test's to say. */
const PROXY_URL = 'https://worker.example/';

let folder: string;
let facts: LibraryFacts;
let emulator: Emulator;
let app: App;
let gateway: string;
let worker: Worker;
let origin: string;
const recorder = new Recorder();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photodav-chain-'));
  const library = join(folder, 'library');
  facts = await makeLibrary(library, { videos: 'short' });
  emulator = await startEmulator({ library });
  const { api, clientId, clientSecret, refreshToken } = emulator.ready;
  const account = { source: 'library', clientId, clientSecret, refreshToken };
  const delivery = { policy: 'proxy-url', proxyUrl: PROXY_URL };
  const file = {
    server: { port: 0, basePath: BASE },
    google: { endpoint: api },
    catalog: { store: 'memory' },
    dataDir: folder,
    delivery: { linkToken: TOKEN },
    mounts: [{ path: '/Été', ...account, delivery }],
  };
  await writeFile(join(folder, 'config.json'), JSON.stringify(file));
  const system = { env: {}, platform: 'linux', home: folder, workingFolder: folder } as const;
  const { values } = await loadConfig({ '--config': join(folder, 'config.json') }, system);
  const log = createLog({ level: 'debug', destination: recorder });
  app = await createApp(values, { log });
  gateway = (await app.listen())[0]!.origin;
  worker = createWorker({
    gateway: new URL(gateway),
    linkToken: TOKEN,
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    googleEndpoint: new URL(api),
    proxy: {},
    idleTimeoutMs: 30_000,
    clock: SYSTEM_CLOCK,
    log,
  });
  origin = (await worker.listen())[0]!.origin;
});

afterAll(async () => {
  await worker.close();
  await app.close();
  await emulator.close();
  await rm(folder, { recursive: true, force: true });
});

const asRclone = { 'User-Agent': 'rclone/v1.60.1' };

async function hrefs(): Promise<readonly string[]> {
  const { text } = await propfind(gateway, `${BASE}/${encodeURIComponent('Été')}/All/`);
  return readMultistatus(text)
    .map(({ href }) => href)
    .filter((href) => !href.endsWith('/'));
}

/** The target at the worker, for what the gateway redirects. */
async function linkOf(href: string): Promise<string> {
  const { status, headers } = await ask(gateway, href, { headers: asRclone });
  expect(status).toBe(302);
  expect(headers.location).toMatch(/^https:\/\/worker\.example\//);
  return headers.location!.slice(PROXY_URL.length - 1);
}

const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

async function follow(href: string, headers: Record<string, string> = {}): Promise<Reply> {
  return ask(origin, await linkOf(href), { headers });
}

it('every item comes through the worker as through the gateway, whatever its name, and none through the gateway', async () => {
  const digests: string[] = [];
  for (const href of await hrefs()) {
    const { status, bytes, headers } = await follow(href);
    const [name] = /filename.*$/.exec(String(headers['content-disposition'])) ?? [];
    expect([status, name]).toEqual([200, expect.anything()]);
    digests.push(digest(bytes));
  }
  expect(digests.sort()).toEqual(facts.files.map(({ sha256 }) => sha256).sort());
  const metrics = (await ask(gateway, `${BASE}/.photodav/metrics`)).text;
  expect(metrics).toContain('photodav_media_bytes_total 0\n');
});

it('a video is cut where the client asks for it', async () => {
  const href = (await hrefs()).find((each) => each.endsWith('.mp4'))!;
  const whole = (await follow(href)).bytes;
  const { status, bytes } = await follow(href, { Range: 'bytes=1000-1999' });
  expect(status).toBe(206);
  expect(bytes.equals(whole.subarray(1000, 2000))).toBe(true);
});

it('a sign that the gateway gave opens no other path, and asks nobody', async () => {
  const [one = '', other = ''] = await hrefs();
  const [path = ''] = (await linkOf(one)).split('?');
  const [, sign = ''] = (await linkOf(other)).split('?');
  emulator.resetCounters();
  expect((await ask(origin, `${path}?${sign}`)).status).toBe(403);
  expect(emulator.requests).toHaveLength(0);
});

it('base URLs that expire are renewed by both', async () => {
  const [href = ''] = await hrefs();
  const target = await linkOf(href);
  const before = await ask(origin, target);
  emulator.expireBaseUrls();
  const after = await ask(origin, target);
  expect([after.status, digest(after.bytes)]).toEqual([200, digest(before.bytes)]);
});

it('no log of either tells a sign, the token or a base URL', () => {
  const text = JSON.stringify(recorder.lines);
  expect(recorder.lines.length).toBeGreaterThan(facts.files.length);
  for (const secret of ['sign=', TOKEN, '/lr/', 'Bearer']) expect(text).not.toContain(secret);
});
