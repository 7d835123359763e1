import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createApp, type App } from '../../src/app.js';
import { loadConfig } from '../../src/config/load.js';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { createLog } from '../../src/log.js';
import { Recorder } from '../support/log-lines.js';
import { propfind } from '../support/http-client.js';
import { readMultistatus } from '../support/multistatus.js';

const TRAILER = 1000;

let folder: string;
let emulator: Emulator;
let recorder: Recorder;
let app: App;
let origin: string;
let hrefs: readonly string[];

const mount = (over: object = {}) => {
  const { clientId, clientSecret, refreshToken, gphotosdl } = emulator.ready;
  return { source: 'library', clientId, clientSecret, refreshToken, proxy: gphotosdl, ...over };
};

async function load(...mounts: readonly object[]) {
  const path = join(folder, 'config.json');
  const common = { server: { port: 0 }, google: { endpoint: emulator.ready.api }, catalog: { store: 'memory' } };
  const delivery = { linkToken: 'chosen-by-the-owner' };
  await writeFile(path, JSON.stringify({ ...common, delivery, dataDir: folder, mounts }));
  const system = { env: {}, platform: 'linux', home: folder, workingFolder: folder } as const;
  return (await loadConfig({ '--config': path }, system)).values;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photodav-originals-'));
  emulator = await startEmulator({ items: 12, gphotosdl: true, levers: { originalTrailerBytes: TRAILER } });
  recorder = new Recorder();
  app = await createApp(await load(mount()), { log: createLog({ level: 'warn', destination: recorder }) });
  [{ origin } = { origin: '' }] = await app.listen();
  const { text } = await propfind(origin, '/All/');
  hrefs = readMultistatus(text)
    .filter(({ href }) => href.endsWith('.jpg'))
    .map(({ href }) => href);
});
afterEach(() => {
  emulator.clearFaults();
  emulator.resetCounters();
  emulator.levers.originalTrailerBytes = TRAILER;
});
afterAll(async () => {
  await app.close();
  await emulator.close();
  await rm(folder, { recursive: true, force: true });
});

const downloads = (): number => emulator.counters()['gphotosdl.download'] ?? 0;
const get = async (href: string, range?: string): Promise<[number, Buffer]> => {
  const answer = await fetch(origin + href, range === undefined ? {} : { headers: { range } });
  return [answer.status, Buffer.from(await answer.arrayBuffer())];
};

/** An answer that was cut, or refused where nothing had been sent yet, is no file. */
async function outcomeOf(answer: Promise<readonly [number, Buffer]>): Promise<'failed' | 'whole'> {
  const [status] = await answer.catch(() => [502] as const);
  return status === 502 ? 'failed' : 'whole';
}

describe('a mount in full resolution', () => {
  it('tells no size before an original was opened, and then the right one', async () => {
    const sizeOf = async (href: string) => {
      const { text } = await propfind(origin, '/All/');
      return readMultistatus(text).find((member) => member.href === href)?.found.getcontentlength;
    };
    expect([await sizeOf(hrefs[0]!), downloads()]).toEqual([undefined, 0]);
    const [, bytes] = await get(hrefs[0]!);
    expect(bytes.subarray(-TRAILER).equals(Buffer.alloc(TRAILER))).toBe(true);
    expect(await sizeOf(hrefs[0]!)).toBe(String(bytes.length));
  });

  it('serves four who read ranges at the same time from one download', async () => {
    const ranges = ['bytes=0-99', 'bytes=1000-1999', `bytes=-${TRAILER + 1}`, 'bytes=500-'];
    const parts = await Promise.all(ranges.map(async (range) => get(hrefs[1]!, range)));
    const [, whole] = await get(hrefs[1]!);
    const expected = [
      whole.subarray(0, 100),
      whole.subarray(1000, 2000),
      whole.subarray(-TRAILER - 1),
      whole.subarray(500),
    ];
    expect(parts.map(([status]) => status)).toEqual([206, 206, 206, 206]);
    expect(parts.every(([, part], index) => part.equals(expected[index]!))).toBe(true);
    expect([downloads(), emulator.counters()['media.get'] ?? 0]).toEqual([1, 0]);
  });

  it("serves Google's bytes where there is no original, with a line in the log", async () => {
    emulator.fail({ route: 'gphotosdl', count: 1, status: 500 });
    const [status, bytes] = await get(hrefs[2]!);
    expect([status, bytes.subarray(-TRAILER).equals(Buffer.alloc(TRAILER))]).toEqual([200, false]);
    expect(recorder.lines).toMatchObject([{ reason: 'it answered 500' }]);
    const [, original] = await get(hrefs[2]!);
    expect(original.subarray(-TRAILER).equals(Buffer.alloc(TRAILER))).toBe(true);
  });

  it("cuts what it cannot go on with, rather than go on with Google's bytes of the same size", async () => {
    emulator.levers.originalTrailerBytes = 0;
    emulator.fail({ route: 'gphotosdl', count: 1, cutAfterBytes: 100 });
    emulator.fail({ route: 'gphotosdl', count: 1, status: 500 });
    expect(await outcomeOf(get(hrefs[3]!))).toBe('failed');
    expect([downloads(), emulator.counters()['media.get']]).toEqual([2, 1]);
  });

  it('begins a download that breaks again once', async () => {
    emulator.fail({ route: 'gphotosdl', count: 1, cutAfterBytes: 100 });
    const [, bytes] = await get(hrefs[4]!);
    expect([bytes.subarray(-TRAILER).equals(Buffer.alloc(TRAILER)), downloads()]).toEqual([true, 2]);
    emulator.fail({ route: 'gphotosdl', count: 9, cutAfterBytes: 100 });
    expect(await outcomeOf(get(hrefs[5]!))).toBe('failed');
    expect(downloads()).toBe(4);
  });
});

describe('the option proxy', () => {
  it.each(['redirect', 'proxy-url'])('does not go together with the policy %s', async (policy) => {
    const proxyUrl = policy === 'proxy-url' ? { proxyUrl: 'https://worker.example/' } : {};
    const values = await load(mount({ delivery: { policy, ...proxyUrl } }));
    await expect(createApp(values, { log: createLog({ level: 'silent' }) })).rejects.toMatchObject({
      code: 'POLICY_UNSUPPORTED',
      message: `policy ${policy}: originals from gphotosdl come through photodav only`,
      advice: 'choose the policy native-proxy for this mount, or leave `proxy` out',
    });
  });

  it('does not go together with a rendition', async () => {
    const values = await load(mount({ delivery: { rendition: '640x480' } }));
    const starting = createApp(values, { log: createLog({ level: 'silent' }) });
    await expect(starting).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it.each([
    'http://anna:secret@127.0.0.1:8282',
    'http://127.0.0.1:8282/?key=secret',
    'ftp://127.0.0.1/secret',
    'secret',
  ])('is refused as %s, which is not repeated', async (proxy) => {
    const refused = load(mount({ proxy })).catch((error: unknown) => String(error));
    expect(await refused).toMatch(/^AppError: .*proxy/);
    expect(await refused).not.toContain('secret');
  });
});
