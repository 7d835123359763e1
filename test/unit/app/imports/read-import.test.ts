import { describe, expect, it } from '@jest/globals';
import { AppError } from '../../../../src/errors.js';
import { readImport } from '../../../../src/app/imports/read-import.js';
import * as samples from './samples.js';
import { alistBackup, alistStorage, BLOB, CLIENT, INSTALLED, rcloneSection, TOKEN_JSON } from './samples.js';

const read = (text: string | Buffer, name?: string) => readImport(Buffer.from(text), name);

const BARE = { kind: 'token', refreshToken: samples.REFRESH_TOKEN };
const TOKEN = { ...BARE, ...CLIENT };
const wrapped = (text: string) => text.replace(/(.{40})/g, '$1\r\n');
const options = (text: string) => {
  const imported = read(text);
  return imported.kind === 'token' ? Object.fromEntries(imported.options.map(({ path, value }) => [path, value])) : {};
};

describe('a token is imported from', () => {
  it.each<[string, string | Buffer, object]>([
    ['what rclone authorize prints', `Paste this --->\n${TOKEN_JSON}\n<---End paste\n`, BARE],
    ['the same without its last line', `Paste this --->\n${TOKEN_JSON}\n`, BARE],
    ['the same with the lines of its log', `2026/11/21 10:00:00 NOTICE: Got code\n${TOKEN_JSON}\n$ `, BARE],
    ['JSON alone, with the line ends of Windows', `${TOKEN_JSON}\r\n`, BARE],
    ['JSON that a terminal broke', wrapped(TOKEN_JSON), BARE],
    ['JSON in quotes', `'${TOKEN_JSON}'`, BARE],
    ['JSON in quotes, with backslashes', JSON.stringify(TOKEN_JSON), BARE],
    ['JSON in a file of PowerShell', Buffer.from(`\uFEFF${TOKEN_JSON}`, 'utf16le'), BARE],
    ['JSON behind a byte order mark', `\uFEFF${TOKEN_JSON}`, BARE],
    ['base64 of a map', BLOB, TOKEN],
    ['base64 of a map, with padding', Buffer.from(BLOB, 'base64').toString('base64'), TOKEN],
    ['base64 between arrows, in broken lines', `x --->\n${wrapped(BLOB)}\n<---End paste`, TOKEN],
    ['base64 among the lines of a log', `NOTICE: Waiting for code...\n${BLOB}\nNOTICE: done with it`, TOKEN],
    ['a section of rclone.conf', rcloneSection('gphotos'), TOKEN],
    ['a section without its heading', rcloneSection('x').replace('[x]\n', ''), TOKEN],
    ['a section that a terminal broke', wrapped(rcloneSection('gphotos')), TOKEN],
    ['its line token alone', `token = ${TOKEN_JSON}`, BARE],
    ['what rclone config show prints', `; comment\n\n${rcloneSection('gphotos')}--------------------\ny/e/d> `, TOKEN],
    ['a remote among others', `[drive]\ntype = drive\ntoken = {}\n\n${rcloneSection('gphotos')}`, TOKEN],
    ['a remote without a client', '[g]\ntype = google photos\ntoken = ' + TOKEN_JSON, BARE],
    [
      'what rclone config dump prints',
      JSON.stringify({ other: { type: 's3' }, gphotos: { type: 'google photos', token: TOKEN_JSON } }),
      BARE,
    ],
    ['a backup of AList', alistBackup(alistStorage({ driver: 'Local' }), alistStorage()), TOKEN],
    ['a list of storages', JSON.stringify([alistStorage()]), TOKEN],
    ['a storage alone', JSON.stringify(alistStorage(), null, 2), TOKEN],
    ["an answer of AList's API", JSON.stringify({ code: 200, data: { content: [alistStorage()], total: 1 } }), TOKEN],
    ['what gcloud keeps', samples.AUTHORIZED_USER, TOKEN],
    ['a refresh token alone', ` "${samples.REFRESH_TOKEN}"\n`, BARE],
  ])('%s', (_name, text, expected) => {
    expect(read(text)).toMatchObject(expected);
  });
});

describe('an OAuth client is imported from', () => {
  it.each<[string, string, object]>([
    ["a Desktop client's file", INSTALLED, { kind: 'client', ...CLIENT }],
    ["the same behind a terminal's line breaks", INSTALLED.replaceAll(',', ',\r\n'), { kind: 'client', ...CLIENT }],
    [
      "a web client's file",
      samples.web('https://example.com/', 'http://127.0.0.1:53682/'),
      { kind: 'client', ...CLIENT, redirectUri: new URL('http://127.0.0.1:53682/') },
    ],
    ['a remote that nobody has signed in with', rcloneSection('g', { token: '' }), { kind: 'client', ...CLIENT }],
  ])('%s', (_name, text, expected) => {
    expect(read(text)).toEqual(expected);
  });
});

const REMOTES = `${rcloneSection('mine')}\n${rcloneSection('hers', { token: TOKEN_JSON.replace('1//0', '1//9') })}`;
const STORAGES = alistBackup(alistStorage(), alistStorage({ mount_path: '/b', addition: { refresh_token: '1//9' } }));

describe('of several', () => {
  it.each([
    [REMOTES, 'hers'],
    [REMOTES, 'hers:'],
    [STORAGES, '/b'],
  ])('one is chosen by its name', (text, name) => {
    expect(read(text, name)).toMatchObject({ refreshToken: expect.stringMatching(/^1\/\/9/) as unknown });
  });

  it.each([
    [REMOTES, undefined, /2 remotes/, /--remote: mine, hers$/],
    [REMOTES, 'his', /not there/, /mine, hers$/],
    [STORAGES, undefined, /2 storages/, /--remote: \/photos, \/b$/],
  ])('none is chosen without one', (text, name, message, advice) => {
    expect(() => read(text, name)).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(message) as unknown,
        advice: expect.stringMatching(advice) as unknown,
      }),
    );
  });
});

describe('options of the other program', () => {
  it("are rclone's", () => {
    const settings = {
      read_size: 'true',
      start_year: '2001',
      include_archived: 'true',
      proxy: 'http://localhost:8282',
    };
    expect(options(rcloneSection('g', { ...settings, read_only: 'true', batch_mode: 'sync' }))).toEqual({
      'mounts.0.layout': 'rclone',
      'mounts.0.readSize': 'on-list',
      'mounts.0.startYear': 2001,
      'mounts.0.includeArchived': true,
      'mounts.0.proxy': 'http://localhost:8282',
    });
    expect(read(rcloneSection('g', { batch_mode: 'sync' }))).toMatchObject({ withoutOption: ['batch_mode'] });
  });

  it("are AList's", () => {
    expect(options(alistBackup(alistStorage({ addition: { root_folder_id: 'albums', show_archive: true } })))).toEqual({
      'mounts.0.path': '/photos',
      'mounts.0.layout': 'alist',
      'mounts.0.rootFolderId': 'albums',
      'mounts.0.includeArchived': true,
      'mounts.0.delivery.policy': 'proxy-url',
      'mounts.0.delivery.proxyUrl': 'https://worker.example',
      'catalog.ttl': '30m',
    });
  });

  it('are none where a token came alone', () => {
    expect([options(TOKEN_JSON), options(BLOB)]).toEqual([{}, {}]);
  });
});

const KEY = { type: 'service_account', client_id: '1', private_key: 'GOCSPX-secret' };

/** Each with an advice of its own. */
const DAMAGED: readonly (readonly [string, string | Buffer, RegExp, RegExp])[] = [
  ['an empty file', ' \n', /an empty text/, /import one of these/],
  ['a picture', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 1]), /no text/, /import one of these/],
  ['a Takeout archive', Buffer.from('504b030414000000', 'hex'), /zip archive/, /Takeout archive holds photos/],
  ['a Takeout archive as tgz', Buffer.from('1f8b08000000', 'hex'), /tgz archive/, /Takeout archive holds photos/],
  ['a web page', '<!doctype html><title>x</title>', /web page/, /not the page/],
  ['words', 'hello there, good day', /neither JSON nor base64/, /between the two arrows/],
  ['JSON that is cut', TOKEN_JSON.slice(0, 70), /JSON that is cut/, /first brace to the last/],
  ['a backup that is cut', alistBackup(alistStorage()).slice(0, 200), /JSON that is cut/, /first brace to the last/],
  ['base64 that lost its end', BLOB.slice(0, 80), /cut or damaged JSON/, /between the two arrows/],
  ['base64 that lost its beginning', BLOB.slice(6), /beginning is missing/, /between the two arrows/],
  ['base64 of something else', Buffer.from('a letter, not a token').toString('base64'), /not of JSON/, /two arrows/],
  ['a token without a refresh token', samples.TOKEN_WITHOUT_REFRESH, /without a refresh_token/, /first consent alone/],
  ['an access token alone', 'ya29.a0access', /access token alone/, /begins with 1\/\//],
  ['an authorization code', '4/0Acode-x', /authorization code/, /--no-browser/],
  ['the address of a sign-in', 'http://127.0.0.1:1/?state=x&code=4/0A', /address that a sign-in/, /--no-browser/],
  ['an API key', 'AIzaSyKey', /API key/, /--guide/],
  ["a client's secret", 'GOCSPX-secret', /secret alone/, /download the JSON file/],
  ["a client's id", CLIENT.clientId, /id alone/, /download the JSON file/],
  ["a service account's key", JSON.stringify(KEY), /service account/, /Desktop app/],
  ['credentials of a workload', '{"type":"external_account"}', /external_account/, /as a person/],
  ["Google's refusal", '{"error":"invalid_grant","error_description":"Bad Request"}', /refuses/, /sign in again/],
  ["a client's file without a secret", '{"installed":{"client_id":"1"}}', /without its client_id/, /new secret/],
  [
    'a web client of another machine',
    samples.web('https://example.com/'),
    /web client/,
    /http:\/\/127\.0\.0\.1:53682\/ to the/,
  ],
  ['an encrypted configuration', '# Encrypted\n\nRCLONE_ENCRYPT_V0:\nabc', /under a password/, /config show/],
  ['a remote of another type', '[d]\ntype = drive\ntoken = {}', /remote of type drive/, /type is google photos/],
  ['a redacted remote', rcloneSection('g', { token: 'XXX' }), /unreadable/, /config redacted/],
  ['a remote without a sign-in', '[g]\ntype = google photos\n', /nobody has signed in/, /config reconnect/],
  ['a remote with half a token', rcloneSection('g', { token: TOKEN_JSON.slice(0, 40) }), /cut or damaged/, /./],
  ['a backup of other storages', alistBackup(alistStorage({ driver: 'Onedrive' })), /Onedrive/, /GooglePhoto/],
  ['a backup without storages', alistBackup(), /none at all/, /GooglePhoto/],
  ['a backup under a password', alistBackup('U2FsdGVkX1'), /under a password/, /password empty/],
  ['a storage cut within', alistBackup(alistStorage({ addition: '{"refresh_' })), /"addition"/, /backup again/],
  ['a storage without a token', alistBackup(alistStorage({ addition: { refresh_token: '' } })), /without its/, /login/],
  [
    'an access token in place of the refresh token',
    alistBackup(alistStorage({ addition: { refresh_token: 'ya29.a0access' } })),
    /access token where/,
    /begins with 1\/\//,
  ],
  [
    'a code in place of the refresh token',
    samples.AUTHORIZED_USER.replace(samples.REFRESH_TOKEN, '4/0Acode'),
    /code where/,
    /begins with 1\/\//,
  ],
];

describe('what cannot be imported is named, with an advice', () => {
  it.each(DAMAGED)('%s', (_name, text, message, advice) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringMatching(message) as unknown,
        advice: expect.stringMatching(advice) as unknown,
      }),
    );
  });

  it('and nothing secret of it is repeated', () => {
    for (const [, text] of DAMAGED) {
      try {
        read(text);
      } catch (error) {
        expect(JSON.stringify([String(error), (error as { advice: string }).advice])).not.toMatch(
          /ya29\.a|1\/\/0|GOCSPX-s|4\/0A|AIzaSy|U2Fs/,
        );
      }
    }
  });
});

it('whatever is cut off of a sample, its rest is imported or refused in words, and never half a secret with it', () => {
  const whole = [
    TOKEN_JSON,
    BLOB,
    INSTALLED,
    rcloneSection('gphotos'),
    alistBackup(alistStorage()),
    samples.AUTHORIZED_USER,
    JSON.stringify({ gphotos: { type: 'google photos', token: TOKEN_JSON } }),
  ];
  const rests = whole.flatMap((text) => Array.from(text, (_, at) => [text.slice(0, at), text.slice(at)]).flat());
  for (const rest of rests) {
    try {
      const imported = read(rest);
      // A section that ends within the secret cannot be told from a whole one; Google does.
      if (imported.kind === 'client') continue;
      expect(imported.refreshToken).toBe(samples.REFRESH_TOKEN);
      expect([undefined, CLIENT.clientSecret]).toContain(imported.clientSecret);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      expect(`${error.message} ${error.advice}`).not.toMatch(/ya29\.a|1\/\/0|GOCSPX-s/);
    }
  }
});

describe('a file made to do harm is refused in words, and soon', () => {
  const many = 200_000;
  const deep = '['.repeat(many) + ']'.repeat(many);
  it.each([
    ['braces', `x ${'{'.repeat(many)}`],
    ['arrows in a section', `[r]\ntype = google photos\ntoken = ${'--->'.repeat(many)}\n`],
    ['JSON without a bottom', `{"a":`.repeat(many) + '1' + '}'.repeat(many)],
    ['a remote without a bottom', `{"r":{"type":"google photos","token":${deep}}}`],
    ['a list without a bottom', deep],
  ])('%s', (_what, text) => {
    expect(() => read(text)).toThrow(AppError);
  });
});
