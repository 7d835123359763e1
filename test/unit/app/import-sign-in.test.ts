import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { importSignIn, type ImportedToken } from '../../../src/app/import-sign-in.js';
import { signIn } from '../../../src/app/sign-in.js';
import type { Whose } from '../../../src/app/sign-in/whose.js';
import type { Emulator } from '../../../src/emulator/emulator.js';
import { startEmulator } from '../../../src/emulator/server.js';
import { LIBRARY_READ_SCOPE, PICKER_SCOPE, REMOVED_SCOPES } from '../../../src/google/scopes.js';
import { SignIns } from '../../../src/google/auth/sign-ins.js';
import { createLog } from '../../../src/log.js';
import { consenting } from '../../support/consenting.js';
import { ManualClock } from '../../support/manual-clock.js';

let emulator: Emulator;
let folder: string;
let signIns: SignIns;
beforeEach(async () => {
  emulator = await startEmulator({ items: 3 });
  folder = await mkdtemp(join(tmpdir(), 'photodav-import-'));
  signIns = signInsIn('tokens');
});
afterEach(async () => {
  await emulator.close();
  await rm(folder, { recursive: true, force: true });
});

function signInsIn(name: string): SignIns {
  const { host } = new URL(emulator.ready.api);
  return new SignIns({ folder: join(folder, name), label: host, log: createLog({ level: 'silent' }) });
}

const clock = new ManualClock();
const config = () => ({ google: { endpoint: new URL(emulator.ready.api) } });
const client = () => ({ clientId: emulator.ready.clientId, clientSecret: emulator.ready.clientSecret });

/** What another program has that somebody gave these scopes. */
async function tokenWith(...scopes: readonly string[]): Promise<ImportedToken> {
  const parts = { signIns: signInsIn('elsewhere'), clock };
  const given = await signIn(config(), { client: client(), account: 'other', scopes }, consenting(), parts);
  return { ...bare(given.refreshToken ?? ''), ...client() };
}

function bare(refreshToken: string): ImportedToken {
  return { kind: 'token', refreshToken, options: [], withoutOption: [] };
}

/** Nothing configured, or mounts that need these scopes. */
function whose(over: Partial<Whose> = {}): Whose {
  return { mounts: [], account: 'default', scopes: [PICKER_SCOPE], ...over };
}

const importing = (token: ImportedToken, over?: Partial<Whose>) =>
  importSignIn(config(), token, whose(over), { signIns, clock });

describe('a token that another program has', () => {
  it('is tried once and kept, with what it grants and the client it was made with', async () => {
    const token = await tokenWith(LIBRARY_READ_SCOPE);
    const before = emulator.counters().token ?? 0;
    const kept = await importing(token);
    expect(kept).toMatchObject({ ...client(), refreshToken: token.refreshToken, scopes: [LIBRARY_READ_SCOPE] });
    expect(await signIns.find('default')).toEqual(kept);
    expect(emulator.counters().token).toBe(before + 1);
  });

  it('takes the client of the configuration, or of an earlier sign-in, where it tells none', async () => {
    const { refreshToken } = await tokenWith(PICKER_SCOPE);
    expect(await importing(bare(refreshToken), client())).toMatchObject(client());
    expect(await importing(bare(refreshToken))).toMatchObject(client());
  });

  it.each([
    ['does not grant what the mount needs', [LIBRARY_READ_SCOPE], /photospicker/],
    ['grants only what Google has taken away', [...REMOVED_SCOPES], /31 March 2025/],
  ])('that %s is not kept', async (_name, scopes, message) => {
    const token = await tokenWith(...scopes);
    const mounts = [{}] as unknown as Whose['mounts'];
    await expect(importing(token, { mounts })).rejects.toMatchObject({
      code: 'SCOPE_MISSING',
      message: expect.stringMatching(message) as unknown,
      advice: expect.stringContaining('photodav login') as unknown,
    });
    expect(await readdir(join(folder, 'tokens')).catch(() => [])).toEqual([]);
  });

  it('that was revoked is refused, and what was kept before stays', async () => {
    const kept = await importing(await tokenWith(PICKER_SCOPE));
    emulator.revokeTokens();
    const late = { ...bare(kept.refreshToken ?? ''), ...client() };
    await expect(importing(late)).rejects.toMatchObject({
      code: 'SIGN_IN_REQUIRED',
      advice: expect.stringContaining('works no more') as unknown,
    });
    expect(await signIns.find('default')).toEqual(kept);
  });

  it('that was made with another client is refused', async () => {
    const { refreshToken } = await tokenWith(PICKER_SCOPE);
    await expect(importing({ ...bare(refreshToken), ...emulator.otherClient })).rejects.toMatchObject({
      code: 'SIGN_IN_REQUIRED',
      advice: expect.stringContaining('made with another OAuth client') as unknown,
    });
  });

  it('is refused before anybody is asked where another client is configured', async () => {
    const token = await tokenWith(PICKER_SCOPE);
    const before = emulator.counters().token;
    const other = { clientId: '9-x.apps.googleusercontent.com', clientSecret: 'GOCSPX-x' };
    await expect(importing(token, other)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(emulator.counters().token).toBe(before);
  });
});
