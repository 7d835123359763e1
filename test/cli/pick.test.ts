import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { until } from '../support/eventually.js';
import { accountAt, makeHome, run, start, type Outcome, type Running } from './photodav.js';

let emulator: Emulator;
let home: Awaited<ReturnType<typeof makeHome>>;
const running: Running[] = [];

beforeAll(async () => {
  emulator = await startEmulator({ items: 300 });
});
beforeEach(async () => {
  home = await makeHome();
  Object.assign(emulator.levers, { pollIntervalMs: 50, pickTimeoutMs: 60_000, maxOpenSessions: 0 });
});
afterEach(async () => {
  emulator.clearFaults();
  for (const { child, outcome } of running.splice(0)) {
    child.kill('SIGKILL');
    await outcome;
  }
  await home.remove();
});
afterAll(() => emulator.close());

function environment(): Readonly<Record<string, string>> {
  return { ...accountAt(emulator), PHOTODAV_SOURCE: 'picker', PHOTODAV_DATA_DIR: join(home.path, 'data') };
}

const photodav = (...args: readonly string[]): Promise<Outcome> => run(home.path, args, environment());

interface Begun {
  readonly sessionId: string;
  readonly program: Running;
}

/** Starts `photodav pick` up to where the person has the link. */
const begin = (...args: readonly string[]): Promise<Begun> => beginIn(environment(), args);

async function beginIn(env: Readonly<Record<string, string>>, args: readonly string[]): Promise<Begun> {
  const known = new Set(emulator.pickingSessions().map(({ id }) => id));
  const program = start(home.path, ['pick', ...args], env);
  running.push(program);
  let said = '';
  program.child.stderr?.on('data', (text: string) => (said += text));
  await until(() => said.includes('Ctrl-C gives up') || program.child.exitCode !== null);
  const made = emulator.pickingSessions().find(({ id, pickerUri }) => !known.has(id) && said.includes(pickerUri));
  if (!made) throw new Error((await program.outcome).stderr);
  return { sessionId: made.id, program };
}

async function picked(count: number, ...args: readonly string[]): Promise<Outcome> {
  const { sessionId, program } = await begin(...args);
  emulator.pick(sessionId, { count });
  return program.outcome;
}

const stateOf = (sessionId: string): string | undefined =>
  emulator.pickingSessions().find(({ id }) => id === sessionId)?.state;

/** The files of picks, or of pins. */
async function files(of: 'picks' | 'pins'): Promise<readonly string[]> {
  const names = await readdir(join(home.path, 'data', of), { recursive: true }).catch(() => []);
  return names.filter((name) => name.includes('/') && !name.endsWith('.lock'));
}

describe('photodav pick', () => {
  it('shows a link, waits, and tells what was picked', async () => {
    const { code, stdout, stderr } = await picked(120, '--folder', 'Summer');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '120 items picked into "Summer" of /\n' });
    expect(stderr).toContain('Open this address on any device');
    expect(stderr).toMatch(
      /Google ends the pick in 7 days .*: its files cannot be opened after that\. `photodav pick --pin`/,
    );
    expect(stderr).not.toMatch(/error|ppa/);
    expect((await photodav('picks', 'list')).stdout).toMatch(
      /^\S+\tSummer\t120 items\tpicked .* UTC\tends in 7 days\n$/,
    );
  });

  it('says which server shows them where only a flag has named the source', async () => {
    expect((await picked(1)).stderr).toContain('A running `photodav serve` shows them');
    const env = { ...environment(), PHOTODAV_SOURCE: '' };
    const { sessionId, program } = await beginIn(env, ['--source', 'picker']);
    emulator.pick(sessionId, { count: 1 });
    expect((await program.outcome).stderr).toContain('\n`photodav serve --source picker` shows them');
  });

  it('says what to do about a data folder that cannot be written', async () => {
    const { code, stderr } = await photodav('pick', '--data-dir', join(process.execPath, 'x'));
    expect(code).toBe(2);
    expect(stderr).toMatch(/\nadvice: name a folder that you may write to with --data-dir\n$/);
  });

  it('names the folder by the day if it is given no name, and prints JSON where that is asked for', async () => {
    const { code, stdout } = await picked(1, '--json');
    expect(code).toBe(0);
    const result = JSON.parse(stdout) as Record<string, unknown>;
    expect(result).toEqual({
      folder: expect.stringMatching(/^Picked \d{4}-\d{2}-\d{2}$/),
      items: 1,
      mount: '/',
      endsAt: expect.stringMatching(/Z$/),
    });
  });

  it('has the pick on disk before it shows the link', async () => {
    await begin();
    expect(await files('picks')).toHaveLength(1);
  });

  it('leaves nothing behind after Ctrl-C', async () => {
    const { sessionId, program } = await begin();
    program.child.kill('SIGINT');
    const { code, stdout } = await program.outcome;
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect([stateOf(sessionId), await files('picks')]).toEqual(['deleted', []]);
  });

  it('keeps what was picked just before Ctrl-C', async () => {
    emulator.levers.pollIntervalMs = 60_000;
    const { sessionId, program } = await begin('--folder', 'Summer');
    emulator.pick(sessionId, { count: 3 });
    program.child.kill('SIGINT');
    const { code, stdout } = await program.outcome;
    expect({ code, stdout }).toEqual({ code: 0, stdout: '3 items picked into "Summer" of /\n' });
  });

  it('says so when nobody is done in time, and leaves nothing behind', async () => {
    emulator.levers.pickTimeoutMs = 300;
    const { sessionId, program } = await begin();
    const { code, stdout, stderr } = await program.outcome;
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/error: nobody was done in time.*\nadvice: run `photodav pick` again/);
    expect([stateOf(sessionId), await files('picks')]).toEqual(['deleted', []]);
  });

  it('waits out a network that fails', async () => {
    const { sessionId, program } = await begin();
    emulator.fail({ route: 'picker', count: 3, reset: true });
    emulator.pick(sessionId, { count: 2 });
    expect(await program.outcome).toMatchObject({ code: 0, stdout: expect.stringContaining('2 items') });
  });

  it('says what to do about too many sessions, and about an account without Google Photos', async () => {
    emulator.levers.maxOpenSessions = 1;
    const [many] = [await photodav('pick')];
    expect([many.code, many.stderr]).toEqual([6, expect.stringContaining('`photodav picks remove`')]);
    emulator.levers.maxOpenSessions = 0;
    emulator.levers.noPhotosAccount = true;
    const none = await photodav('pick');
    emulator.levers.noPhotosAccount = false;
    expect([none.code, none.stderr]).toEqual([6, expect.stringContaining('photos.google.com')]);
    expect(await files('picks')).toEqual([]);
  });

  it('of three at once makes one folder, with each item once', async () => {
    const three = await Promise.all([begin('--folder', 'S'), begin('--folder', 'S'), begin('--folder', 'S')]);
    three.forEach(({ sessionId }, i) => emulator.pick(sessionId, { count: 50 * (i + 1) }));
    for (const { program } of three) expect((await program.outcome).code).toBe(0);
    expect((await photodav('picks', 'list')).stdout.trimEnd().split('\n')).toHaveLength(3);
  });

  it.each([
    [['--folder', 'a/'], 'a folder needs a name, before and after each slash'],
    [['--folder', '../x'], '. and .. are no names'],
    [['--folder', 'a\tb'], 'control character'],
    [['--max', '0'], 'is no count'],
    [['--max', '2001'], 'is no count'],
    [['--mount', '/x'], 'no mount stands at /x'],
    [['--pin', '--pins-max-size', '0'], 'pins.maxSize is 0'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await photodav('pick', ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain('advice: ');
  });

  it('needs a data folder, whatever the catalog is kept in', async () => {
    const { code, stderr } = await photodav('pick', '--data-dir', '/proc/x');
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /cannot write to \/proc\/x .*\nadvice: name a folder that you may write to with --data-dir\n$/,
    );
  });

  it('asks Google for no more than --max', async () => {
    const { sessionId } = await begin('--max', '7');
    expect(() => emulator.pick(sessionId, { count: 8 })).toThrow(RangeError);
  });
});

describe('a pick whose process was killed', () => {
  it('is completed by the next command', async () => {
    const { sessionId, program } = await begin('--folder', 'Summer');
    program.child.kill('SIGKILL');
    await program.outcome;
    expect((await photodav('picks', 'list')).stdout).toContain('waits for somebody to pick');
    emulator.pick(sessionId, { count: 4 });
    expect((await photodav('picks', 'list')).stdout).toContain('Summer\t4 items');
  });
});

describe('photodav picks remove', () => {
  it('ends all picks of a folder, here and at Google', async () => {
    await picked(2, '--folder', 'Summer');
    await picked(3, '--folder', 'Summer');
    await picked(1, '--folder', 'Winter');
    const { code, stdout } = await photodav('picks', 'remove', 'Summer', '--yes');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '2 picks with 3 items removed\n' });
    expect((await photodav('picks', 'list')).stdout).toMatch(/^\S+\tWinter\t1 item\t.*\n$/);
  });

  it('ends one of them by its id, and a session that Google no longer has', async () => {
    await picked(2, '--folder', 'Summer');
    const [id = ''] = (await photodav('picks', 'list')).stdout.split('\t');
    await picked(3, '--folder', 'Summer');
    emulator.fail({ route: 'picker.sessions.delete', count: 1, status: 404 });
    expect((await photodav('picks', 'remove', id, '--yes')).stdout).toBe('1 pick with 2 items removed\n');
    expect((await photodav('picks', 'list')).stdout).toContain('\t3 items');
  });

  it('asks first, and names what there is', async () => {
    await picked(2, '--folder', 'Summer');
    const [unasked, unknown] = [
      await photodav('picks', 'remove', 'Summer'),
      await photodav('picks', 'remove', 'Sumer'),
    ];
    expect([unasked.code, unasked.stderr]).toEqual([2, expect.stringContaining('advice: add --yes')]);
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('did you mean Summer?')]);
    expect(await files('picks')).toHaveLength(1);
  });
});

describe('photodav pick --pin', () => {
  it('brings the bytes to the disk, and removing takes them away', async () => {
    const { code, stderr } = await picked(20, '--pin', '--folder', 'Summer');
    expect(stderr).toContain(': what is on disk by then can be opened for good.\n');
    expect([code, stderr]).toEqual([0, expect.stringContaining('20 of 20 pinned items are on disk.')]);
    expect(await files('pins')).toHaveLength(40);
    expect((await photodav('picks', 'list', '--verify')).stdout).toMatch(/\tpinned 20 of 20, [\d.]+ [KM]iB\n$/);
    await picked(5, '--pin', '--folder', 'Winter');
    await photodav('picks', 'remove', 'Summer', '--yes');
    expect(await files('pins')).toHaveLength(10);
  });

  it('tells by its exit code that quota or room was too little, and keeps the pick', async () => {
    const short = await picked(20, '--pin', '--folder', 'Summer', '--quota-bytes-per-day', '10');
    expect([short.code, short.stdout]).toEqual([6, '20 items picked into "Summer" of /\n']);
    expect(short.stderr).toMatch(
      /error: \d+ items could not be pinned yet: half of .*\nadvice: .*`photodav serve` goes on/,
    );
    const full = await picked(20, '--pin', '--folder', 'Winter', '--pins-max-size', '1KiB');
    expect([full.code, full.stderr]).toEqual([7, expect.stringMatching(/error: \d+ items could not be pinned yet: /)]);
    expect((await photodav('picks', 'list')).stdout.match(/\t20 items\t/g)).toHaveLength(2);
  });
});

describe('photodav pick without a mount for picks', () => {
  it('asks for a sign-in where nothing is configured and nobody has signed in', async () => {
    for (const args of [['pick'], ['picks', 'list']]) {
      const { code, stderr } = await run(home.path, args, { PHOTODAV_DATA_DIR: join(home.path, 'data') });
      expect([code, stderr]).toEqual([
        4,
        'error: nobody has signed in yet\n' +
          'advice: sign in with `photodav login`; `photodav login --guide` tells what it needs first\n',
      ]);
    }
  });

  it('says what the library shows, and how to have the other', async () => {
    const { code, stderr } = await run(home.path, ['pick'], { ...environment(), PHOTODAV_SOURCE: '' });
    expect([code, stderr]).toEqual([
      2,
      'error: no mount shows picks: the source of / is library, which shows what this OAuth client has uploaded\n' +
        'advice: give `--source picker` (PHOTODAV_SOURCE=picker), also to `photodav serve`, or write a mount with ' +
        '"source": "picker" into the configuration file\n',
    ]);
  });
});
