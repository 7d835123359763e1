import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../../src/config/load.js';
import { LIBRARY, stage, type Given } from './stage.js';

const { systemWith, load, refusal } = stage();

const ACCOUNT = { clientId: '12-a.example', clientSecret: 's3cret', refreshToken: 'r3fresh' };
const TWO = { mounts: [{ path: '/demo' }, { path: '/family', ...ACCOUNT }] };

describe('several mounts', () => {
  it('each have options, a source and origins of their own', async () => {
    const { values, origins, isDemoByDefault } = await load({
      file: {
        mounts: [
          { path: '/demo', layout: 'rclone' },
          { path: 'family/2024/', ...ACCOUNT, timeZone: 'Europe/Berlin' },
        ],
      },
    });
    expect(values.mounts).toMatchObject([
      { path: '/demo', source: 'demo', layout: 'rclone', timeZone: 'UTC', options: {} },
      { path: '/family/2024', source: 'library', layout: 'photodav', timeZone: 'Europe/Berlin', options: ACCOUNT },
    ]);
    expect(origins).toMatchObject({
      'mounts.0.layout': 'file',
      'mounts.1.layout': 'default',
      'mounts.1.clientId': 'file',
    });
    expect(origins).not.toHaveProperty(['mounts.0.clientId']);
    expect(isDemoByDefault).toBe(false);
  });

  it('may stand one below the other', async () => {
    const { values } = await load({ file: { mounts: [{}, { path: '/a' }, { path: '/a/b' }, { path: '/c/b' }] } });
    expect(values.mounts.map(({ path }) => path)).toEqual(['/', '/a', '/a/b', '/c/b']);
  });

  it('are put aside by --demo, with who may see them', async () => {
    const file = {
      ...TWO,
      users: [
        { name: 'ann', passwordHash: `$scrypt$ln=15,r=8,p=1$${'a'.repeat(22)}$${'b'.repeat(43)}`, mounts: ['/family'] },
      ],
    };
    for (const flags of [{ '--demo': true }, { '--source': 'demo' }] as const) {
      const { values } = await load({ file, flags, env: LIBRARY });
      expect(values.mounts).toMatchObject([{ path: '/', source: 'demo' }]);
      expect(values.users).toEqual([expect.not.objectContaining({ mounts: expect.anything() as unknown })]);
    }
  });

  it('read their secrets from files of their own', async () => {
    const system = await systemWith({
      file: {
        mounts: [{}, { path: '/b', clientId: '12-a.example', clientSecretFile: '~/one', refreshTokenFile: '~/two' }],
      },
    });
    await writeFile(join(system.home, 'one'), 'first');
    await writeFile(join(system.home, 'two'), 'second');
    const { values } = await loadConfig({}, system);
    expect(values.mounts[1]?.options).toMatchObject({ clientSecret: 'first', refreshToken: 'second' });
  });
});

describe('what is refused of several mounts', () => {
  it.each<[string, Given, RegExp]>([
    [
      'one path twice, with both lines',
      { file: '{ "mounts": [\n{ "path": "/a" },\n{ "path": "a/" } ] }' },
      /^mounts\[0\]\.path \(.* line 2\) and mounts\[1\]\.path \(.* line 3\) are both \/a; /,
    ],
    [
      'paths that differ in case and form of Unicode',
      { file: { mounts: [{ path: '/\u00e4' }, { path: '/A\u0308' }] } },
      /are both/,
    ],
    [
      'folders above them that differ in case',
      { file: '{ "mounts": [{ "path": "/a/x" },\n{ "path": "/A/y" }] }' },
      /^mounts\[0\]\.path \(.* line 1\) has \/a, and mounts\[1\]\.path \(.* line 2\) has \/A; write them alike$/,
    ],
    [
      'a folder that differs in case from a mount',
      { file: { mounts: [{ path: '/b/\u00e4' }, { path: '/b/\u00c4/x/y' }] } },
      /has \/b\/\u00e4, and .* has \/b\/\u00c4; write them alike$/,
    ],
    [
      'two mounts without a path',
      { file: '{ "mounts": [{},\n{}] }' },
      /mounts\[0\]\.path \(.* line 1\) and mounts\[1\]\.path \(.* line 2\) are both \//,
    ],
    [
      'a fault of the second, with its line',
      { file: '{ "mounts": [{},\n{ "path": "/b",\n "layout": "alits" }] }' },
      /^mounts\[1\]\.layout \(.* line 3\) "alits" is not valid; allowed: photodav, rclone or alist; did you mean alist\?$/,
    ],
    [
      'a misspelt key of the second',
      { file: '{ "mounts": [{},\n{ "path": "/b",\n "layuot": "alist" }] }' },
      /^layuot \(.* line 3\) is unknown; did you mean layout\?$/,
    ],
    [
      'a flag, for which of them is it?',
      { file: TWO, flags: { '--layout': 'rclone' } },
      /^layout \(--layout\) may belong to any of the 2 mounts in the configuration file$/,
    ],
    [
      'a variable',
      { file: TWO, env: { PHOTODAV_TIME_ZONE: 'UTC' } },
      /^timeZone \(PHOTODAV_TIME_ZONE\) may belong to any/,
    ],
    [
      'an account that lacks something, with its line',
      { file: '{ "mounts": [{},\n{ "path": "/b", "clientSecret": "s" }] }' },
      /^mounts\[1\] \(.* line 2\): sign-in: missing clientId/,
    ],
    [
      'an option of another source',
      { file: { mounts: [{}, { path: '/b', source: 'demo', token: 'x' }] } },
      /^mounts\[1\]\.token \(.*\) is no option of source demo; /,
    ],
    [
      'a placeholder',
      { file: { mounts: [{}, { path: '/b', ...ACCOUNT, clientSecret: 'your-secret' }] } },
      /^mounts\[1\]\.clientSecret \(.*\) is still the example's/,
    ],
    [
      'a secret file that is absent, and nothing that follows from it',
      { file: { mounts: [{}, { path: '/b', clientId: '12-a.example', tokenFile: 'no' }] } },
      /^mounts\[1\]\.tokenFile \(.*\) names a file that cannot be read \(ENOENT: [^\n]*$/,
    ],
  ])('%s', async (_, given, message) => {
    expect((await refusal(given)).message).toMatch(message);
  });

  it('one account that lacks something does not hide that of another', async () => {
    const { message } = await refusal({
      file: {
        mounts: [
          { clientId: 'x', tokenFile: 'no' },
          { path: '/b', clientSecret: 'y' },
        ],
      },
    });
    expect(message).toMatch(/2 faults\n {2}mounts\[0\]\.tokenFile .*\n {2}mounts\[1\] \(.*\): sign-in: missing/);
  });
});

describe('the path of a mount', () => {
  it.each([
    ['', '/'],
    ['/', '/'],
    ['a', '/a'],
    ['/a b/c/', '/a b/c'],
    ['/A\u0308', '/\u00c4'],
    ['/写真', '/写真'],
    ['/...a', '/...a'],
  ])('%j is taken as %s', async (path, taken) => {
    expect((await load({ file: { mounts: [{ path }] } })).values.mounts[0].path).toBe(taken);
  });

  it.each([
    '//',
    '/a//b',
    '/.',
    '/a/..',
    '/a\u0000',
    '/a:b',
    '/a\\b',
    '/a?',
    '/a#b',
    '/a.',
    '/a /b',
    '/ a',
    '/NUL',
    '/com1.x',
    `/${'ä'.repeat(128)}`,
    '/\ud800',
  ])('%j is refused', async (path) => {
    const { message } = await refusal({ file: { mounts: [{ path }] } });
    expect(message).toMatch(/^path \(.*\) ".*" is not valid; allowed: a path such as/);
  });

  it.each(['/.photodav', '/.PhotoDav/x'])('%j is kept for our own pages', async (path) => {
    expect((await refusal({ file: { mounts: [{ path }] } })).message).toMatch(/\.photodav is kept for photodav's own/);
  });
});

describe('the time zone', () => {
  it.each(['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'america/new_york', 'Etc/GMT+5'])('may be %s', async (timeZone) => {
    expect((await load({ flags: { '--time-zone': timeZone } })).values.mounts[0].timeZone).toBe(timeZone);
  });

  it.each([
    ['Berlin', 'did you mean Europe/Berlin?'],
    ['Europe/Berln', 'did you mean Europe/Berlin?'],
    ['US/New_York', 'did you mean America/New_York?'],
  ])('%s is answered with %s', async (timeZone, hint) => {
    const { message } = await refusal({ flags: { '--time-zone': timeZone } });
    expect(message).toBe(`timeZone (--time-zone) "${timeZone}": ${hint}`);
  });

  it.each(['+02:00', 'xxxxxxxxxxxxx-yyyyyyyyyyyy', ''])('%j is no zone', async (timeZone) => {
    const { message } = await refusal({ file: { mounts: [{ timeZone }] } });
    expect(message).toMatch(/timeZone \(.*\) ".*" is not valid; allowed: a name such as UTC or Europe\/Berlin$/);
  });
});
