import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { clientFor } from '../../../src/app/sign-in/client.js';
import { SignIns } from '../../../src/google/auth/sign-ins.js';
import { createLog } from '../../../src/log.js';

const A = { clientId: '1-a.apps.googleusercontent.com', clientSecret: 'GOCSPX-a' };
const B = { clientId: '2-b.apps.googleusercontent.com', clientSecret: 'GOCSPX-b' };

let folder: string;
let signIns: SignIns;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photodav-client-'));
  signIns = new SignIns({ folder, label: 'google', log: createLog({ level: 'silent' }) });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const save = (client: typeof A, account: string) => signIns.save({ ...client, account, scopes: [], grantedAtMs: 0 });

describe('the client to sign in with', () => {
  it("is the configuration's", async () => {
    await save(B, 'ann');
    expect(await clientFor({ account: 'ann', ...A }, signIns)).toEqual(A);
  });

  it("else that of the account's earlier sign-in", async () => {
    await save(A, 'ann');
    await save(B, 'ben');
    expect(await clientFor({ account: 'ben' }, signIns)).toEqual(B);
  });

  it('else the only one there is', async () => {
    await save(A, 'ann');
    expect(await clientFor({ account: 'ben' }, signIns)).toEqual(A);
    await save(B, 'eve');
    await expect(clientFor({ account: 'ben' }, signIns)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(await clientFor({ account: 'ben', clientId: B.clientId }, signIns)).toEqual(B);
  });

  it.each<[string, Partial<typeof A>, string]>([
    ['is none', {}, 'there is no OAuth client'],
    ['has no id', { clientSecret: 'GOCSPX-a' }, 'missing clientId'],
    ['has no secret', { clientId: A.clientId }, 'missing clientSecret'],
    ['has not the form of one', { ...A, clientId: 'my-photos-1234' }, 'the client id is the id of the project'],
    ['has an id for a secret', { ...A, clientSecret: B.clientId }, 'clientSecret holds a client id'],
  ])('is refused where there %s', async (_what, client, message) => {
    await expect(clientFor({ account: 'ann', ...client }, signIns)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message,
    });
  });
});
