import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createApp, type App } from '../../src/app.js';
import { loadConfig } from '../../src/config/load.js';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { createLog } from '../../src/log.js';
import { describeClient, makeTempFolder, run, type RunResult } from '../support/clients.js';
import { Recorder } from '../support/log-lines.js';
import { jpeg } from '../support/pictures.js';
import { digests } from '../support/tree-on-disk.js';
import { TurnedClock } from '../support/turned-clock.js';

const NEEDS = { commands: ['rclone'], packages: ['rclone'] };
const ITEMS = 500;
const MINUTE = 60_000;
const PROBE = 15 * MINUTE;
/** 10:00 in Los Angeles; the day has 14 hours left. */
const MORNING = Date.UTC(2026, 2, 8, 17);
const REST_OF_DAY = 14 * 60 * MINUTE;
/** Half of it is for sizes: enough for all items. */
const GRANTED = 1_000;
/** What others have opened; few are left to fail, for rclone waits 2 s after each that does. */
const OPENED_BEFORE = 15;
const SPENT = 'quota of requests for bytes for the day is spent';
/** rclone opens four files at a time. */
const OPENED_AT_ONCE = 4;
const LEARNED_AT_ONCE = 64;

let folder: string;
let library: string;
let expected: readonly string[];
let clock: TurnedClock;
let google: Emulator;
let app: App;
let url: string;
let lines: Recorder['lines'];

async function start(ours: Record<string, string>): Promise<void> {
  const env = {
    PHOTODAV_CLIENT_ID: google.ready.clientId,
    PHOTODAV_CLIENT_SECRET: google.ready.clientSecret,
    PHOTODAV_REFRESH_TOKEN: google.ready.refreshToken,
    PHOTODAV_GOOGLE_ENDPOINT: google.ready.api,
    PHOTODAV_PORT: '0',
    PHOTODAV_DATA_DIR: join(folder, 'data'),
    ...ours,
  };
  const { values } = await loadConfig({}, { env, platform: 'linux', home: folder, workingFolder: folder });
  const recorder = new Recorder();
  lines = recorder.lines;
  app = await createApp(values, { clock, log: createLog({ level: 'info', destination: recorder }) });
  url = (await app.listen())[0]!.href;
}

function rclone(...args: string[]): Promise<RunResult> {
  const remote = ['--webdav-url', url, '--webdav-vendor', 'other', '--config', '/dev/null'];
  const once = ['--retries', '1', '--low-level-retries', '1', '--transfers', String(OPENED_AT_ONCE)];
  return run('rclone', [...args, ...remote, ...once], { timeoutMs: 120_000 });
}

const copy = (): Promise<RunResult> => rclone('copy', ':webdav:All', join(folder, 'mirror'));

/** Digests of what has been copied. */
async function copied(): Promise<readonly string[]> {
  return [...(await digests(join(folder, 'mirror'))).values()].sort();
}

/** Requests that Google counts against a part of the day. */
function counted(part: 'api' | 'bytes'): number {
  const routes = part === 'bytes' ? /^media\./ : /^(albums|mediaItems)\./;
  return Object.entries(google.counters())
    .filter(([route]) => routes.test(route))
    .reduce((sum, [, count]) => sum + count, 0);
}

/** What the log warned of, but for the requests that failed. */
function warnings(): unknown[] {
  const warned = lines.filter(({ level, msg }) => Number(level) >= 40 && /^(google photos|catalog)/.test(String(msg)));
  return warned.map(({ msg }) => msg);
}

describeClient('rclone, when the quota of the day is spent', NEEDS, () => {
  beforeAll(async () => {
    library = await makeTempFolder();
    const sums: string[] = [];
    for (let i = 0; i < ITEMS; i++) {
      const takenAt = new Date(Date.UTC(2020, 0, 1, 12, i));
      const content = jpeg({ takenAt, make: 'Aurora Works', model: 'A-1', sizeBytes: 2_000 + i, seed: `quota ${i}` });
      sums.push(createHash('sha256').update(content).digest('hex'));
      await writeFile(join(library, `${i}.jpg`), content);
      await utimes(join(library, `${i}.jpg`), takenAt, takenAt);
    }
    expected = sums.sort();
  });

  afterAll(() => rm(library, { recursive: true, force: true }));

  beforeEach(async () => {
    folder = await makeTempFolder();
    clock = new TurnedClock(MORNING);
    google = await startEmulator({ library, clock });
  });

  afterEach(async () => {
    await app.close();
    await google.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each([
    ['we know the limit', { PHOTODAV_QUOTA_BYTES_PER_DAY: String(GRANTED) }, 0],
    ['Google says so', {}, OPENED_AT_ONCE],
  ])(
    'ends by itself and names the quota, and copies the rest the next day: %s',
    async (_how, ours: Record<string, string>, beyond) => {
      google.levers.quotaBytesPerDay = GRANTED;
      await start(ours);
      expect((await rclone('lsf', ':webdav:All')).exitCode).toBe(0);
      for (let i = 0; i < OPENED_BEFORE; i++) expect((await fetch(`${url}All/1.jpg`)).status).toBe(200);
      const first = await copy();
      expect(first.exitCode).not.toBe(0);
      expect(first.stderr).toContain(SPENT);
      const spent = counted('bytes');
      expect(spent).toBeGreaterThanOrEqual(GRANTED);
      expect(spent).toBeLessThanOrEqual(GRANTED + beyond);

      const listed = await rclone('lsf', ':webdav:All');
      expect(listed.stdout.trim().split('\n')).toHaveLength(ITEMS);
      expect(counted('bytes')).toBe(spent);

      clock.turn(PROBE);
      expect((await copy()).stderr).toContain(SPENT);
      expect(counted('bytes')).toBe(spent + 1);

      clock.turn(REST_OF_DAY);
      expect(await copy()).toMatchObject({ exitCode: 0 });
      expect(await copied()).toEqual(expected);
      expect(warnings()).toEqual([expect.stringMatching(/quota of requests for bytes is spent/)]);
    },
    240_000,
  );

  it('is told by those few who were under way when sizes were learned', async () => {
    google.levers.quotaBytesPerDay = 300;
    await start({});
    // rclone would take what has no size for empty.
    const listed = await rclone('lsf', ':webdav:All');
    expect(listed.exitCode).not.toBe(0);
    expect(listed.stderr).toContain('as far as the quota of requests for bytes allows');
    const opened = await fetch(`${url}All/1.jpg`);
    expect([opened.status, await opened.text()]).toEqual([
      503,
      expect.stringContaining('requests for bytes are refused for a while'),
    ]);
    const spent = counted('bytes');
    expect(spent).toBeGreaterThanOrEqual(300);
    expect(spent).toBeLessThanOrEqual(300 + LEARNED_AT_ONCE);

    clock.turn(PROBE);
    for (const name of ['1', '2', '3']) expect((await fetch(`${url}All/${name}.jpg`)).status).toBe(503);
    expect(counted('bytes')).toBe(spent + 1);

    google.levers.quotaBytesPerDay = 0;
    clock.turn(PROBE);
    expect((await fetch(`${url}All/1.jpg`)).status).toBe(200);
    expect(await copy()).toMatchObject({ exitCode: 0 });
    expect(await copied()).toEqual(expected);
    expect(warnings()).toEqual([
      expect.stringMatching(/requests for bytes are refused; they pause/),
      expect.stringMatching(/catalog: learning sizes pauses/),
      expect.stringMatching(/quota of requests for bytes is spent/),
    ]);
  }, 120_000);

  it('is told by a first listing too, which goes on where it stopped', async () => {
    google.levers.quotaApiPerDay = 4;
    await start({ PHOTODAV_QUOTA_API_PER_DAY: '4', PHOTODAV_READ_SIZE: 'off' });
    const first = await rclone('lsf', ':webdav:All');
    expect(first.exitCode).not.toBe(0);
    expect(first.stderr).toContain('quota of API requests for the day is spent (4 of 4 counted)');
    await rclone('lsf', ':webdav:All');
    expect(counted('api')).toBe(4);

    clock.turn(PROBE + MINUTE);
    expect((await rclone('lsf', ':webdav:All')).stderr).toContain('quota of API requests for the day is spent');
    expect(counted('api')).toBe(5);

    clock.turn(PROBE + MINUTE);
    google.levers.quotaApiPerDay = 0;
    const raised = await rclone('lsf', ':webdav:All');
    expect(raised.stdout.trim().split('\n')).toHaveLength(ITEMS);
  }, 60_000);
});
