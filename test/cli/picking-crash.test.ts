import { randomInt } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { numbersFrom } from '../support/random.js';
import { obey } from './obeying.js';
import { until } from '../support/eventually.js';
import { clientAt, makeHome, run, start, type Outcome, withoutWaiting } from './photodav.js';

const KILLS = 50;
/** Beyond what a command took when it was not killed: some are to end by themselves. */
const BEYOND = 1.1;
const PINNED = 6;
/** Fewer picks than this that got through would say that all kills came too early to hit anything. */
const ENOUGH_PICKS = 4;

/** Another one each time; the one of a run that failed can be given again. */
const SEED = Number(process.env.TEST_SEED ?? randomInt(2 ** 31));
const random = numbersFrom(SEED);

let home: Awaited<ReturnType<typeof makeHome>>;
let emulator: Emulator;
const tookMs: number[] = [];
const env = (): Record<string, string> => ({
  ...clientAt(emulator),
  PHOTODAV_SOURCE: 'picker',
  PHOTODAV_DATA_DIR: join(home.path, 'data'),
});

const COMMANDS: readonly (readonly string[])[] = [
  ['login', '--no-browser'],
  ['pick', '--no-browser', '--folder', 'Kept', '--pin'],
  ['pick', '--no-browser', '--folder', 'Passing'],
];

async function killed(args: readonly string[], withinMs: number): Promise<void> {
  const running = start(home.path, args, env());
  obey(emulator, running, PINNED);
  await Promise.race([delay(random() * withinMs), running.outcome]);
  running.child.kill('SIGKILL');
  await running.outcome;
}

async function finished(args: readonly string[]): Promise<Outcome> {
  const running = start(home.path, args, env());
  obey(emulator, running, PINNED);
  return running.outcome;
}

/** How long a command takes here and now. */
async function timed(args: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  expect((await finished(args)).code).toBe(0);
  return performance.now() - startedAt;
}

/** Every file below a folder of the data folder, by its name. */
async function files(of: string): Promise<readonly string[]> {
  const entries = await readdir(join(home.path, 'data', of), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

/** What JSON files hold; one that is cut short throws. */
async function read(of: string): Promise<readonly Record<string, unknown>[]> {
  const names = (await files(of)).filter((name) => name.endsWith('.json'));
  const texts = await Promise.all(names.map((name) => readFile(name, 'utf8')));
  return texts.map((text) => JSON.parse(text) as Record<string, unknown>);
}

interface ListedPick {
  readonly id: string;
  readonly folder: string;
  readonly items: number;
}

async function listedPicks(): Promise<readonly ListedPick[]> {
  const { code, stdout, stderr } = await run(home.path, ['picks', 'list', '--json'], env());
  expect({ code, stderr: withoutWaiting(stderr) }).toEqual({ code: 0, stderr: '' });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ListedPick);
}

describe('a command that is killed while it signs in, picks or pins', () => {
  beforeAll(async () => {
    home = await makeHome();
    emulator = await startEmulator({ items: 40, levers: { pollIntervalMs: 50, bytesPerSecond: 2_000_000 } });
    for (const args of COMMANDS) tookMs.push(await timed(args));
  }, 120_000);

  afterAll(async () => {
    await emulator.close();
    await home.remove();
  });

  it(`loses no sign-in, no pick and no pinned file, ${KILLS} times (TEST_SEED=${SEED})`, async () => {
    const known = new Set<string>();
    for (let kill = 0; kill < KILLS || (known.size < ENOUGH_PICKS && kill < 4 * KILLS); kill++) {
      const which = kill % COMMANDS.length;
      // A machine that has become slower since is given more time.
      await killed(COMMANDS[which]!, tookMs[which]! * BEYOND * Math.max(1, kill / KILLS));
      const signIns = await read('tokens');
      expect(signIns.map(({ refreshToken }) => typeof refreshToken)).toEqual(['string']);
      const picks = (await read('picks')).filter(({ items }) => (items as readonly unknown[]).length > 0);
      const now = picks.map(({ sessionId }) => String(sessionId));
      // Whatever has been told to be picked stays.
      expect(now).toEqual(expect.arrayContaining([...known]));
      for (const id of now) known.add(id);
      for (const record of await read('pins')) expect(typeof record.size).toBe('number');
    }
    expect(known.size).toBeGreaterThanOrEqual(ENOUGH_PICKS);

    // The sign-in still works, what was picked is finished, what was pinned is whole, and nothing is left behind.
    expect((await finished(['login', '--no-browser'])).code).toBe(0);
    expect((await finished(['pick', '--no-browser', '--folder', 'Last', '--pin'])).code).toBe(0);
    const done = emulator.pickingSessions().filter(({ state }) => state === 'picked');
    const listed = await listedPicks();
    const sessions = listed.filter(({ items }) => items === PINNED).map(({ id }) => id);
    const held = done.map(({ id }) => id).filter((id) => known.has(id));
    expect(sessions).toEqual(expect.arrayContaining(held));
    const verified = await run(home.path, ['picks', 'list', '--verify'], env());
    expect({ code: verified.code, said: (verified.stdout + verified.stderr).includes('damaged') }).toEqual({
      code: 0,
      said: false,
    });
    const halves = [...(await files('tokens')), ...(await files('pins'))].filter((name) => name.endsWith('.part'));
    expect(halves).toEqual([]);
  }, 900_000);

  it('is gone on with by a server', async () => {
    const running = start(home.path, ['pick', '--no-browser', '--folder', 'Between'], env());
    let said = '';
    running.child.stderr!.on('data', (text: string) => (said += text));
    const session = () => emulator.pickingSessions().find(({ pickerUri }) => said.includes(pickerUri));
    await until(() => session() !== undefined);
    running.child.kill('SIGKILL');
    await running.outcome;
    emulator.pick(session()!.id, { count: 3 });

    const ready = join(home.path, 'ready.json');
    const server = start(home.path, ['serve', '--port', '0', '--ready-file', ready], env());
    try {
      await until(async () => {
        const picks = await read('picks');
        return picks.some(({ folder, items }) => folder === 'Between' && (items as readonly unknown[]).length === 3);
      });
    } finally {
      server.child.kill('SIGTERM');
      await server.outcome;
    }
  }, 60_000);
});
