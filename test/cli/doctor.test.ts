import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makeHome, run } from './photodav.js';

let home: Awaited<ReturnType<typeof makeHome>>;
beforeEach(async () => {
  home = await makeHome();
});
afterEach(() => home.remove());

describe('photodav doctor', () => {
  it('says ok to all where nothing is configured, and ends with 0', async () => {
    const { code, stdout, stderr } = await run(home.path, ['doctor', '--port', '0']);
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.split('\n').filter((line) => /^\S/.test(line));
    expect(lines.filter((line) => !line.startsWith('ok '))).toEqual([]);
    expect(stdout).toMatch(
      /\n {8}advice: for photos of your own sign in .* `--source picker` to `photodav serve`, and to this/,
    );
    expect(lines).toContainEqual(expect.stringMatching(/^ok {6}bytes of \/: the first byte of \d+ came$/));
  });

  it('tells every fault of a configuration, what it could not check, and ends with 2', async () => {
    const env = { PHOTODAV_PORT: 'x', PHOTODAV_FOO: '1', PHOTODAV_CLIENT_SECRET: 'GOCSPX-geheim' };
    const { code, stdout } = await run(home.path, ['doctor', '--json'], env);
    const found = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, string>);
    expect(code).toBe(2);
    expect(found[1]).toMatchObject({ check: 'configuration', status: 'failure', link: 'docs/configuration.md' });
    expect(found[1]?.message).toMatch(/server\.port .*PHOTODAV_FOO|PHOTODAV_FOO .*server\.port/);
    expect(found).toContainEqual({
      check: 'address',
      status: 'skipped',
      message: 'not checked: it needs "configuration"',
    });
    expect(stdout).not.toContain('geheim');
  });

  it('shows advice and link beneath a finding', async () => {
    await writeFile(join(home.path, 'data'), '');
    const { code, stdout } = await run(home.path, ['doctor', '--port', '0', '--data-dir', 'data']);
    expect(code).toBe(2);
    expect(stdout).toMatch(
      /^failure data folder: .* is no folder\n {8}advice: .*\n {8}see: docs\/doctor\.md#data-folder$/m,
    );
  });

  it('refuses a mount that is not there', async () => {
    const { code, stderr } = await run(home.path, ['doctor', '--mount', '/nowhere']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('no mount stands at /nowhere')]);
  });
});
