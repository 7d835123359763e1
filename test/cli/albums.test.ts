import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { makeHome, run } from './photodav.js';

let home: Awaited<ReturnType<typeof makeHome>>;
let emulator: Emulator;
beforeAll(async () => {
  home = await makeHome();
  emulator = await startEmulator({ items: 600 });
});
afterAll(async () => {
  await emulator.close();
  await home.remove();
});

const albums = (...args: readonly string[]) =>
  run(home.path, ['albums', ...args], {
    PHOTODAV_GOOGLE_ENDPOINT: emulator.ready.api,
    PHOTODAV_CLIENT_ID: emulator.ready.clientId,
    PHOTODAV_CLIENT_SECRET: emulator.ready.clientSecret,
    PHOTODAV_REFRESH_TOKEN: emulator.ready.refreshToken,
  });

describe('photodav albums', () => {
  it('prints ids and titles, separated by a tab, and nothing else', async () => {
    const { code, stdout, stderr } = await albums();
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line).toMatch(/^\S+\t[^\t]+$/);
  });

  it('with nothing configured prints those of the demo, and says so beside them', async () => {
    const { code, stdout, stderr } = await run(home.path, ['albums']);
    expect([code, stderr]).toEqual([0, "note: nothing is configured; these are the demo library's albums\n"]);
    expect(stdout).not.toBe('');
  });

  it('says nothing where the demo is asked for', async () => {
    expect((await run(home.path, ['albums', '--demo'])).stderr).toBe('');
  });

  it('prints one JSON object a line with --json', async () => {
    const { stdout } = await albums('--json');
    const ids = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { id: string }).id);
    expect(ids).toEqual(
      (await albums()).stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split('\t')[0]),
    );
  });

  it('ends with exit code 4 and an advice where Google no longer takes the refresh token', async () => {
    emulator.revokeTokens();
    const { code, stdout, stderr } = await albums();
    expect([code, stdout]).toEqual([4, '']);
    expect(stderr).toMatch(/^error: .*\nadvice: .*sign in again/m);
  });
});
