import { describe, expect, it } from '@jest/globals';
import { stage, type Given } from './stage.js';

const { load, refusal } = stage();

const passwordHash = `$scrypt$ln=15,r=8,p=1$${'a'.repeat(22)}$${'b'.repeat(43)}`;
const ann = { name: 'ann', passwordHash };

describe('users', () => {
  it('see all mounts unless some are named', async () => {
    const { values, origins } = await load({
      file: { mounts: [{}, { path: '/b' }], users: [ann, { name: 'Zoe\u0308', passwordHash, mounts: ['b/', '/'] }] },
    });
    expect(values.users).toEqual([
      { ...ann, access: 'read' },
      { name: 'Zo\u00eb', passwordHash, mounts: ['/b', '/'], access: 'read' },
    ]);
    expect(origins).toMatchObject({ 'users.0.mounts': 'default', 'users.1.mounts': 'file' });
  });

  it.each<[string, Given, RegExp]>([
    [
      'a name that is empty',
      { file: { users: [{ name: '', passwordHash }] } },
      /^users\[0\]\.name \(.*\) "" is not valid; allowed: up to 255 characters, neither a colon/,
    ],
    [
      'a colon in a name',
      { file: { users: [{ name: 'a:b', passwordHash }] } },
      /^users\[0\]\.name .*"a:b" is not valid/,
    ],
    ['a control character in a name', { file: { users: [{ name: 'a\u0085', passwordHash }] } }, /^users\[0\]\.name /],
    ['a long name', { file: { users: [{ name: 'a'.repeat(256), passwordHash }] } }, /^users\[0\]\.name /],
    [
      'a name that is there already, in another form',
      {
        file: {
          users: [
            { name: '\u00e4', passwordHash },
            { name: 'a\u0308', passwordHash },
          ],
        },
      },
      /^user \u00e4 stands there twice \(.* line \d+, .* line \d+\); keep one$/,
    ],
    [
      'a user of whom nothing is written',
      { file: { users: [{}, ann] } },
      /^the configuration has 2 faults\n {2}users\[0\]\.name is missing\n {2}users\[0\]\.passwordHash is missing$/,
    ],
    ['users that are no list', { file: { users: {} } }, /^users \(.*\) must be a list of objects$/],
    [
      'a file that nests without end',
      { file: `{ "users":\n${'['.repeat(20_000)}${']'.repeat(20_000)} }` },
      /line 2 nests more than 64 deep$/,
    ],
    ['a user that is no object', { file: { users: ['ann'] } }, /users\[0\] \(.*\) must be an object/],
    [
      'a misspelt key',
      { file: { users: [{ ...ann, mount: ['/'] }] } },
      /^mount \(.*\) is unknown; did you mean mounts\?$/,
    ],
    [
      'no mounts at all',
      { file: { users: [{ ...ann, mounts: [] }] } },
      /^user ann \(.*\) has no mounts; name some or leave out `mounts` to allow all$/,
    ],
    [
      'a mount that is not there',
      { file: { mounts: [{}, { path: '/b' }], users: [{ ...ann, mounts: ['/B', '/'] }] } },
      /^user ann \(.*\) names \/B, and no mount stands there; known are \/, \/b$/,
    ],
    [
      'what is no path',
      { file: { users: [{ ...ann, mounts: ['/a:b'] }] } },
      /^users\[0\]\.mounts \(.*\) \["\/a:b"\] is not valid; allowed: paths of mounts$/,
    ],
    [
      'what nobody may do',
      { file: { users: [{ ...ann, access: 'write' }] } },
      /^users\[0\]\.access \(.*\) "write" is not valid; allowed: read$/,
    ],
  ])('%s is refused', async (_, given, message) => {
    expect((await refusal(given)).message).toMatch(message);
  });

  it.each([
    ['a password', 'hunter2'],
    ['another method', '$argon2id$v=19$m=65536,t=2,p=1$c2FsdA$aGFzaA'],
    ['other parameters', passwordHash.replace('ln=15', 'ln=4')],
    ['a hash that is cut', passwordHash.slice(0, -1)],
    ['padding', `${passwordHash}=`],
    ['a list', [passwordHash]],
  ])('%s as passwordHash is refused, and not repeated', async (_, wrong) => {
    const { message } = await refusal({ file: { users: [{ name: 'ann', passwordHash: wrong }] } });
    expect(message).toMatch(
      /^users\[0\]\.passwordHash \([^)]*\) is not valid; allowed: what `photodav user add` writes$/,
    );
  });

  it('cannot come from a flag or a variable', async () => {
    const { message } = await refusal({ env: { PHOTODAV_USERS: 'ann' } });
    expect(message).toMatch(/^PHOTODAV_USERS \(environment\) is unknown/);
  });
});

describe('an address beyond this machine', () => {
  it.each<[string, Given]>([
    ['with a user', { file: { users: [ann] }, flags: { '--host': '0.0.0.0' } }],
    ['with a flag', { flags: { '--host': 'nas.local', '--insecure-no-auth': true } }],
    ['with a variable', { flags: { '--host': '::' }, env: { PHOTODAV_INSECURE_NO_AUTH: 'true' } }],
    ['with a line of the file', { file: { server: { host: '[fe80::1]', insecureNoAuth: true } } }],
  ])('is listened on %s', async (_, given) => {
    const { server } = (await load(given)).values;
    expect(['0.0.0.0', 'nas.local', '::', 'fe80::1']).toContain(server.host);
  });

  it.each<[string, Given]>([
    ['an empty list of users', { file: { users: [], server: { host: '0.0.0.0' } } }],
    [
      'a wish that a flag takes back',
      { file: { server: { host: '0.0.0.0', insecureNoAuth: true } }, flags: { '--insecure-no-auth': 'false' } },
    ],
  ])('is not, with %s', async (_, given) => {
    expect((await refusal(given)).message).toMatch(/^server\.host .* there are no users/);
  });
});

describe('TLS', () => {
  it('takes two files, by paths like every other', async () => {
    const file = { server: { tls: { certFile: 'cert.pem', keyFile: '~/key.pem' } } };
    const { tls } = (await load({ file })).values.server;
    expect(tls?.certFile).toMatch(/\/\.config\/photodav\/cert\.pem$/);
    expect(tls?.keyFile).toMatch(/\/\d+\/key\.pem$/);
  });

  it('is off without them, and with null', async () => {
    expect((await load({ file: { server: { tls: null } } })).values.server.tls).toBeUndefined();
  });

  it.each<[string, Given, RegExp]>([
    [
      'a certificate without its key',
      { flags: { '--server-tls-cert-file': 'a' } },
      /^server\.tls\.keyFile is missing; set --server-tls-key-file or PHOTODAV_SERVER_TLS_KEY_FILE$/,
    ],
    [
      'a key without its certificate',
      { file: { server: { tls: { keyFile: 'a' } } } },
      /^server\.tls\.certFile is missing/,
    ],
    [
      'a path that is empty',
      { file: { server: { tls: { keyFile: 'a', certFile: '' } } } },
      /^server\.tls\.certFile \(.*\) "" is not valid; allowed: the path of a file$/,
    ],
    ['a switch', { file: { server: { tls: true } } }, /^server\.tls \(.*\) must be an object$/],
    ['null for another section', { file: { server: null } }, /^server \(.*\) must be an object$/],
  ])('%s is refused', async (_, given, message) => {
    expect((await refusal(given)).message).toMatch(message);
  });
});

describe('folders that are split by month', () => {
  it.each([0, 100, 5000])('from %d items on', async (splitAt) => {
    expect((await load({ file: { tree: { splitAt } } })).values.tree).toEqual({ splitAt });
  });

  it.each(['99', '-1', '1e3'])('but not from %s', async (splitAt) => {
    const { message } = await refusal({ flags: { '--tree-split-at': splitAt } });
    expect(message).toMatch(/^tree\.splitAt \(--tree-split-at\) .* allowed: 0 for never, or a whole number from 100/);
  });
});
