import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { describeClient, makeTempFolder, mustRun, run, type RunResult } from '../support/clients.js';
import { makeLibrary, PLAIN_ALBUM } from '../support/library.js';
import { startProgram, type Program, type ProgramOptions } from '../support/program.js';
import { digests } from '../support/tree-on-disk.js';

const NEEDS = { commands: ['rclone'], packages: ['rclone'] };
const FOR_EVER = 1_000_000;

/** So short that a warm listing is asked for again at the next request. */
const FLAGS = ['--catalog-ttl', '1s'];
const TTL_MS = 1_000;

type Cause = (google: Emulator) => unknown;

/** Signing in still works, so that it is the listings that fail. */
const inListings =
  (fault: { status: number } | { body: 'cut-json' | 'html' | 'nothing' }): Cause =>
  (google) => {
    for (const route of ['albums', 'mediaItems']) google.fail({ route, count: FOR_EVER, ...fault });
  };

/** What Google may come to, after a mirror was made. */
const FAULTS: readonly (readonly [what: string, cause: Cause])[] = [
  ['is dead', (google) => google.close()],
  ['answers 500 to everything', (google) => google.fail({ route: '*', count: FOR_EVER, status: 500 })],
  ['answers 500 to every listing', inListings({ status: 500 })],
  ['cuts its JSON', inListings({ body: 'cut-json' })],
  ['answers HTML', inListings({ body: 'html' })],
  ['answers nothing', inListings({ body: 'nothing' })],
];

/** Not a fault to a server that has never seen an item. */
const EMPTIED: (typeof FAULTS)[number] = [
  'answers {} where items were',
  (google) => google.fail({ route: 'mediaItems', count: FOR_EVER, body: 'empty-json' }),
];

let library: string;
let mirror: string;
let before: Map<string, string>;
let folder: string;
let google: Emulator;
let program: Program | undefined;

async function start(options: Omit<ProgramOptions, 'account'>): Promise<void> {
  program = await startProgram({ account: google.ready, flags: FLAGS, ...options });
}

async function stop(): Promise<void> {
  await program?.stop();
  program = undefined;
}

function sync(to: string, from = ''): Promise<RunResult> {
  const remote = ['--webdav-url', program!.url, '--webdav-vendor', 'other', '--config', '/dev/null'];
  const once = ['--retries', '1', '--low-level-retries', '1'];
  return run('rclone', ['sync', '-v', `:webdav:${from}`, to, ...remote, ...once], { timeoutMs: 240_000 });
}

/** Each fault has a mirror and a Google of its own, for faults are not always forgiven. */
async function arrange(): Promise<void> {
  folder = await makeTempFolder();
  await cp(mirror, join(folder, 'mirror'), { recursive: true, preserveTimestamps: true });
  google = await startEmulator({ library });
}

async function expectMirrorUnharmed(): Promise<void> {
  const { stderr } = await sync(join(folder, 'mirror'));
  expect(stderr).not.toMatch(/: Deleted/);
  expect(await digests(join(folder, 'mirror'))).toEqual(before);
}

describeClient('rclone sync, when Google fails,', NEEDS, () => {
  beforeAll(async () => {
    library = await makeTempFolder();
    mirror = await makeTempFolder();
    await makeLibrary(library, { videos: 'short' });
    google = await startEmulator({ library });
    await start({});
    expect((await sync(mirror)).exitCode).toBe(0);
    before = await digests(mirror);
    expect(before.size).toBeGreaterThan(200);
    await stop();
    await google.close();
  }, 120_000);

  afterEach(async () => {
    await stop();
    await google.close();
    await rm(folder, { recursive: true, force: true });
  });

  afterAll(async () => {
    await rm(library, { recursive: true, force: true });
    await rm(mirror, { recursive: true, force: true });
  });

  it.each([...FAULTS, EMPTIED])(
    'deletes nothing while it runs and Google %s',
    async (_, cause) => {
      await arrange();
      await start({});
      await mustRun('rclone', ['lsf', '-R', ':webdav:', '--webdav-url', program!.url, '--config', '/dev/null']);
      await cause(google);
      await delay(TTL_MS);
      await expectMirrorUnharmed();
    },
    300_000,
  );

  it.each([...FAULTS, EMPTIED])(
    'deletes nothing after a restart while Google %s',
    async (_, cause) => {
      await arrange();
      const dataDir = join(folder, 'data');
      await start({ dataDir });
      await mustRun('rclone', ['lsf', '-R', ':webdav:', '--webdav-url', program!.url, '--config', '/dev/null']);
      await stop();
      await cause(google);
      await start({ dataDir });
      await expectMirrorUnharmed();
    },
    300_000,
  );

  it.each(FAULTS)(
    'deletes nothing at a first start while Google %s',
    async (_, cause) => {
      await arrange();
      await cause(google);
      await start({});
      await expectMirrorUnharmed();
    },
    300_000,
  );

  it('deletes nothing when the whole account seems to be empty', async () => {
    await arrange();
    await start({});
    await mustRun('rclone', ['lsf', '-R', ':webdav:', '--webdav-url', program!.url, '--config', '/dev/null']);
    google.levers.emptied = true;
    await delay(TTL_MS);
    await expectMirrorUnharmed();
  }, 300_000);

  it('replaces nothing while no more sizes may be learned today', async () => {
    await arrange();
    await start({ flags: [...FLAGS, '--quota-bytes-per-day', '400'] });
    // Sizes are learned with half of it.
    const photo = `${program!.url}/Albums/${PLAIN_ALBUM}/IMG_0012.jpg`;
    for (let i = 0; i < 200; i++) expect((await fetch(photo)).status).toBe(200);
    const album = join('Albums', PLAIN_ALBUM);
    const { stderr } = await sync(join(folder, 'mirror', album), album);
    expect(stderr).toContain('are not known yet');
    expect(await digests(join(folder, 'mirror'))).toEqual(before);
  }, 300_000);

  it('replaces nothing while sizes are learned, and goes on when they are', async () => {
    await arrange();
    google.levers.mediaLatencyMs = 500;
    await start({ flags: [...FLAGS, '--sizes-wait', '0s'] });
    await expectMirrorUnharmed();
    const tries = ['--low-level-retries', '20'];
    const remote = ['--webdav-url', program!.url, '--webdav-vendor', 'other', '--config', '/dev/null'];
    await mustRun('rclone', ['sync', ':webdav:', join(folder, 'mirror'), ...remote, ...tries], { timeoutMs: 240_000 });
    expect(await digests(join(folder, 'mirror'))).toEqual(before);
  }, 300_000);
});
