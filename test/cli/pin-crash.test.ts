import { randomInt } from 'node:crypto';
import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { makeTempFolder } from '../support/clients.js';
import { numbersFrom } from '../support/random.js';
import { until } from '../support/eventually.js';
import { accountAt, readyUrls, run, start, type Running } from './photodav.js';

const KILLS = 10;
const NAMES = Array.from({ length: 12 }, (_, i) => `${i}.${i % 2 === 0 ? 'mp4' : 'png'}`);
const SIZE = 300_000;
/** An item takes a third of a second to come. */
const BYTES_PER_SECOND = 900_000;
const LONGEST_LIFE_MS = 1_500;
const LONG_AGO = new Date(0);

/** Another one each time; the one of a run that failed can be given again. */
const SEED = Number(process.env.TEST_SEED ?? randomInt(2 ** 31));
const random = numbersFrom(SEED);

let home = '';
let emulator: Emulator;
const contents = new Map<string, Buffer>();
const running = new Set<Running>();

beforeAll(async () => {
  home = await makeTempFolder();
  await mkdir(join(home, 'library'));
  for (const name of NAMES) {
    const bytes = Buffer.from(Uint32Array.from({ length: SIZE / 4 }, () => random() * 2 ** 32).buffer);
    contents.set(name, bytes);
    await writeFile(join(home, 'library', name), bytes);
  }
  const levers = { bytesPerSecond: BYTES_PER_SECOND, pollIntervalMs: 50 };
  emulator = await startEmulator({ library: join(home, 'library'), levers });
});
afterAll(async () => {
  for (const { child, outcome } of running) {
    child.kill('SIGKILL');
    await outcome;
  }
  await emulator.close();
  await rm(home, { recursive: true, force: true });
});

function environment(): Readonly<Record<string, string>> {
  return { ...accountAt(emulator), PHOTODAV_SOURCE: 'picker', PHOTODAV_DATA_DIR: join(home, 'data') };
}

function begin(...args: readonly string[]): Running {
  const program = start(home, args, environment());
  running.add(program);
  return program;
}

async function kill(program: Running): Promise<void> {
  program.child.kill('SIGKILL');
  await program.outcome;
  running.delete(program);
}

async function pinFiles(): Promise<readonly string[]> {
  const names = await readdir(join(home, 'data', 'pins'), { recursive: true }).catch(() => []);
  return names.map((name) => join(home, 'data', 'pins', name));
}

/** What was locked by a process that is gone is free after ten seconds, which nobody waits for here. */
async function letLocksAge(): Promise<void> {
  for (const path of await pinFiles()) if (path.endsWith('.lock')) await utimes(path, LONG_AGO, LONG_AGO);
}

/** Bytes that count as whole, by what they should be. */
async function expectWholesRight(): Promise<number> {
  const records = (await pinFiles()).filter((path) => /[0-9a-f]\.json$/.test(path));
  for (const record of records) {
    const bytes = await readFile(record.replace(/\.json$/, ''));
    expect([basename(record), [...contents.values()].some((each) => each.equals(bytes))]).toEqual([
      basename(record),
      true,
    ]);
  }
  return records.length;
}

it(`loses no pinned file and leaves no half, killed ${KILLS} times (TEST_SEED=${SEED})`, async () => {
  const picking = begin('pick', '--pin', '--folder', 'Kept', '--no-browser');
  await until(() => emulator.pickingSessions().length === 1 || picking.child.exitCode !== null);
  emulator.pick(emulator.pickingSessions()[0]!.id, { count: NAMES.length });
  await until(async () => (await pinFiles()).some((path) => path.endsWith('.part')));
  await kill(picking);

  let before = await expectWholesRight();
  for (let count = 1; count < KILLS; count++) {
    await letLocksAge();
    const server = begin('serve', '--port', '0');
    await delay(500 + random() * LONGEST_LIFE_MS);
    await kill(server);
    const wholes = await expectWholesRight();
    expect(wholes).toBeGreaterThanOrEqual(before);
    before = wholes;
  }

  await letLocksAge();
  emulator.levers.bytesPerSecond = 0;
  const readyFile = join(home, 'ready.json');
  const server = begin('serve', '--port', '0', '--ready-file', readyFile);
  await readyUrls(server, readyFile);
  const isDone = async (): Promise<boolean> =>
    (await pinFiles()).filter((path) => path.endsWith('.json')).length === NAMES.length;
  await until(isDone);
  server.child.kill('SIGTERM');
  expect((await server.outcome).code).toBe(0);
  running.delete(server);

  expect(await expectWholesRight()).toBe(NAMES.length);
  expect((await pinFiles()).filter((path) => path.includes('.part'))).toEqual([]);
  const { stdout } = await run(home, ['picks', 'list', '--verify'], environment());
  expect(stdout).toContain(`pinned ${NAMES.length} of ${NAMES.length}, 3.4 MiB`);
}, 120_000);
