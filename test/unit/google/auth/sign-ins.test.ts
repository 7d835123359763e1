import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SignIns, type SignIn } from '../../../../src/google/auth/sign-ins.js';
import { createLog } from '../../../../src/log.js';
import { Recorder } from '../../../support/log-lines.js';

const SIGN_IN: SignIn = {
  ...{ clientId: '1-a', clientSecret: 'GOCSPX-s', account: 'ada', refreshToken: '1//r' },
  scopes: ['a'],
  grantedAtMs: Date.UTC(2026, 0, 1),
};

let folder: string;
let recorder: Recorder;
let signIns: SignIns;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photodav-sign-ins-'));
  recorder = new Recorder();
  signIns = new SignIns({ folder, label: 'google', log: createLog({ level: 'warn', destination: recorder }) });
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

describe('a file that cannot be read', () => {
  it('is told once for as long as it is damaged, with nothing of what it holds', async () => {
    await signIns.save(SIGN_IN);
    const [name = ''] = await readdir(folder);
    const path = join(folder, name);
    const sound = await readFile(path, 'utf8');
    const damaged = sound.slice(0, -3);
    await writeFile(path, damaged);
    for (let i = 0; i < 3; i++) expect(await signIns.of(SIGN_IN)).toBeUndefined();
    expect(recorder.lines).toHaveLength(1);
    expect(JSON.stringify(recorder.lines)).not.toMatch(/GOCSPX|1\/\/r/);
    await writeFile(path, sound);
    expect(await signIns.of(SIGN_IN)).toEqual(SIGN_IN);
    await writeFile(path, damaged);
    expect(await signIns.of(SIGN_IN)).toBeUndefined();
    expect(recorder.lines).toHaveLength(2);
  });

  it('is replaced by a new sign-in', async () => {
    await signIns.save(SIGN_IN);
    const [name = ''] = await readdir(folder);
    await writeFile(join(folder, name), '');
    await signIns.save(SIGN_IN);
    expect(await signIns.find('ada')).toEqual(SIGN_IN);
  });
});

describe('a folder that the system does not let us read', () => {
  it('is told as such, and not as if nobody had signed in', async () => {
    const taken = join(folder, 'taken');
    await writeFile(taken, '');
    const closed = new SignIns({ folder: taken, label: 'google', log: createLog({ level: 'silent' }) });
    const refusal = {
      code: 'SOURCE_UNAVAILABLE',
      message: 'google photos: the folder tokens in the data folder cannot be used (ENOTDIR)',
      advice: expect.stringContaining('the user whom photodav runs as'),
    };
    await expect(closed.all()).rejects.toMatchObject(refusal);
    await expect(closed.find('ada')).rejects.toMatchObject(refusal);
    await expect(closed.of(SIGN_IN)).rejects.toMatchObject(refusal);
    await expect(closed.save(SIGN_IN)).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
  });
});
