import { rename, rm, writeFile } from 'node:fs/promises';
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
    ['with a user twice', fileOf(user('ann'), user('bob'), user('bob')), /user bob stands there twice/],
    ['with a user who names no password', fileOf({ name: 'bob' }), /users\[0\]\.passwordHash is missing/],
    ['with a mount that is not served', fileOf(user('bob', ['/new'])), /user bob .* names \/new, .* known are \/, \/b/],
    ['with a misspelt key of a user', fileOf({ ...user('bob'), mount: [] }), /^mount .* is unknown/],
    ['with two lists of users', '{ "users": [], "users": [] }', /^users .* stands there twice/],
    ['that is no object', '[]', /must be an object/],
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
