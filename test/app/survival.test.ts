import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createApp, type App } from '../../src/app.js';
import { loadConfig } from '../../src/config/load.js';
import type { Emulator } from '../../src/emulator/emulator.js';
import { DEFAULT_LEVERS, type Levers } from '../../src/emulator/levers.js';
import { startEmulator } from '../../src/emulator/server.js';
import { createLog } from '../../src/log.js';
import { eventually } from '../support/eventually.js';
import { sendRaw } from '../support/http-client.js';
import { numbersFrom } from '../support/random.js';

const SIZE = 50_000_000;
/** Set it to repeat a run. */
const SEED = Number(process.env.SURVIVAL_SEED ?? Date.now() % 1_000_000);
/** Two of each kind in turn, so that the room on disk has to be given up for the next one. */
const PHOTOS = ['one.jpg', 'two.jpg'] as const;
const VIDEOS = ['one.mp4', 'two.mp4'] as const;

interface Kind {
  readonly what: string;
  readonly files: readonly [string, string];
  readonly levers: Partial<Levers>;
  readonly downloads: number;
}

/** Those by ranges first: nothing of theirs is on disk yet. */
const KINDS: readonly Kind[] = [
  { what: 'a photo, by ranges', files: PHOTOS, levers: {}, downloads: 100 },
  { what: 'a video, by ranges', files: VIDEOS, levers: { videoRanges: true }, downloads: 10 },
  { what: 'a video, whose host ignores Range', files: VIDEOS, levers: {}, downloads: 100 },
  { what: 'a photo, whose host refuses ranges', files: PHOTOS, levers: { rangesRefused: true }, downloads: 10 },
];

// Each test moves hundreds of megabytes.
jest.setTimeout(300_000);

let folder: string;
let emulator: Emulator;
let app: App;
let root: string;
const ends: (() => Promise<unknown>)[] = [];
const digests = new Map<string, string>();

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const count = (key: string): number => emulator.counters()[key] ?? 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photodav-survival-'));
  ends.push(() => rm(folder, { recursive: true, force: true }));
  for (const name of [...PHOTOS, ...VIDEOS]) {
    const bytes = randomBytes(SIZE);
    if (name.endsWith('.mp4')) {
      // One box: without it the whole of a file is looked through for a date.
      bytes.writeUInt32BE(SIZE, 0);
      bytes.write('mdat', 4);
    }
    digests.set(name, sha256(bytes));
    await writeFile(join(folder, name), bytes);
  }
  emulator = await startEmulator({ library: folder });
  ends.push(() => emulator.close());
  const { clientId, clientSecret, refreshToken, api } = emulator.ready;
  const file = {
    server: { port: 0 },
    google: { endpoint: api },
    dataDir: join(folder, 'data'),
    delivery: { idleTimeout: '1s' },
    spool: { maxSize: '80MiB' },
    mounts: [{ path: '/', source: 'library', clientId, clientSecret, refreshToken }],
  };
  const config = join(folder, 'config.json');
  await writeFile(config, JSON.stringify(file));
  const system = { env: {}, platform: 'linux', home: folder, workingFolder: folder } as const;
  const { values } = await loadConfig({ '--config': config }, system);
  app = await createApp(values, { log: createLog({ level: 'silent' }) });
  ends.push(() => app.close());
  root = (await app.listen())[0]!.href;
});

afterEach(() => {
  emulator.clearFaults();
  Object.assign(emulator.levers, DEFAULT_LEVERS);
});

afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

async function begin(name: string): Promise<IncomingMessage> {
  const [response] = (await once(get(`${root}All/${name}`), 'response')) as [IncomingMessage];
  return response;
}

/** Reads the file over WebDAV; `onBytes` is told how many have come. Rejects if the answer is cut. */
async function digestOf(name: string, onBytes: (bytes: number) => void = () => undefined): Promise<string> {
  const response = await begin(name);
  const hash = createHash('sha256');
  let received = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    hash.update(chunk);
    received += chunk.length;
    onBytes(received);
  }
  return hash.digest('hex');
}

describe(`a file of 50 MB (SURVIVAL_SEED=${SEED})`, () => {
  it.each(KINDS)(
    '$what is right $downloads times, though cut at random bytes while base URLs expire',
    async ({ files, levers, downloads }) => {
      const next = numbersFrom(SEED);
      const anywhere = (): number => Math.floor(next() * SIZE);
      Object.assign(emulator.levers, levers);
      for (let n = 0; n < downloads; n++) {
        const name = files[n % files.length]!;
        // With fresh base URLs, for a first request that is refused would use a cut up.
        await app.refresh();
        const before = count('opened');
        for (let cuts = 1 + Math.floor(next() * 2); cuts > 0; cuts--) {
          emulator.fail({ route: 'media', count: 1, cutAfterBytes: anywhere() });
        }
        let expiry = anywhere();
        const digest = await digestOf(name, (bytes) => {
          if (bytes < expiry) return;
          emulator.expireBaseUrls();
          expiry = Infinity;
        });
        emulator.clearFaults();
        expect([n, digest]).toEqual([n, digests.get(name)]);
        expect(count('opened') - before).toBeGreaterThan(1);
      }
    },
  );

  it('is whole when it was cut a hundred times', async () => {
    const next = numbersFrom(SEED);
    for (let n = 0; n < 100; n++) {
      emulator.fail({ route: 'media', count: 1, cutAfterBytes: 100_000 + Math.floor(next() * 300_000) });
    }
    const before = count('opened');
    expect(await digestOf(PHOTOS[0])).toBe(digests.get(PHOTOS[0]));
    expect(count('opened') - before).toBeGreaterThanOrEqual(100);
  });
});

describe('a transfer', () => {
  const [name] = PHOTOS;

  it('goes on when Google stands still', async () => {
    emulator.fail({ route: 'media', count: 1, stallAfterBytes: 10_000_000 });
    const before = count('opened');
    expect(await digestOf(name)).toBe(digests.get(name));
    expect(count('opened') - before).toBe(2);
  });

  it('goes on when Google fails for a while after a cut', async () => {
    emulator.fail({ route: 'media', count: 1, cutAfterBytes: 10_000_000 });
    emulator.fail({ route: 'media', count: 2, status: 503 });
    expect(await digestOf(name)).toBe(digests.get(name));
  });

  it('is cut when the item is another meanwhile, and the two never mix', async () => {
    const path = join(folder, 'edited.jpg');
    await writeFile(path, Buffer.alloc(SIZE, 'a'));
    await emulator.rescan();
    await app.refresh();
    // Beyond what fits into the buffers on the way: the client has not read it yet.
    emulator.fail({ route: 'media', count: 1, cutAfterBytes: 45_000_000 });
    const response = await begin('edited.jpg');
    await writeFile(`${path}.new`, Buffer.alloc(SIZE, 'b'));
    await rename(`${path}.new`, path);
    await emulator.rescan();
    const bytes: Buffer[] = [];
    const reading = (async () => {
      for await (const chunk of response as AsyncIterable<Buffer>) bytes.push(chunk);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(Buffer.concat(bytes).includes('b')).toBe(false);
  });

  it('that is always cut ends, after a bounded number of requests', async () => {
    emulator.fail({ route: 'media', count: 1_000, cutAfterBytes: 100_000 });
    const before = count('media.get');
    await expect(digestOf(name)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(count('media.get') - before).toBeLessThanOrEqual(201);
  });

  it('that its client leaves while it waits asks for nothing more', async () => {
    emulator.fail({ route: 'media', count: 1, cutAfterBytes: 10_000_000 });
    emulator.fail({ route: 'media', count: 1_000, status: 503 });
    const before = count('media.get');
    const response = await begin(name);
    response.on('error', () => undefined).resume();
    await eventually(() => count('media.get') - before >= 2);
    response.destroy();
    await eventually(() => count('open') === 0);
    const asked = count('media.get');
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(count('media.get') - asked).toBeLessThanOrEqual(1);
  });

  it('is told its length over HTTP/1.0 too, so that a cut one is known', async () => {
    const { origin } = new URL(root);
    const read = (): Promise<string> => sendRaw(origin, `GET /All/${name} HTTP/1.0\r\nHost: localhost\r\n\r\n`);
    const bodyOf = (answer: string): string => answer.slice(answer.indexOf('\r\n\r\n') + 4);
    emulator.fail({ route: 'media', count: 1, cutAfterBytes: 10_000_000 });
    const whole = await read();
    expect(whole).toContain(`Content-Length: ${SIZE}\r\n`);
    expect(sha256(Buffer.from(bodyOf(whole), 'latin1'))).toBe(digests.get(name));
    emulator.fail({ route: 'media', count: 1, cutAfterBytes: 10_000_000 });
    emulator.fail({ route: 'media', count: 1_000, status: 404 });
    const cut = await read().catch(() => '');
    expect(bodyOf(cut).length).toBeLessThanOrEqual(10_000_000);
  });
});
