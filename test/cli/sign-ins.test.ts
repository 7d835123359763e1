import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { SignIns } from '../../src/google/auth/sign-ins.js';
import { createLog } from '../../src/log.js';
import { until } from '../support/eventually.js';
import { makeHome, run, start, withoutWaiting } from './photodav.js';

const PROCESSES = 8;

let home: Awaited<ReturnType<typeof makeHome>>;
let emulator: Emulator;
let signIns: SignIns;

beforeEach(async () => {
  home = await makeHome();
  emulator = await startEmulator({ items: 600 });
  const { api, clientId, clientSecret, refreshToken } = emulator.ready;
  const log = createLog({ level: 'silent' });
  signIns = new SignIns({ folder: join(home.path, 'data', 'tokens'), label: new URL(api).host, log });
  // As `photodav login` leaves it.
  await signIns.save({
    ...{ clientId, clientSecret, refreshToken, account: 'default' },
    scopes: [],
    grantedAtMs: Date.now(),
  });
});
afterEach(async () => {
  await emulator.close();
  await home.remove();
});

/** No client and no token: they are with the sign-in. */
const env = () => ({
  PHOTODAV_SOURCE: 'library',
  PHOTODAV_GOOGLE_ENDPOINT: emulator.ready.api,
  PHOTODAV_DATA_DIR: join(home.path, 'data'),
});

const tokenRequests = () => emulator.counters().token ?? 0;

describe('a stored sign-in', () => {
  it('is refreshed by one of many processes, while Google is slow', async () => {
    emulator.fail({ route: 'token', count: 1, delayMs: 1500 });
    const outcomes = await Promise.all(Array.from({ length: PROCESSES }, () => run(home.path, ['albums'], env())));
    expect(outcomes.map(({ code, stderr }) => [code, withoutWaiting(stderr)])).toEqual(
      Array.from({ length: PROCESSES }, () => [0, '']),
    );
    expect(new Set(outcomes.map(({ stdout }) => stdout)).size).toBe(1);
    expect(tokenRequests()).toBe(1);
  }, 60_000);

  it('is not lost with a process that dies while it refreshes it: the next takes over', async () => {
    emulator.fail({ route: 'token', count: 1, hang: true });
    const dying = start(home.path, ['albums'], env());
    await until(() => tokenRequests() === 1);
    dying.child.kill('SIGKILL');
    await dying.outcome;
    expect((await signIns.find('default'))?.refreshToken).toBe(emulator.ready.refreshToken);
    const { code, stderr } = await run(home.path, ['albums'], env());
    expect([code, withoutWaiting(stderr)]).toEqual([0, '']);
    expect(stderr).toContain('waiting for another photodav');
    expect(tokenRequests()).toBe(2);
  }, 60_000);
});
