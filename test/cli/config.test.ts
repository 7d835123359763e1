import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makeHome, pipe, run } from './photodav.js';

let home: Awaited<ReturnType<typeof makeHome>>;
beforeEach(async () => {
  home = await makeHome();
});
afterEach(() => home.remove());

const passwordHash = `$scrypt$ln=15,r=8,p=1$${'a'.repeat(22)}$${'b'.repeat(43)}`;

describe('photodav config show', () => {
  const SECRETS = ['GOCSPX-s3cret', '1//r3fresh', 'pa55', passwordHash, 'a-link-token-s3cret'];
  const ADDRESSES = {
    proxy: 'http://localhost:8282',
    delivery: { policy: 'proxy-url', proxyUrl: 'https://worker.example/' },
  };
  const show = async (...args: readonly string[]) => {
    const mounts = [
      { path: '/demo', source: 'demo' },
      { path: '/b', clientId: '12-a.example', clientSecret: SECRETS[0], refreshTokenFile: 'token', ...ADDRESSES },
    ];
    const google = { httpProxy: `http://me:${SECRETS[2]}@proxy:1` };
    const delivery = { linkToken: SECRETS[4] };
    const users = [{ name: 'ann', passwordHash, mounts: ['/b'] }];
    await writeFile(join(home.path, 'token'), SECRETS[1] ?? '');
    await writeFile(join(home.path, 'c.json'), JSON.stringify({ users, google, delivery, mounts }, undefined, 1));
    return run(home.path, ['config', 'show', '--config', 'c.json', '--port', '81', ...args], {
      PHOTODAV_LOG_LEVEL: 'debug',
    });
  };

  it('tells each value and where it comes from', async () => {
    const { code, stdout, stderr } = await show();
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.trimEnd().split('\n');
    const file = join(home.path, 'c.json');
    const written = (await readFile(file, 'utf8')).split('\n');
    const place = (text: string) => `${file} line ${written.findIndex((line) => line.includes(text)) + 1}`;
    expect(lines).toEqual(
      expect.arrayContaining([
        'server.host\t"127.0.0.1"\tdefault',
        'server.port\t81\t--port',
        'log.level\t"debug"\tPHOTODAV_LOG_LEVEL',
        'catalog.ttl\t"5m"\tdefault',
        expect.stringMatching(/^delivery\.redirectClients\t\["default"\]; default: .*rclone\/ .*VLC\/.*\tdefault$/),
        `mounts[1].path\t"/b"\t${place('"path": "/b"')}`,
        'mounts[1].startYear\tnot set\tdefault',
        `mounts[1].clientSecret\tset\t${place('clientSecret')}`,
        `mounts[1].refreshToken\tset\t${place('refreshTokenFile')}`,
        `mounts[1].refreshTokenFile\t"${join(home.path, 'token')}"\t${place('refreshTokenFile')}`,
        'mounts[1].token\tnot set\tdefault',
      ]),
    );
    expect(lines.filter((line) => line.startsWith('users'))).toEqual([`users[0].name\t"ann"\t${file} line 4`]);
    expect(stdout).not.toContain('mounts[0].clientId');
  });

  it.each([[[]], [['--json']]])('shows no secret with %j', async (args) => {
    const { stdout, stderr } = await show(...args);
    for (const secret of SECRETS) expect(stdout + stderr).not.toContain(secret);
  });

  it('shows addresses, without the user and the password in them', async () => {
    const { stdout } = await show();
    expect(stdout).toContain('google.httpProxy\t"http://***@proxy:1"\t');
    expect(stdout).toContain('mounts[1].proxy\t"http://localhost:8282"\t');
    expect(stdout).toContain('mounts[1].delivery.proxyUrl\t"https://worker.example/"\t');
  });

  it('prints one JSON object a line with --json', async () => {
    const lines = (await show('--json')).stdout.trimEnd().split('\n');
    const shown = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(shown).toContainEqual({ option: 'server.port', value: 81, origin: 'flag', place: '--port' });
    expect(shown).toContainEqual({ option: 'mounts[1].layout', value: 'photodav', origin: 'default', place: '' });
    expect(shown.find(({ option }) => option === 'mounts[1].clientSecret')).toMatchObject({
      isHidden: true,
      origin: 'file',
    });
  });

  it('tells the faults of a configuration that has some', async () => {
    const { code, stdout, stderr } = await run(home.path, ['config', 'show', '--port', 'x']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: server\.port \(--port\) "x" is not valid/);
  });

  it('refuses a secret as a flag, and names its own help', async () => {
    const { stderr } = await run(home.path, ['config', 'show', '--token', 's3cret']);
    expect(stderr).toContain('`photodav config show --help`');
    expect(stderr).not.toContain('s3cret');
  });
});

describe('photodav config schema', () => {
  it('prints a JSON Schema', async () => {
    const { code, stdout } = await run(home.path, ['config', 'schema']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
    });
  });
});

describe('photodav config init', () => {
  it('asks nobody where there is no terminal, and says what to do', async () => {
    const { code, stdout, stderr } = await pipe(home.path, ['config', 'init', 'c.json'], 'demo\n\n\n');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /^error: config init asks questions, .*\nadvice: run it in a terminal, or .* config\.example\.json/,
    );
    await expect(readFile(join(home.path, 'c.json'))).rejects.toThrow('ENOENT');
  });

  it('never takes the place of a file', async () => {
    await writeFile(join(home.path, 'c.json'), 'mine');
    const { code, stderr } = await pipe(home.path, ['config', 'init', 'c.json'], 'demo\n\n\n');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: .*c\.json is there already\nadvice: .*photodav config init FILE/);
    expect(await readFile(join(home.path, 'c.json'), 'utf8')).toBe('mine');
  });
});
