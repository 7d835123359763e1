import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createApp, type App } from '../../src/app.js';
import { loadConfig } from '../../src/config/load.js';
import { signPath } from '../../src/delivery/sign.js';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { hashPassword } from '../../src/http/password.js';
import { createLog } from '../../src/log.js';
import { ask, propfind, type Reply } from '../support/http-client.js';
import { makeLibrary, PLAIN_ALBUM, VIDEO_ALBUM, type LibraryFacts } from '../support/library.js';
import { Recorder } from '../support/log-lines.js';
import { readMultistatus } from '../support/multistatus.js';
import { settled } from '../support/settled.js';
import { startStockWorker, type StockWorker } from '../support/stock-worker.js';

const TOKEN = 'token-of-the-stock-workers';
const SIGN_IN = `Basic ${Buffer.from('ada:a:b').toString('base64')}`;
const RCLONE = { 'User-Agent': 'rclone/v1.68.0', Authorization: SIGN_IN };
const HOUR_MS = 3_600_000;

let folder: string;
let facts: LibraryFacts;
let emulator: Emulator;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photodav-workers-'));
  await mkdir(join(folder, 'library'));
  facts = await makeLibrary(join(folder, 'library'), { videos: 'short' });
  emulator = await startEmulator({ library: join(folder, 'library') });
});

afterAll(async () => {
  await emulator.close();
  await rm(folder, { recursive: true, force: true });
});

describe.each(['alist', 'openlist'] as const)('a stock worker of %s', (kind) => {
  let worker: StockWorker;
  let app: App;
  let origin: string;
  let recorder: Recorder;

  beforeAll(async () => {
    worker = await startStockWorker({ kind, token: TOKEN });
    const { clientId, clientSecret, refreshToken } = emulator.ready;
    const account = { source: 'library', clientId, clientSecret, refreshToken };
    const path = join(folder, `${kind}.json`);
    await writeFile(
      path,
      JSON.stringify({
        server: { port: 0, basePath: '/photos' },
        google: { endpoint: emulator.ready.api },
        catalog: { store: 'memory' },
        dataDir: join(folder, kind),
        delivery: { linkToken: TOKEN },
        users: [{ name: 'ada', passwordHash: await hashPassword('a:b') }],
        mounts: [
          { path: '/', ...account, delivery: { policy: 'proxy-url', proxyUrl: worker.address } },
          { path: '/kept', ...account },
        ],
      }),
    );
    const system = { env: {}, platform: 'linux', home: folder, workingFolder: folder } as const;
    const { values } = await loadConfig({ '--config': path }, system);
    recorder = new Recorder();
    app = await createApp(values, { log: createLog({ level: 'debug', destination: recorder }) });
    const [url] = await app.listen();
    origin = url!.origin;
    worker.gateway = origin;
  });
  afterAll(async () => {
    await app.close();
    await worker.close();
  });

  /** Where photodav sends a client, as it stands in the answer. */
  async function redirected(target: string): Promise<string> {
    const reply = await ask(origin, target, { headers: RCLONE });
    expect([target, reply.status]).toEqual([target, 302]);
    return reply.headers.location!;
  }

  function follow(location: string, headers = {}): Promise<Reply> {
    const { pathname, search } = new URL(location);
    expect(location.startsWith(`${worker.address}/`)).toBe(true);
    return ask(worker.address, pathname + search, { headers });
  }

  async function hrefsIn(collection: string): Promise<readonly string[]> {
    const { text } = await propfind(origin, collection, { headers: { Authorization: SIGN_IN } });
    const [, ...members] = readMultistatus(text);
    return members.map(({ href }) => href);
  }

  /** Hrefs of an album's members, with what is known of their bytes. */
  async function members(title: string): Promise<readonly { href: string; sha256: string }[]> {
    const { files } = facts.albums.find((album) => album.title === title)!;
    return (await hrefsIn(`/photos/Albums/${encodeURIComponent(title)}/`)).map((href) => {
      const { sha256 } = files.find(({ filename }) => href.endsWith(`/${filename}`))!;
      return { href, sha256 };
    });
  }

  it.each([PLAIN_ALBUM, VIDEO_ALBUM])('serves what is in "%s", to somebody who never signs in there', async (title) => {
    const files = await members(title);
    expect(files.length).toBeGreaterThanOrEqual(2);
    for (const { href, sha256 } of files) {
      const reply = await follow(await redirected(href));
      expect([href, reply.status, sha256Of(reply.bytes)]).toEqual([href, 200, sha256]);
    }
  });

  it('serves every name that hurts', async () => {
    const { files } = facts.albums.find(({ title }) => title.startsWith('Café'))!;
    const album = (await hrefsIn('/photos/Albums/')).find((href) => decodeURIComponent(href).includes('Café'))!;
    const sums: string[] = [];
    for (const href of await hrefsIn(album)) sums.push(sha256Of((await follow(await redirected(href))).bytes));
    expect(sums.toSorted()).toEqual(files.map(({ sha256 }) => sha256).toSorted());
  });

  it('asks photodav once, and Google once, for each request; a range goes all the way', async () => {
    const { href } = (await members(PLAIN_ALBUM))[0]!;
    const whole = await follow(await redirected(href));
    const before = worker.asked.length;
    const part = await follow(await redirected(href), { Range: 'bytes=100-199' });
    expect([part.status, part.headers['content-range']]).toEqual([206, `bytes 100-199/${whole.bytes.length}`]);
    expect(part.bytes.equals(whole.bytes.subarray(100, 200))).toBe(true);
    expect(worker.asked.slice(before)).toEqual(['POST /api/fs/link', expect.stringMatching(/^GET http/)]);
  });

  it.each<[string, (path: string) => string]>([
    ['has expired', (path) => signPath(path, Date.now() - 1_000, TOKEN)],
    ['is forged', (path) => signPath(path, Date.now() + HOUR_MS, `${TOKEN}x`)],
    ['belongs to another path', () => signPath('/Albums/Films/fast.mp4', Date.now() + HOUR_MS, TOKEN)],
    ['was given another end', (path) => `${signPath(path, Date.now() + HOUR_MS, TOKEN)}0`],
    ['is missing', () => ''],
  ])('refuses a sign that %s, and asks nobody', async (_what, signFor) => {
    const { pathname } = new URL(await redirected((await members(PLAIN_ALBUM))[0]!.href));
    const before = worker.asked.length;
    const counted = await settled(emulator);
    const reply = await follow(`${worker.address}${pathname}?sign=${signFor(decodeURIComponent(pathname))}`);
    expect(JSON.parse(reply.text)).toMatchObject({ code: 401 });
    expect(worker.asked).toHaveLength(before);
    expect(await settled(emulator)).toEqual(counted);
  });

  it.each([
    ['/All/nothing.jpg', 404],
    ['/Albums', 400],
    [`/kept/Albums/${PLAIN_ALBUM}/IMG_0001.jpg`, 403],
  ])('hands on that %s has no link: %i', async (path, code) => {
    const sign = signPath(path, Date.now() + HOUR_MS, TOKEN);
    const reply = await follow(`${worker.address}${encodeURI(path)}?sign=${sign}`);
    expect(JSON.parse(reply.text)).toMatchObject({ code, data: null });
  });

  it('leaves nothing in the log that opens anything', () => {
    const text = JSON.stringify(recorder.lines);
    expect(text).toContain('/api/fs/link');
    for (const secret of [TOKEN, '/lr/', 'sign=', SIGN_IN]) expect(text).not.toContain(secret);
  });
});

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
