import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createApp, type App } from '../../src/app.js';
import { loadConfig } from '../../src/config/load.js';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { createLog } from '../../src/log.js';
import { eventually } from '../support/eventually.js';
import { ask, propfind } from '../support/http-client.js';
import { readMultistatus } from '../support/multistatus.js';

const GRANTED = 10;

let folder: string;
let emulator: Emulator;
let app: App;
let origin: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photodav-quota-'));
  emulator = await startEmulator({ items: 50 });
  const { api, clientId, clientSecret, refreshToken } = emulator.ready;
  const account = { source: 'library', clientId, clientSecret, refreshToken, readSize: 'off' };
  const file = {
    server: { port: 0 },
    google: { endpoint: api },
    dataDir: folder,
    catalog: { store: 'memory' },
    quota: { bytesPerDay: GRANTED },
    mounts: [
      { path: '/large', ...account },
      { path: '/small', ...account, delivery: { rendition: '64x64' } },
      { path: '/demo', source: 'demo' },
    ],
  };
  await writeFile(join(folder, 'config.json'), JSON.stringify(file));
  const system = { env: {}, platform: 'linux', home: folder, workingFolder: folder } as const;
  const { values } = await loadConfig({ '--config': join(folder, 'config.json') }, system);
  app = await createApp(values, { log: createLog({ level: 'silent' }) });
  const [url] = await app.listen();
  origin = url!.origin;
  // The checks of the start, one for each mount of the account.
  await eventually(() => emulator.counters()['albums.list'] === 2);
});

afterAll(async () => {
  await app.close();
  await emulator.close();
  await rm(folder, { recursive: true, force: true });
});

/** Opens the first items of a mount, one after another; gives the statuses. */
async function openFrom(mount: string, count: number): Promise<readonly number[]> {
  const { text } = await propfind(origin, `${mount}/All/`);
  const [, ...members] = readMultistatus(text);
  const statuses: number[] = [];
  for (const { href } of members.slice(0, count)) statuses.push((await ask(origin, href)).status);
  return statuses;
}

/** Requests that Google counts against the day. */
function counted(): { readonly api: number; readonly bytes: number } {
  const counts = Object.entries(emulator.counters());
  const sum = (routes: RegExp) => counts.reduce((total, [route, n]) => total + (routes.test(route) ? n : 0), 0);
  return { api: sum(/^(albums|mediaItems)\./), bytes: sum(/^media\.(get|head)$/) };
}

it('is one for all mounts of a project, and told in the metrics; the demo has none', async () => {
  expect(await openFrom('/large', 3)).toEqual([200, 200, 200]);
  expect(await openFrom('/small', GRANTED)).toContain(503);
  expect(await openFrom('/large', GRANTED)).toContain(503);
  expect(await openFrom('/demo', GRANTED)).not.toContain(503);
  const { api, bytes } = counted();
  expect(bytes).toBe(GRANTED);
  const { text } = await ask(origin, '/.photodav/metrics');
  const quota = text.split('\n').filter((line) => line.startsWith('photodav_quota_'));
  expect(quota).toEqual([
    `photodav_quota_used{project="123456789",part="api"} ${api}`,
    `photodav_quota_used{project="123456789",part="bytes"} ${GRANTED}`,
    'photodav_quota_limit{project="123456789",part="api"} 10000',
    `photodav_quota_limit{project="123456789",part="bytes"} ${GRANTED}`,
    'photodav_quota_spent{project="123456789",part="api"} 0',
    'photodav_quota_spent{project="123456789",part="bytes"} 1',
  ]);
});
