import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../../src/config/load.js';
import { LIBRARY, stage, type Given } from './stage.js';

const { systemWith, load, refusal } = stage();

describe('with nothing configured', () => {
  it('serves the demo on loopback, and says that it is a default', async () => {
    const system = await systemWith({});
    const { values, origins, isDemoByDefault } = await loadConfig({}, system);
    expect(isDemoByDefault).toBe(true);
    expect(values).toEqual({
      server: { host: '127.0.0.1', port: 8008, basePath: '/', allowedHosts: [], insecureNoAuth: false },
      dataDir: join(system.home, '.local', 'share', 'photodav'),
      google: {},
      delivery: { redirectClients: ['default'], linkLifeMs: 43_200_000, idleTimeoutMs: 30_000 },
      spool: { maxBytes: 2 ** 32, keepMs: 3_600_000, lingerMs: 120_000 },
      quota: { apiPerDay: 10_000, bytesPerDay: 75_000, probeIntervalMs: 900_000 },
      users: [],
      mounts: [
        {
          path: '/',
          source: 'demo',
          rootFolderId: 'root',
          readSize: 'on-list',
          layout: 'photodav',
          timeZone: 'UTC',
          delivery: { policy: 'native-proxy', rendition: undefined },
          options: {},
        },
      ],
      tree: { splitAt: 0 },
      catalog: {
        firstListing: 'complete',
        ttlMs: 300_000,
        fullRefreshMs: 86_400_000,
        maxEntries: 2_000_000,
        store: 'disk',
      },
      pins: { maxBytes: 50 * 1024 ** 3 },
      sizes: { waitMs: 8_000 },
      log: { level: 'info', format: 'auto' },
    });
    expect(new Set(Object.values(origins))).toEqual(new Set(['default']));
  });
});

describe('precedence', () => {
  const file = '{ "server": { "port": 1003 } }';
  const env = { PHOTODAV_PORT: '1002' };
  const flags = { '--port': '1001' };

  it.each([
    ['a flag over everything', { file, env, flags }, 1001, 'flag'],
    ['the environment over the file', { file, env }, 1002, 'environment'],
    ['the file over the default', { file }, 1003, 'file'],
    ['an empty variable is unset', { file, env: { PHOTODAV_PORT: '' } }, 1003, 'file'],
    ['the default', {}, 8008, 'default'],
  ] as const)('%s', async (_, given, port, origin) => {
    const { values, origins } = await load(given);
    expect([values.server.port, origins['server.port']]).toEqual([port, origin]);
  });

  it('is the same for the options of the mount', async () => {
    const mount = '{ "mounts": [{ "clientId": "file", "rootFolderId": "albums", "readSize": "off" }] }';
    const { values, origins } = await load({
      file: mount,
      env: { ...LIBRARY, PHOTODAV_ROOT_FOLDER_ID: 'all' },
      flags: { '--root-folder-id': 'id' },
    });
    expect(values.mounts[0]).toMatchObject({ source: 'library', rootFolderId: 'id', readSize: 'off' });
    expect(values.mounts[0].options).toMatchObject({ clientId: LIBRARY.PHOTODAV_CLIENT_ID });
    expect(origins['mounts.0.clientId']).toBe('environment');
  });

  it('takes a proxy from the variables of the system only where nothing names photodav', async () => {
    const env = { https_proxy: 'small:1', HTTPS_PROXY: 'http://large:2', NO_PROXY: 'a.example' };
    expect((await load({ env })).values.google).toEqual({ httpsProxy: 'http://small:1', noProxy: 'a.example' });
    const own = await load({ env: { ...env, PHOTODAV_GOOGLE_HTTPS_PROXY: 'http://own:3' } });
    expect(own.values.google.httpsProxy).toBe('http://own:3');
    const file = '{ "google": { "httpsProxy": "http://file:4" } }';
    expect((await load({ env, file })).values.google.httpsProxy).toBe('http://file:4');
  });
});

describe('which source is mounted', () => {
  it.each([
    ['the library as soon as one of its options is there', { env: LIBRARY }, 'library', false],
    ['the demo for --demo, whatever else is set', { env: LIBRARY, flags: { '--demo': true } }, 'demo', false],
    ['the demo for PHOTODAV_DEMO', { env: { ...LIBRARY, PHOTODAV_DEMO: 'true' } }, 'demo', false],
    [
      'the library where a flag names it over PHOTODAV_DEMO',
      { env: { ...LIBRARY, PHOTODAV_DEMO: 'true' }, flags: { '--source': 'library' } },
      'library',
      false,
    ],
    ['the demo for an empty list of mounts', { file: '{ "mounts": [] }' }, 'demo', true],
    ["the demo by default with options that are not the library's", { flags: { '--read-size': 'off' } }, 'demo', true],
  ] as const)('%s', async (_, given, source, isDemoByDefault) => {
    const loaded = await load(given);
    expect([loaded.values.mounts[0].source, loaded.isDemoByDefault]).toEqual([source, isDemoByDefault]);
  });
});

describe('the configuration file', () => {
  it('may hold comments, trailing commas and a byte order mark', async () => {
    const file = '\uFEFF{ // mine\n "server": { "port": 9, }, /* more */ }';
    expect((await load({ file })).values.server.port).toBe(9);
  });

  it('is the one that --config names, before PHOTODAV_CONFIG, before the default one', async () => {
    const system = await systemWith({ file: '{ "server": { "port": 1 } }' });
    await writeFile(join(system.home, 'a.json'), '{ "server": { "port": 2 } }');
    await writeFile(join(system.home, 'b.json'), '{ "server": { "port": 3 } }');
    const env = { PHOTODAV_CONFIG: '~/a.json' };
    expect((await loadConfig({}, { ...system, env })).values.server.port).toBe(2);
    expect((await loadConfig({ '--config': 'b.json' }, { ...system, env })).values.server.port).toBe(3);
  });

  it('is where its relative paths start', async () => {
    const system = await systemWith({ file: '{ "dataDir": "data" }' });
    expect((await loadConfig({}, system)).values.dataDir).toBe(join(system.home, '.config', 'photodav', 'data'));
  });
});

describe('secrets in files', () => {
  it('are read, without the line end', async () => {
    const system = await systemWith({
      env: { ...LIBRARY, PHOTODAV_CLIENT_SECRET: '', PHOTODAV_CLIENT_SECRET_FILE: 'secret' },
    });
    await writeFile(join(system.home, 'secret'), 'from a file\n');
    expect((await loadConfig({}, system)).values.mounts[0].options).toMatchObject({ clientSecret: 'from a file' });
  });

  it('yield to the same secret from a stronger layer, and win over a weaker one', async () => {
    const file = '{ "mounts": [{ "clientId": "x", "clientSecret": "weak", "refreshTokenFile": "absent" }] }';
    const system = await systemWith({ file, env: { PHOTODAV_REFRESH_TOKEN: 'r3fresh' } });
    await writeFile(join(system.home, 'secret'), 'strong');
    const { values } = await loadConfig({ '--client-secret-file': 'secret' }, system);
    expect(values.mounts[0].options).toMatchObject({ clientSecret: 'strong', refreshToken: 'r3fresh' });
  });
});

describe('what is refused, and what the message says', () => {
  it.each<[string, Given, string | RegExp]>([
    [
      'a flag out of range',
      { flags: { '--port': '70000' } },
      'server.port (--port) 70000 is not valid; allowed: a whole number from 0 to 65535',
    ],
    [
      'a variable that is no number',
      { env: { PHOTODAV_PORT: '0x50' } },
      /server\.port \(PHOTODAV_PORT\) "0x50" is not valid/,
    ],
    [
      'a value of the wrong type, with its line',
      { file: '{\n"log":\n{ "level": 3 } }' },
      /^log\.level \(.*config\.json line 3\) 3 is not valid; allowed: debug, info, warn, error or silent$/,
    ],
    [
      'a time without a unit',
      { flags: { '--catalog-ttl': '300' } },
      'catalog.ttl (--catalog-ttl) "300" is not valid; allowed: a time with its unit, from 1s to 7d',
    ],
    [
      'a misspelt key',
      { file: '{ "catalog": { "tll": "5m" } }' },
      /^catalog\.tll \(.* line 1\) is unknown; did you mean catalog\.ttl\?$/,
    ],
    ['a section that is misspelt', { file: '{ "servr": {} }' }, /is unknown; did you mean server\?$/],
    ['a key in the wrong place', { file: '{ "port": 80 }' }, /did you mean server\.port\?/],
    ['a misspelt section', { file: '{ "severs": { "port": 80 } }' }, /^severs .* is unknown; /],
    [
      'a misspelt key of a mount',
      { file: '{ "mounts": [{ "clientID": "x" }] }' },
      /clientID .* did you mean clientId\?/,
    ],
    [
      'a misspelt variable',
      { env: { PHOTODAV_CLIENTID: 'x' } },
      'PHOTODAV_CLIENTID (environment) is unknown; did you mean PHOTODAV_CLIENT_ID?',
    ],
    ['a key that no option is near', { file: '{ "xylophone-orchestra": 1 }' }, /is unknown; known are server\.host, /],
    ['a section that is no object', { file: '{ "server": 80 }' }, /^server \(.*\) must be an object$/],
    ['a file that is a list', { file: '[]' }, /the configuration file \(.*\) must be an object/],
    [
      'broken JSON, with its line',
      { file: '{\n "server": {\n' },
      /config\.json line 3 is not JSON \(close brace expected\)/,
    ],
    [
      'a named file that is absent',
      { flags: { '--config': 'nowhere.json' } },
      /nowhere\.json cannot be read \(ENOENT: no such file or directory\)/,
    ],
    ['a folder as a file', { flags: { '--config': '.' } }, /cannot be read \(EISDIR: /],
    ['a mount that is no object', { file: '{ "mounts": ["/"] }' }, /^mounts\[0\] \(.* line 1\) must be an object$/],
    [
      'a key that stands there twice',
      { file: '{ "users": [],\n "users": [] }' },
      /^users \(.* line 2\) stands there twice/,
    ],
    ['mounts that are no list', { file: '{ "mounts": {} }' }, /mounts .* must be a list of objects/],
    [
      'an unknown source',
      { flags: { '--source': 'dropbox' } },
      'source (--source) "dropbox" is not valid; allowed: library, picker or demo',
    ],
    [
      'an option of the mount outside it',
      { file: '{ "clientId": "a" }' },
      /^clientId \(.* line 1\) is unknown; did you mean mounts\[0\]\.clientId\?$/,
    ],
    ...['policy', 'proxyUrl', 'rendition'].map((key): [string, Given, RegExp] => [
      `delivery.${key} of the mount outside it`,
      { file: { delivery: { [key]: 'x' } } },
      new RegExp(
        `^delivery\\.${key} \\(.* line \\d+\\) is unknown; did you mean mounts\\[0\\]\\.delivery\\.${key}\\?$`,
      ),
    ]),
    ...['linkToken', 'linkLife', 'redirectClients', 'idleTimeout'].map((key): [string, Given, RegExp] => [
      `delivery.${key} in a mount`,
      { file: { mounts: [{ delivery: { [key]: 'x' } }] } },
      new RegExp(`^${key} \\(.* line \\d+\\) is unknown; it stands at the top: delivery\\.${key}$`),
    ]),
    ...['spool', 'quota'].map((key): [string, Given, RegExp] => [
      `${key} in a mount`,
      { file: { mounts: [{ [key]: {} }] } },
      new RegExp(`^${key} \\(.* line \\d+\\) is unknown; it stands at the top: ${key}$`),
    ]),
    ...['gphotosProxy', 'gphotos_proxy'].map((key): [string, Given, RegExp] => [
      `rclone's ${key}`,
      { file: { mounts: [{ [key]: 'x' }] } },
      new RegExp(`^${key} \\(.* line \\d+\\) is unknown; did you mean proxy\\?$`),
    ]),
    ...['All', 'ROOT', 'Albums'].map((id): [string, Given, string] => [
      `a folder id that is a word in other letters, ${id}`,
      { flags: { '--root-folder-id': id } },
      `rootFolderId (--root-folder-id) "${id}": did you mean ${id.toLowerCase()}?`,
    ]),
    [
      'what the account lacks, beside other faults',
      { env: { PHOTODAV_CLIENT_ID: '12-a.example', PHOTODAV_REFRESH_TOKEN: '1//x' }, flags: { '--port': 'x' } },
      /2 faults\n {2}server\.port .*\n {2}sign-in: missing clientSecret$/,
    ],
    [
      'a damaged token',
      { env: { ...LIBRARY, PHOTODAV_REFRESH_TOKEN: '', PHOTODAV_TOKEN: '{"access' } },
      'the token is cut or damaged JSON',
    ],
    ...[
      '123456789012-abc.apps.googleusercontent.com',
      'YOUR_CLIENT_ID',
      'your-id.apps.googleusercontent.com',
      '<id>',
    ].map((id): [string, Given, string] => [
      `a client id that an example holds, ${id}`,
      { env: LIBRARY, flags: { '--client-id': id } },
      "clientId (--client-id) is still the example's; your own belongs there",
    ]),
    ['shared albums', { flags: { '--root-folder-id': 'share_albums' } }, /403 .* since 31 March 2025/],
    [
      'options of another source',
      { flags: { '--demo': true, '--client-id': 'x' } },
      /^clientId \(--client-id\) is no option of source demo; known are path, source, rootFolderId, readSize, /,
    ],
    [
      'two sources at once',
      { flags: { '--demo': true, '--source': 'library' } },
      /--demo and --source name different sources/,
    ],
    [
      'a wish that is neither true nor false',
      { env: { PHOTODAV_DEMO: 'yes' } },
      'PHOTODAV_DEMO "yes" is not valid; allowed: true or false',
    ],
    [
      'a base path with dots',
      { flags: { '--server-base-path': '/a/../b' } },
      /server\.basePath .* is not valid; allowed: a path of letters/,
    ],
    [
      'a host name with a port',
      { flags: { '--server-allowed-hosts': 'a.example,b.example:80' } },
      /allowedHosts .* allowed: host names without a port/,
    ],
    [
      'a proxy, without echoing its password',
      { env: { PHOTODAV_GOOGLE_HTTP_PROXY: 'ftp://me:pa55@proxy' } },
      'google.httpProxy (PHOTODAV_GOOGLE_HTTP_PROXY) is not valid; allowed: an address such as http://proxy.example:3128',
    ],
    [
      'a secret file that is absent',
      { env: { ...LIBRARY, PHOTODAV_CLIENT_SECRET: '', PHOTODAV_CLIENT_SECRET_FILE: 'no' } },
      /^clientSecretFile \(PHOTODAV_CLIENT_SECRET_FILE\) names a file that cannot be read \(ENOENT: /,
    ],
    [
      'a secret and its file from the same place',
      { env: { ...LIBRARY, PHOTODAV_CLIENT_SECRET_FILE: 'x' } },
      /stands beside the secret itself/,
    ],
  ])('%s', async (_, given, message) => {
    const error = await refusal(given);
    if (typeof message === 'string') expect(error.message).toBe(message);
    else expect(error.message).toMatch(message);
  });

  it.each(['0.0.0.0', '::', '192.168.1.5', 'nas.local', '128.0.0.1'])(
    'listening on %s, with a way to do it',
    async (host) => {
      const error = await refusal({ flags: { '--host': host } });
      expect(error.message).toMatch(
        /^server\.host \(--host\) ".*": would let other machines in, and there are no users/,
      );
      expect(error.advice).toMatch(
        /photodav user add NAME.* keep 127\.0\.0\.1.*ssh -L 8008:127\.0\.0\.1:8008 SERVER.* --insecure-no-auth/,
      );
    },
  );

  it.each([
    ['LOCALHOST', 'localhost'],
    ['127.8.9.1', '127.8.9.1'],
    ['[::1]', '::1'],
  ])('but not loopback as %s', async (host, bound) => {
    expect((await load({ flags: { '--host': host } })).values.server.host).toBe(bound);
  });

  it.each(['8008:0.0.0.0', '256.0.0.1', '1.2.3', '-a.example', 'a b', ''])('no address at all, %j', async (host) => {
    const { message } = await refusal({ file: JSON.stringify({ server: { host } }) });
    expect(message).toMatch(/^server\.host \(.*\) ".*" is not valid; allowed: an IP address or a host name$/);
  });

  it('all faults at once, each with its place', async () => {
    const error = await refusal({
      file: '{ "server": { "port": -1 }, "colour": "red", "mounts": [{ "source": "library", "token": 5 }] }',
      env: { PHOTODAV_LOG_LEVEL: 'loud', PHOTODAV_PROT: '1' },
      flags: { '--sizes-wait': '1 week' },
    });
    for (const name of ['server.port', 'colour', 'log.level', 'PHOTODAV_PROT', 'sizes.wait', 'token']) {
      expect(error.message).toContain(`\n  ${name}`);
    }
  });

  it('never a secret', async () => {
    const secret = 'v3ry-secret';
    const file = `{ "mounts": [{ "clientId": 7, "clientSecret": ["${secret}"], "token": { "a": "${secret}" } }] }`;
    expect((await refusal({ file })).message).not.toContain(secret);
  });
});

describe('the base path', () => {
  it.each([
    ['/', '/'],
    ['', '/'],
    ['photos', '/photos'],
    ['/photos/', '/photos'],
    ['/a/b.c/', '/a/b.c'],
  ])('%j is taken as %s', async (written, path) => {
    expect((await load({ flags: { '--server-base-path': written } })).values.server.basePath).toBe(path);
  });
});
