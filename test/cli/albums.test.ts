import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { accountAt, makeHome, run } from './photodav.js';

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

const albums = (...args: readonly string[]) => run(home.path, ['albums', ...args], accountAt(emulator));

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

  it('prints no title that could steer a terminal', async () => {
    const own = await startEmulator({ items: 60 });
    try {
      const env = { PHOTODAV_GOOGLE_ENDPOINT: own.ready.api, PHOTODAV_CLIENT_ID: own.ready.clientId };
      const secrets = {
        PHOTODAV_CLIENT_SECRET: own.ready.clientSecret,
        PHOTODAV_REFRESH_TOKEN: own.ready.refreshToken,
      };
      const list = (...args: readonly string[]) => run(home.path, ['albums', ...args], { ...env, ...secrets });
      const [id = ''] = (await list()).stdout.split('\t');
      own.change({ rename: id, title: 'a\u001b]0;b\u0007\u009b2J' });
      for (const args of [[], ['--json']]) {
        const { stdout } = await list(...args, '--catalog-store', 'memory');
        expect(stdout).toContain(']0;b');
        expect(stdout).not.toMatch(/[^\P{Cc}\n\t]/u);
      }
    } finally {
      await own.close();
    }
  });

  describe('with several mounts', () => {
    const withMounts = async (mounts: readonly object[], ...args: readonly string[]) => {
      const google = { endpoint: emulator.ready.api };
      await writeFile(join(home.path, 'two.json'), JSON.stringify({ google, mounts }));
      return run(home.path, ['albums', '--config', 'two.json', ...args]);
    };
    const mounted = (...args: readonly string[]) => {
      const { clientId, clientSecret, refreshToken } = emulator.ready;
      const library = { path: '/family', clientId, clientSecret, refreshToken };
      return withMounts([{ path: '/demo', source: 'demo' }, library], ...args);
    };

    it('prints those of the one that is named', async () => {
      const [library, demo] = [await mounted('--mount', 'family/'), await mounted('--mount', '/demo')];
      expect(library).toEqual(await albums());
      expect([demo.code, demo.stderr]).toEqual([0, '']);
      expect(demo.stdout).not.toBe(library.stdout);
    });

    it('says which of them nobody has signed in for', async () => {
      const { clientId, clientSecret } = emulator.ready;
      const mounts = ['/ann', '/ben'].map((path) => ({ path, account: path.slice(1), clientId, clientSecret }));
      const { code, stderr } = await withMounts(mounts, '--mount', '/ben');
      expect([code, stderr]).toEqual([
        4,
        expect.stringContaining('advice: sign in with `photodav login --mount /ben`'),
      ]);
    });

    it.each([
      [[], 'there are 2 mounts; --mount must name one', 'choose one of /demo, /family'],
      [['--mount', '/famly'], '--mount: no mount stands at /famly', 'did you mean /family?'],
    ])('refuses %j', async (args, error, advice) => {
      const { code, stdout, stderr } = await mounted(...args);
      expect([code, stdout, stderr]).toEqual([2, '', `error: ${error}\nadvice: ${advice}\n`]);
    });
  });

  it('ends with exit code 4 and an advice where Google no longer takes the refresh token', async () => {
    emulator.revokeTokens();
    const { code, stdout, stderr } = await albums();
    expect([code, stdout]).toEqual([4, '']);
    expect(stderr).toMatch(/^error: .*\nadvice: .*sign in again/m);
  });
});
