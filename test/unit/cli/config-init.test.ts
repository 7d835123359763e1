import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { configText } from '../../../src/cli/config-init.js';
import type { Questions } from '../../../src/cli/terminal.js';
import { createFile } from '../../../src/cli/whole-file.js';
import { loadConfig } from '../../../src/config/load.js';
import { verifyPassword } from '../../../src/http/password.js';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photodav-init-'));
  file = join(folder, 'new', 'config.json');
});
afterEach(() => rm(folder, { recursive: true }));

const system = () => ({ env: { PHOTODAV_PORT: 'x' }, platform: 'linux', home: folder, workingFolder: folder }) as const;

/** A person who answers like this, question by question; an empty answer takes what is usual. */
function person(...answers: readonly string[]): Questions & { readonly told: string[]; readonly left: string[] } {
  const left = [...answers];
  const told: string[] = [];
  const next = () => {
    const answer = left.shift();
    if (answer === undefined) throw new Error('there was one question more');
    return answer;
  };
  return {
    told,
    left,
    ask: (_, usual = '') => Promise.resolve(next() || usual),
    askSecret: () => Promise.resolve(next()),
    tell: (text) => void told.push(text),
  };
}

const load = async (text: string) => {
  await createFile(file, text);
  return (await loadConfig({ '--config': file }, { ...system(), env: {} })).values;
};

describe('photodav config init', () => {
  it('writes a file for the demo that photodav takes', async () => {
    const { server, mounts } = await load(await configText(person('demo', '', ''), file, system()));
    expect([server.host, server.port, mounts]).toEqual([
      '127.0.0.1',
      8008,
      [expect.objectContaining({ source: 'demo' })],
    ]);
  });

  it('writes a file for an account, with comments', async () => {
    const text = await configText(
      person('library', '12-a.example', 's3cret', '{"refresh_token":"r"}', '', '81'),
      file,
      system(),
    );
    expect(text).toMatch(/^\/\/ .*docs\/configuration\.md/);
    const { server, mounts } = await load(text);
    expect(server.port).toBe(81);
    expect(mounts[0]).toMatchObject({
      source: 'library',
      options: { clientId: '12-a.example', clientSecret: 's3cret' },
    });
  });

  it('writes a file for picks, and needs no client where its file is imported', async () => {
    const who = person('', '', '', '');
    const text = await configText(who, file, system());
    expect((await load(text)).mounts).toEqual([expect.objectContaining({ source: 'picker' })]);
    expect(text).not.toContain('client');
    expect(who.told.at(-1)).toMatch(/^Next: `photodav login --import client_secret_….json` signs in /);
    expect(who.left).toEqual([]);
  });

  it('leaves the sign-in to the browser where there is no token yet', async () => {
    const who = person('picker', '12-a.example', '', '12-a.example', 's3cret', '', '');
    const { mounts } = await load(await configText(who, file, system()));
    expect(mounts[0]).toMatchObject({
      source: 'picker',
      options: { clientId: '12-a.example', clientSecret: 's3cret' },
    });
    expect(who.told).toContain('type the client secret, which the sign-in needs');
    expect(who.told.at(-1)).toBe('Next: `photodav login` signs in in the browser.');
    expect(who.left).toEqual([]);
  });

  it('asks for a user where other machines can reach the address', async () => {
    const who = person('demo', '0.0.0.0', '', 'ann', 'one', 'two', 'pw', 'pw');
    const { server, users } = await load(await configText(who, file, system()));
    expect([server.host, users[0]?.name]).toEqual(['0.0.0.0', 'ann']);
    expect(await verifyPassword('pw', users[0]?.passwordHash ?? '')).toBe(true);
    expect(who.told).toContain('the two passwords differ');
    expect(who.left).toEqual([]);
  });

  it('asks again where an answer is wrong', async () => {
    const who = person(
      'flickr',
      'library',
      '12-a.example',
      '',
      '',
      '12-a.example',
      's',
      '{"refresh_token":"r"}',
      'a b',
      '',
      '99999',
      '80',
    );
    await configText(who, file, system());
    expect(who.left).toEqual([]);
    expect(who.told).toEqual([
      'answer picker, library or demo',
      expect.stringContaining('OAuth client'),
      'type the client secret, which the sign-in needs',
      'type an IP address or a host name',
      'type a number up to 65535',
    ]);
  });
});

describe('a file that is made', () => {
  it('is there whole, for its owner alone, with nothing beside it', async () => {
    await createFile(file, 'text');
    expect([await readFile(file, 'utf8'), (await stat(file)).mode & 0o777]).toEqual(['text', 0o600]);
    expect(await readdir(join(folder, 'new'))).toEqual(['config.json']);
  });

  it('never takes the place of another', async () => {
    await createFile(file, 'first');
    await expect(createFile(file, 'second')).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: `cannot write ${file} (it is there already)`,
    });
    expect([await readFile(file, 'utf8'), await readdir(join(folder, 'new'))]).toEqual(['first', ['config.json']]);
  });

  it('is refused below what is no folder', async () => {
    await writeFile(join(folder, 'new'), '');
    await expect(createFile(file, 'text')).rejects.toThrow(/cannot write .* \((?:EEXIST|ENOTDIR): /);
  });
});
