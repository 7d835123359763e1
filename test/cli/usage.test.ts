import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeHome, run } from './photodav.js';

let home: Awaited<ReturnType<typeof makeHome>>;
beforeAll(async () => {
  home = await makeHome();
  await writeFile(join(home.path, 'file'), '');
  await writeFile(join(home.path, 'broken.json'), '{ "server": }');
  await writeFile(join(home.path, 'misspelt.json'), '{ "server": { "prot": 80 } }');
});
afterAll(() => home.remove());

describe('what it tells of itself', () => {
  it.each([['--version'], ['-V']])('%s prints the version', async (...args) => {
    const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
    const { version } = JSON.parse(text) as { version: string };
    expect(await run(home.path, args)).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each([[['--help']], [['help']], [['-h']]])('%j lists the commands', async (args) => {
    const { code, stdout, stderr } = await run(home.path, args);
    expect([code, stderr]).toEqual([0, '']);
    for (const command of ['serve', 'albums', 'emulator']) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
  });

  it.each([[['serve', '--help']], [['help', 'serve']], [['doctor', '-h']]])(
    '%j lists the options, with variables and defaults',
    async (args) => {
      const { code, stdout } = await run(home.path, args);
      expect(code).toBe(0);
      expect(stdout.replace(/\s+/g, ' ')).toContain(
        '--port <number> the port to listen on; 0 takes any free one (PHOTODAV_PORT; default: 8008)',
      );
      expect(stdout).not.toMatch(/--(client-secret|refresh-token|token) /);
    },
  );

  it.each([
    [['login'], '--client-id', '--port'],
    [['picks', 'list'], '--pins-max-size', '--spool-keep'],
    [['albums'], '--token-file', '--delivery-policy'],
  ])('%j lists the options that the command depends on, and takes the others', async (args, shown, other) => {
    const { stdout } = await run(home.path, [...args, '--help']);
    expect(stdout).toContain(`  ${shown} <`);
    expect(stdout).not.toContain(other);
    expect(stdout).toContain('Every other option of `photodav serve` is taken too');
    const { stderr } = await run(home.path, [...args, other, 'x', '--config', 'absent.json']);
    expect(stderr).toContain('absent.json cannot be read');
  });

  it('wraps every help within 80 columns', async () => {
    const outputs = await Promise.all(
      [['--help'], ['serve', '--help'], ['pick', '--help']].map((args) => run(home.path, args)),
    );
    const lines = outputs.flatMap(({ stdout }) => stdout.split('\n'));
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });
});

type Refused = [name: string, args: string[], env: Record<string, string>, error: string, advice: string];

describe('what it refuses, with exit code 2, an error and an advice', () => {
  const library = { PHOTODAV_CLIENT_ID: 'x' };
  it.each<Refused>([
    ['an unknown command', ['sevre'], {}, "unknown command 'sevre'", 'did you mean serve?'],
    ['an unknown flag', ['--prot', '1'], {}, "unknown option '--prot'", 'did you mean --port?'],
    ['an unknown flag of a command', ['albums', '--jsno'], {}, "unknown option '--jsno'", 'did you mean --json?'],
    ['an unknown flag of a command', ['albums', '--jsno'], {}, "unknown option '--jsno'", 'photodav albums --help'],
    ['an unknown flag with a value', ['--prt=1'], {}, "unknown option '--prt'", 'did you mean --port?'],
    ['a value for a flag without one', ['--demo=false'], {}, '--demo takes no value', 'write --demo alone'],
    ['a value for a flag of a command', ['albums', '--json=1'], {}, '--json takes no value', 'photodav albums --help'],
    ...['client-secret', 'refresh-token', 'token'].flatMap((name) => {
      const variable = `PHOTODAV_${name.replace('-', '_').toUpperCase()}`;
      const advice = `set ${variable}, or name a file that holds the secret with --${name}-file; \`photodav albums --help\``;
      const told = `unknown option '--${name}': a list of processes would show the secret`;
      return [[`--${name}`, 's3cret'], [`--${name}=s3cret`], [`--${name}`]].map((words): Refused => [
        `a secret as ${words.join(' ')}`,
        ['albums', ...words],
        {},
        told,
        advice,
      ]);
    }),
    ['a flag without its value', ['--port'], {}, "option '--port <number>' argument missing", 'photodav serve --help'],
    ['a word too many', ['serve', 'now'], {}, 'too many arguments', 'photodav serve --help'],
    [
      'a port out of range',
      ['--port', '99999'],
      {},
      'server.port (--port) 99999 is not valid',
      'docs/configuration.md',
    ],
    [
      'an unknown variable',
      [],
      { PHOTODAV_PROT: '1' },
      'PHOTODAV_PROT (environment) is unknown; did you mean PHOTODAV_PORT?',
      'docs/configuration.md',
    ],
    ['a misspelt key', ['--config', 'misspelt.json'], {}, 'did you mean server.port?', 'docs/configuration.md'],
    ['a broken file', ['--config', 'broken.json'], {}, 'broken.json line 1 is not JSON', 'docs/configuration.md'],
    [
      'a file that is absent',
      ['--config', 'absent.json'],
      {},
      'absent.json cannot be read (ENOENT: no such file or directory)',
      '--config',
    ],
    ['an address that others can reach', ['--host', '0.0.0.0'], {}, 'there are no users', 'photodav user add'],
    ['a data folder that is a file', ['--data-dir', 'file'], {}, 'file is no folder', '--data-dir'],
    [
      'a data folder below a file',
      ['--data-dir', 'file/data'],
      {},
      'file/data (ENOTDIR: not a directory)',
      '--data-dir',
    ],
    ['a data folder where none can be made', ['--data-dir', '/proc/x'], {}, 'cannot write to /proc/x (', '--data-dir'],
    ['a data folder further below', ['--data-dir', '/proc/x/y'], {}, 'cannot write to /proc/x/y (', '--data-dir'],
    ['a ready file nowhere', ['--ready-file', 'file/ready'], {}, 'cannot write file/ready (ENOTDIR', 'folder'],
    [
      'an address of Google without an account',
      [],
      { PHOTODAV_GOOGLE_ENDPOINT: 'http://127.0.0.1:9' },
      'nobody has signed in as account default, and clientId and clientSecret are not set',
      'Google Cloud console',
    ],
    [
      'picks that clients are to be redirected to',
      ['--source', 'picker', '--delivery-policy', 'redirect'],
      { PHOTODAV_CLIENT_ID: '123-abc.apps.googleusercontent.com', PHOTODAV_CLIENT_SECRET: 's3cret' },
      'redirect',
      'native-proxy',
    ],
    ['half an account', [], library, 'and clientSecret is not set', 'photodav login'],
  ])('%s', async (_, args, env, error, advice) => {
    const { code, stdout, stderr } = await run(home.path, args, env);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).not.toContain('s3cret');
    expect(stderr).toMatch(/^error: .*\nadvice: .*\n$/);
    const [told = '', advised = ''] = stderr.split('\nadvice: ');
    expect(told).toContain(error);
    expect(advised).toContain(advice);
  });

  it('several faults at once, one a line', async () => {
    const { code, stderr } = await run(home.path, ['--port', 'x', '--log-level', 'loud']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: the configuration has 2 faults\n {2}server\.port .*\n {2}log\.level .*\nadvice: /);
  });
});
