import { execFileSync } from 'node:child_process';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../../src/config/load.js';
import type { Flags } from '../../../src/config/text-layers.js';
import { watchUsers } from '../../../src/config/users-file.js';
import { createLog } from '../../../src/log.js';
import { Recorder } from '../../support/log-lines.js';
import { ManualClock } from '../../support/manual-clock.js';
import { stage } from './stage.js';

const { systemWith } = stage();

const passwordHash = `$scrypt$ln=15,r=8,p=1$${'a'.repeat(22)}$${'b'.repeat(43)}`;
const user = (name: string, mounts?: readonly string[]) => ({ name, passwordHash, ...(mounts ? { mounts } : {}) });
const fileOf = (...users: readonly unknown[]) => JSON.stringify({ mounts: [{}, { path: '/b' }], users });

async function watch(file: string | undefined, flags: Flags = {}) {
  const system = await systemWith(file === undefined ? {} : { file });
  const loaded = await loadConfig(flags, system);
  const recorder = new Recorder();
  const clock = new ManualClock();
  const users = watchUsers(loaded, createLog({ level: 'info', destination: recorder }), clock);
  const names = async () => (await users()).map(({ name }) => name);
  return {
    file: loaded.file,
    clock,
    users,
    names,
    lines: recorder.lines,
    /** Who may enter a second after the file has become this. */
    after: async (text: string) => {
      await writeFile(`${loaded.file}.new`, text);
      await rename(`${loaded.file}.new`, loaded.file);
      await clock.advance(1_000);
      return names();
    },
  };
}

describe('users while the server runs', () => {
  it('come and go as the file says, with their mounts and passwords', async () => {
    const { names, after, users, lines } = await watch(fileOf(user('ann'), user('bob')));
    expect(await names()).toEqual(['ann', 'bob']);
    expect(await after(fileOf(user('bob'), user('cy', ['/b'])))).toEqual(['bob', 'cy']);
    expect(await users()).toContainEqual({ ...user('cy', ['/b']), access: 'read' });
    const other = passwordHash.replace('aaa', 'ccc');
    await after(fileOf({ ...user('bob'), passwordHash: other }));
    expect(await users()).toEqual([{ name: 'bob', passwordHash: other, access: 'read' }]);
    expect(lines.map(({ level }) => level)).toEqual([30, 30]);
  });

  it('are looked for once a second at most', async () => {
    const { file, names, clock } = await watch(fileOf(user('ann')));
    await names();
    await writeFile(file, fileOf(user('bob')));
    await clock.advance(999);
    expect(await names()).toEqual(['ann']);
    await clock.advance(1);
    expect(await names()).toEqual(['bob']);
  });

  it('are looked for although the clock is set back', async () => {
    const { file, names, clock } = await watch(fileOf(user('ann')));
    await names();
    await writeFile(file, fileOf(user('bob')));
    await clock.advance(-3_600_000);
    expect(await names()).toEqual(['bob']);
  });

  it('are those of the file at the first question, though it was changed since the start', async () => {
    const { file, names } = await watch(fileOf(user('ann')));
    await writeFile(file, fileOf(user('bob')));
    expect(await names()).toEqual(['bob']);
  });

  it.each([
    ['that is cut', '{ "users": [', /line 1 is not JSON/],
    ['that leaves nothing', '', /^it is empty$/],
    ['that nests without end', `{ "users":\n${'['.repeat(20_000)}${']'.repeat(20_000)} }`, /line 2 nests more than 64/],
  ])('stay as they were after an edit %s, which is told once', async (_, text, fault) => {
    const { names, after, clock, lines } = await watch(fileOf(user('ann')));
    await names();
    expect(await after(text)).toEqual(['ann']);
    await clock.advance(1_000);
    expect(await names()).toEqual(['ann']);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ level: 40, fault: expect.stringMatching(fault) as unknown });
    expect(JSON.stringify(lines)).not.toContain('scrypt');
    expect(await after(fileOf(user('bob')))).toEqual(['bob']);
  });

  const other = passwordHash.replace('aaa', 'ccc');
  it.each<[string, string, RegExp, readonly string[]]>([
    ['a user twice', fileOf(user('ann'), user('cy'), user('cy')), /user cy stands there twice/, ['ann']],
    ['a user twice who was there', fileOf(user('ann'), user('ann')), /user ann stands there twice/, ['ann']],
    [
      'a user with two passwords',
      fileOf(user('ann'), { ...user('ann'), passwordHash: other }),
      /user ann stands there twice/,
      [],
    ],
    ['a user without a password', fileOf(user('bob'), { name: 'ann' }), /users\[1\]\.passwordHash is missing/, ['bob']],
    [
      'a password that is none',
      fileOf(user('bob'), { ...user('ann'), passwordHash: 'x' }),
      /users\[1\]\.passwordHash .* not valid/,
      ['bob'],
    ],
    [
      'another password and a misspelt key',
      fileOf({ ...user('ann'), passwordHash: other, mount: [] }, user('bob')),
      /^mount .* is unknown/,
      ['bob'],
    ],
    [
      'a mount that is not served',
      fileOf(user('ann'), user('cy', ['/new'])),
      /user cy .* names \/new, .* known are \/, \/b/,
      ['ann'],
    ],
    [
      'a misspelt key of a user who was there, and of one who was not',
      fileOf({ ...user('bob'), mount: [] }, { ...user('cy'), mount: [] }, user('dan')),
      /^mount .* is unknown/,
      ['dan', 'bob'],
    ],
    ['a user who is no object', fileOf('ann', user('bob')), /users\[0\] .* must be an object/, ['bob']],
    ['no list of users', '{ "users": {} }', /^users .* must be a list of objects/, []],
    [
      'two lists of users',
      `{ "users": [${JSON.stringify(user('ann'))}], "users": [] }`,
      /^users .* stands there twice/,
      [],
    ],
    ['no object', '[]', /must be an object/, []],
  ])('are those who are right, or as before, after an edit with %s', async (_, text, fault, left) => {
    const { names, after, clock, lines } = await watch(fileOf(user('ann'), user('bob')));
    await names();
    expect(await after(text)).toEqual(left);
    await clock.advance(1_000);
    expect(await names()).toEqual(left);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ level: 40, users: left.length, fault: expect.stringMatching(fault) as unknown });
    expect(JSON.stringify(lines)).not.toContain('scrypt');
    expect(await after(fileOf(user('eve')))).toEqual(['eve']);
  });

  it.each<[string, readonly string[] | undefined, unknown, readonly string[] | undefined]>([
    ['fewer mounts, and one that is not there', undefined, ['/b', '/new'], ['/b']],
    ['another mount, and one that is not there', ['/b'], ['/', '/new'], undefined],
    ['more mounts, and one that is not there', ['/b'], ['/', '/b', '/new'], ['/b']],
    ['no mount', undefined, [], undefined],
    ['a mount that is not in a list', undefined, '/b', ['/b']],
  ])('see no more than before and than is named, after an edit with %s', async (_, before, written, seen) => {
    const { users, after } = await watch(fileOf(user('ann', before)));
    await users();
    await after(fileOf({ ...user('ann'), mounts: written }));
    expect(await users()).toEqual(seen ? [{ ...user('ann', seen), access: 'read' }] : []);
  });

  it('stay as they were while a pipe takes the place of the file, and nobody waits for it', async () => {
    const { file, names, after, clock, lines } = await watch(fileOf(user('ann')));
    await names();
    await rm(file);
    execFileSync('mkfifo', [file]);
    for (let look = 0; look < 3; look++) {
      await clock.advance(1_000);
      expect(await names()).toEqual(['ann']);
    }
    expect(lines).toMatchObject([{ level: 40, msg: expect.stringContaining('no regular file') as unknown }]);
    expect(await after(fileOf(user('bob')))).toEqual(['bob']);
  });

  it('are those that were piped in', async () => {
    const system = await systemWith({});
    const pipe = join(system.home, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const [loaded] = await Promise.all([
      loadConfig({ '--config': pipe }, system),
      writeFile(pipe, fileOf(user('ann'))),
    ]);
    const recorder = new Recorder();
    const users = watchUsers(loaded, createLog({ level: 'info', destination: recorder }), new ManualClock());
    expect(await users()).toEqual([{ ...user('ann'), access: 'read' }]);
    expect(recorder.lines).toHaveLength(1);
  });

  it('outlive a look that fails', async () => {
    const system = await systemWith({ file: fileOf(user('ann')) });
    const loaded = await loadConfig({}, system);
    const clock = new ManualClock();
    const recorder = new Recorder();
    const log = createLog({ level: 'info', destination: recorder });
    let isBroken = true;
    log.info = () => {
      if (isBroken) throw new RangeError('broken');
    };
    const users = watchUsers(loaded, log, clock);
    await users();
    for (const name of ['bob', 'cyril']) {
      await writeFile(loaded.file, fileOf(user(name)));
      await clock.advance(1_000);
      expect(await users()).toMatchObject([{ name }]);
      isBroken = false;
    }
    expect(recorder.lines).toMatchObject([{ level: 50, err: { message: 'broken' } }]);
  });

  it('stay as they were while the file is gone', async () => {
    const { file, names, clock, lines } = await watch(fileOf(user('ann')));
    await names();
    await rm(file);
    await clock.advance(1_000);
    expect(await names()).toEqual(['ann']);
    expect(lines).toMatchObject([{ level: 40, fault: expect.stringContaining('ENOENT') as unknown }]);
  });

  it('go at once though something else in the file is wrong', async () => {
    const { names, after } = await watch(fileOf(user('ann'), user('bob')));
    await names();
    const text = `{ "colour": 1, "server": { "port": "x" }, "users": [${JSON.stringify(user('ann'))}] }`;
    expect(await after(text)).toEqual(['ann']);
  });

  it('may all be gone, and then nobody is let in', async () => {
    const { names, after } = await watch(fileOf(user('ann')));
    await names();
    expect(await after('{ "server": { "host": "0.0.0.0" } }')).toEqual([]);
  });

  it('see the demo that was asked for, whatever mounts they may see else', async () => {
    const { users, after } = await watch(fileOf(user('ann', ['/b'])), { '--demo': true });
    expect(await users()).toEqual([{ ...user('ann'), access: 'read' }]);
    expect(await after(fileOf(user('bob', ['/b'])))).toEqual(['bob']);
  });

  it('are none without a file, and nothing is said of it', async () => {
    const { names, lines, after } = await watch(undefined);
    expect([await names(), lines]).toEqual([[], []]);
    expect(await after('{ "users": [] }')).toEqual([]);
  });
});
