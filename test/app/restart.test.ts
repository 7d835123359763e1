import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createApp, type App } from '../../src/app.js';
import { loadConfig } from '../../src/config/load.js';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { createLog } from '../../src/log.js';

const ITEMS = 50_000;
/** The emulator archives each hundredth. */
const LISTED = ITEMS - ITEMS / 100;
/** A minute where nothing else runs. */
const LEARNING_LIMIT_MS = 800_000;
const PROPERTIES =
  '<D:propfind xmlns:D="DAV:"><D:prop><D:getcontentlength/><D:getetag/><D:getlastmodified/></D:prop></D:propfind>';

let folder: string;
let emulator: Emulator;
let warm: { readonly root: string; readonly all: string };

async function start(endpoint = emulator.ready.api): Promise<{ readonly app: App; readonly base: string }> {
  const env = {
    PHOTODAV_CLIENT_ID: emulator.ready.clientId,
    PHOTODAV_CLIENT_SECRET: emulator.ready.clientSecret,
    PHOTODAV_REFRESH_TOKEN: emulator.ready.refreshToken,
    PHOTODAV_GOOGLE_ENDPOINT: endpoint,
    PHOTODAV_PORT: '0',
    PHOTODAV_DATA_DIR: folder,
    PHOTODAV_CATALOG_TTL: '1h',
    PHOTODAV_SIZES_WAIT: '60s',
    PHOTODAV_QUOTA_BYTES_PER_DAY: '1000000',
  };
  const { values } = await loadConfig({}, { env, platform: 'linux', home: folder, workingFolder: folder });
  const app = await createApp(values, { log: createLog({ level: 'silent' }) });
  const [url] = await app.listen();
  return { app, base: url!.href };
}

async function propfind(
  url: string,
): Promise<{ readonly status: number; readonly body: string; readonly headers: Headers }> {
  const answer = await fetch(url, { method: 'PROPFIND', headers: { Depth: '1' }, body: PROPERTIES });
  return { status: answer.status, body: await answer.text(), headers: answer.headers };
}

/** In the order of their names: members whose size was learned while they were listed come later. */
const entries = (body: string): string => body.replace('</D:multistatus>', '').split('<D:response>').sort().join('\n');

describe('a restart with a warm store', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'photodav-restart-'));
    emulator = await startEmulator({ items: ITEMS });
    const { app, base } = await start();
    try {
      const deadline = performance.now() + LEARNING_LIMIT_MS;
      let all = await propfind(`${base}All/`);
      while ((all.body.match(/<D:getcontentlength>\d/g)?.length ?? 0) < LISTED) {
        if (performance.now() > deadline) throw new Error('the sizes were not learned in time');
        all = await propfind(`${base}All/`);
      }
      warm = { root: (await propfind(base)).body, all: entries(all.body) };
    } finally {
      await app.close();
    }
  }, LEARNING_LIMIT_MS + 60_000);

  afterAll(async () => {
    await emulator.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('answers as before without a request to Google', async () => {
    emulator.resetCounters();
    const { app, base } = await start();
    try {
      const all = await propfind(`${base}All/`);
      expect(all.status).toBe(207);
      expect(entries(all.body) === warm.all).toBe(true);
      expect((await propfind(base)).body).toBe(warm.root);
      expect(emulator.counters()).toEqual({ open: 0, opened: 0, bytes: 0 });
    } finally {
      await app.close();
    }
  });

  it('answers as before while Google is gone', async () => {
    await emulator.close();
    const { app, base } = await start();
    try {
      expect(entries((await propfind(`${base}All/`)).body) === warm.all).toBe(true);
    } finally {
      await app.close();
    }
  });
});

describe('a first start without Google', () => {
  it('answers OPTIONS, and 502 or 503 with Retry-After to a listing', async () => {
    folder = await mkdtemp(join(tmpdir(), 'photodav-restart-'));
    const { app, base } = await start('http://127.0.0.1:1');
    try {
      expect((await fetch(base, { method: 'OPTIONS' })).status).toBe(200);
      const listing = await propfind(base);
      expect(listing.status).toBe(503);
      expect(Number(listing.headers.get('retry-after'))).toBeGreaterThan(0);
    } finally {
      await app.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
