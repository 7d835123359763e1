import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SignIns } from '../../../src/google/auth/sign-ins.js';
import { createLog } from '../../../src/log.js';
import { loginCommand, identify, type Identity } from '../../../src/sources/sign-in.js';

const CLIENT = { clientId: '1-a', clientSecret: 's' };

let folder: string;
let signIns: SignIns;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photodav-whose-'));
  signIns = new SignIns({ folder, label: 'google', log: createLog({ level: 'silent' }) });
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

const ask = (options: Parameters<typeof identify>[0]): Promise<Identity> =>
  identify(options, { signIns, nowMs: 0, loginCommand: 'photodav login' });

const stored = (clientId: string, account = 'default') =>
  signIns.save({ clientId, clientSecret: 's', account, scopes: [], grantedAtMs: 0, refreshToken: '1//stored' });

describe('whose sign-in is meant', () => {
  it('a token of the configuration goes before what is stored', async () => {
    await stored('1-a');
    const { configured } = await ask({ ...CLIENT, refreshToken: '1//own' });
    expect(configured?.refreshToken).toBe('1//own');
  });

  it('is that of the configured client, whoever else has signed in', async () => {
    await stored('2-b');
    expect(await ask(CLIENT)).toEqual({ ...CLIENT, account: 'default', owner: '1-a:default' });
  });

  it('is that of the only client which the account has signed in with', async () => {
    await stored('2-b', 'ada');
    await stored('1-a');
    expect(await ask({ account: 'ada' })).toEqual({ clientId: '2-b', account: 'ada', owner: '2-b:ada' });
  });

  it('is one to come, by the only client that anybody has signed in with', async () => {
    await stored('1-a');
    await stored('1-a', 'ada');
    expect(await ask({ account: 'ben' })).toEqual({ clientId: '1-a', account: 'ben', owner: '1-a:ben' });
    await stored('2-b', 'cleo');
    await expect(ask({ account: 'ben' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('cannot be told where the account has signed in with several clients', async () => {
    await stored('2-b');
    await stored('1-a');
    await expect(ask({})).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      advice: expect.stringContaining('clientId'),
    });
  });
});

describe('the owner of what is stored', () => {
  it('is no other when a token is replaced, where the account has a name', async () => {
    const { owner } = await ask({ ...CLIENT, account: 'ada', refreshToken: '1//one' });
    expect(owner).toBe('1-a:ada');
    expect((await ask({ ...CLIENT, account: 'ada', refreshToken: '1//two' })).owner).toBe(owner);
    expect((await ask({ ...CLIENT, account: 'ada' })).owner).toBe(owner);
  });

  it('is another with each token, where nobody has named the account: it may be somebody else', async () => {
    const { owner } = await ask({ ...CLIENT, refreshToken: '1//one' });
    expect((await ask({ ...CLIENT, refreshToken: '1//two' })).owner).not.toBe(owner);
    expect((await ask(CLIENT)).owner).not.toBe(owner);
    expect(owner).not.toContain('1//');
  });

  it('has no colon from a name, which would make it look like another', async () => {
    expect((await ask({ ...CLIENT, account: 'ada:archived' })).owner).toBe('1-a:ada%3Aarchived');
  });
});

it.each([
  [undefined, 'photodav login'],
  ['/', 'photodav login --mount /'],
  ['/family/photos', 'photodav login --mount /family/photos'],
  ['/my photos', 'photodav login --mount "/my photos"'],
])('the mount %p is signed in to with %s', (mount, command) => {
  expect(loginCommand(mount)).toBe(command);
});
