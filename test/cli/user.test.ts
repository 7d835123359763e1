import { chmod, lstat, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { verifyPassword } from '../../src/http/password.js';
import { makeHome, pipe, run } from './photodav.js';

let home: Awaited<ReturnType<typeof makeHome>>;
let file: string;
beforeEach(async () => {
  home = await makeHome();
  file = join(home.path, 'c.json');
});
afterEach(() => home.remove());

const add = (password: string | Buffer, ...args: readonly string[]) =>
  pipe(home.path, ['user', 'add', '--config', 'c.json', ...args], password);
const remove = (name: string) => run(home.path, ['user', 'remove', '--config', 'c.json', name]);
const list = async (...args: readonly string[]) => run(home.path, ['user', 'list', '--config', 'c.json', ...args]);
const text = () => readFile(file, 'utf8');

async function hashOf(name: string): Promise<string> {
  const { users } = JSON.parse(await text()) as { users: { name: string; passwordHash: string }[] };
  return users.find((user) => user.name === name)?.passwordHash ?? '';
}

describe('photodav user add', () => {
  it('makes the default file for its owner alone, and says neither password nor hash', async () => {
    const outcome = await pipe(home.path, ['user', 'add', 'ann'], 'hunter2\n');
    const path = join(home.path, '.config', 'photodav', 'config.json');
    const told = `user ann added to ${path}\nfrom now on every client is asked for a name and a password, also by a server that is running\n`;
    expect(outcome).toEqual({ code: 0, stdout: told, stderr: '' });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const { users } = JSON.parse(await readFile(path, 'utf8')) as { users: { passwordHash: string }[] };
    expect(await verifyPassword('hunter2', users[0]?.passwordHash ?? '')).toBe(true);
  });

  it.each([
    ['without a line end', 'pass word', 'pass word'],
    ['with that of Windows', 'p:a\r\n', 'p:a'],
    ['with more lines after it', 'first\nsecond\n', 'first'],
    ['in another form of Unicode', 'u\u0308\n', '\u00fc'],
    ['of 1024 bytes', 'x'.repeat(1024), 'x'.repeat(1024)],
  ])('takes a password %s', async (_, written, password) => {
    expect(await add(written, 'ann')).toMatchObject({ code: 0, stderr: '' });
    expect(await verifyPassword(password, await hashOf('ann'))).toBe(true);
  });

  it.each<[string, string | Buffer, string]>([
    ['nothing', '', 'the password is empty'],
    ['an empty line', '\nsecond', 'the password is empty'],
    ['a control character', 'a\tb\n', 'the password holds a control character'],
    ['1025 bytes', 'x'.repeat(1025), 'the password has 1025 bytes'],
    ['far too much', Buffer.alloc(1_000_000, 'x'), 'the password has'],
    ['what is no UTF-8', Buffer.from([0xff, 0x0a]), 'the password is no UTF-8'],
  ])('refuses %s as a password, and writes nothing', async (_, written, reason) => {
    const { code, stdout, stderr } = await add(written, 'ann');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(new RegExp(`^error: ${reason}.*\nadvice: .*\n$`));
    await expect(text()).rejects.toThrow('ENOENT');
  });

  it('leaves comments, order, line ends and mode as they were', async () => {
    const before =
      '\uFEFF// mine\r\n{\r\n\t"server": { "port": 80, }, // the port\r\n\t"users": [\r\n\t], // nobody\r\n}\r\n';
    await writeFile(file, before);
    await chmod(file, 0o640);
    expect((await add('pw', 'ann')).code).toBe(0);
    const after = await text();
    const added = /\t\t\{\r\n\t\t\t"name": "ann",\r\n\t\t\t"passwordHash": "[^"]+"\r\n\t\t\}\r\n/;
    expect(after).toMatch(added);
    expect(after.replace(added, '')).toBe(before);
    expect((await stat(file)).mode & 0o777).toBe(0o640);
  });

  it('writes the target of a symbolic link', async () => {
    await mkdir(join(home.path, 'real'));
    await writeFile(join(home.path, 'real', 'c.json'), '{}');
    await symlink(join('real', 'c.json'), file);
    expect((await add('pw', 'ann')).code).toBe(0);
    expect((await lstat(file)).isSymbolicLink()).toBe(true);
    expect(await hashOf('ann')).toContain('scrypt');
  });

  it('takes mounts, as they are or as they are normalised', async () => {
    await writeFile(file, '{ "mounts": [{}, { "path": "/b/c" }] }');
    expect((await add('pw', 'ann', '--mounts', '/, b/c/')).code).toBe(0);
    expect((await list()).stdout).toBe('ann\t/ /b/c\n');
  });

  it('changes a password only where --replace says so, and keeps the rest', async () => {
    await add('old', 'ann', '--mounts', '/');
    const old = await hashOf('ann');
    expect(await add('new', 'ann')).toMatchObject({
      code: 2,
      stderr:
        'error: there is a user ann already\nadvice: to change the password, write `photodav user add --replace ann`\n',
    });
    expect(await hashOf('ann')).toBe(old);
    expect(await add('new', '--replace', 'ann')).toMatchObject({ code: 0, stdout: `user ann changed in ${file}\n` });
    expect(await verifyPassword('new', await hashOf('ann'))).toBe(true);
    expect((await list()).stdout).toBe('ann\t/\n');
  });

  it.each([
    ['a colon in the name', '{}', ['a:b'], /^error: "a:b" cannot be the name of a user/],
    [
      'a mount that is not there',
      '{}',
      ['ann', '--mounts', '/x'],
      /^error: user ann .* names \/x, and no mount stands there; known are \/\n/,
    ],
    ['what is no path', '{}', ['ann', '--mounts', '/a:b'], /^error: --mounts: "\/a:b" is no path of a mount/],
    ['a file that is broken', '{ "users": [', ['ann'], /^error: .* line 1 is not JSON/],
    [
      'a file whose users are broken',
      '{ "users": [{ "name": "ann" }] }',
      ['bob'],
      /^error: users\[0\]\.passwordHash is missing/,
    ],
    ['a file that is no object', '[]', ['ann'], /^error: the configuration file .* must be an object/],
    ['a password as an argument', '{}', ['ann', 'secret'], /^error: too many arguments/],
  ])('refuses %s, and leaves the file alone', async (_, before, args, message) => {
    await writeFile(file, before);
    const { code, stderr } = await add('pw', ...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('scrypt');
    expect(await text()).toBe(before);
  });

  it('refuses a file that is no UTF-8', async () => {
    const before = Buffer.from([0x7b, 0x22, 0xe4, 0x22, 0x7d]);
    await writeFile(file, before);
    expect((await add('pw', 'ann')).stderr).toMatch(/^error: cannot read .* \(it is no UTF-8\)/);
    expect(await readFile(file)).toEqual(before);
  });
});

describe('photodav user remove', () => {
  it('takes the user and nothing else', async () => {
    await writeFile(file, '{\n  // who may enter\n  "users": []\n}\n');
    await add('pw', 'ann');
    const one = await text();
    await add('pw', 'bob');
    expect(await remove('bob')).toEqual({ code: 0, stdout: `user bob removed from ${file}\n`, stderr: '' });
    expect(await text()).toBe(one);
  });

  it('refuses a name that is not there, and names the nearest', async () => {
    await add('pw', 'ann');
    expect(await remove('anne')).toMatchObject({
      code: 2,
      stderr: `error: there is no user anne in ${file}\nadvice: did you mean ann?\n`,
    });
  });

  it('says what follows for an address that others can reach', async () => {
    await writeFile(file, '{ "server": { "host": "0.0.0.0" } }');
    expect((await add('pw', 'ann')).code).toBe(0);
    const { code, stderr } = await remove('ann');
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^note: photodav will not start like this: server\.host .* there are no users.*\nadvice: add a user/,
    );
  });
});

describe('photodav user list', () => {
  it('prints names and mounts, and no hash', async () => {
    await add('pw', 'ann');
    await add('pw', 'bob', '--mounts', '/');
    expect((await list()).stdout).toBe('ann\tall\nbob\t/\n');
    const lines = (await list('--json')).stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { name: 'ann', access: 'read' },
      { name: 'bob', mounts: ['/'], access: 'read' },
    ]);
  });

  it('prints nothing where there are none, but refuses a file that is named and absent', async () => {
    expect(await run(home.path, ['user', 'list'])).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await list()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`there is no file ${file}`) as unknown,
    });
  });
});

describe('a command that is missing or misspelt', () => {
  it.each([
    [['user'], /error: user needs a command\nadvice: choose one of add, remove, list\n$/],
    [['user', 'lst'], /error: unknown command 'lst'\nadvice: did you mean list\? .*photodav user --help/i],
    [
      ['user', 'add'],
      /error: missing required argument 'name'\nadvice: `photodav user add --help` lists the options\n$/,
    ],
  ])('%j', async (args, message) => {
    const { code, stderr } = await run(home.path, args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});
