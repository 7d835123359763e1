import { describe, expect, it } from '@jest/globals';
import { startLines } from '../../src/cli/start-lines.js';
import { loadConfig } from '../../src/config/load.js';

const system = { env: {}, platform: 'linux', home: '/nowhere', workingFolder: '/nowhere' } as const;
const urls = [new URL('http://127.0.0.1:8008/photos/')];

describe('the start lines tell how to mount with what the system brings along', () => {
  it.each([
    ['linux', 'gio mount dav://127.0.0.1:8008/photos/'],
    ['linux', 'sudo mount -t davfs -o ro http://127.0.0.1:8008/photos/ FOLDER'],
    ['darwin', 'Finder: Go > Connect to Server (Cmd-K), then http://127.0.0.1:8008/photos/'],
    ['win32', 'net use * http://127.0.0.1:8008/photos/'],
    ['win32', 'rclone mount :webdav: P: --read-only --webdav-url http://127.0.0.1:8008/photos/'],
  ] as const)('%s: %s', async (platform, line) => {
    expect(startLines(await loadConfig({}, system), urls, platform)).toContain(`  ${line}`);
  });
});

describe('the start lines of a server with users', () => {
  it('tell rclone to sign in', async () => {
    const loaded = await loadConfig({}, system);
    const user = { name: 'ada', passwordHash: 'unseen', access: 'read' } as const;
    const values = { ...loaded.values, users: [user] };
    const lines = startLines({ ...loaded, values }, urls, 'linux').join('\n');
    expect(lines).toContain('--webdav-user NAME --webdav-pass');
    expect(lines).toContain('with the password of the user ada');
    expect(lines).not.toContain('unseen');
  });
});

describe('the start lines of a library', () => {
  it('tell how to check the sign-in', async () => {
    const account = { PHOTODAV_CLIENT_ID: '1-a', PHOTODAV_CLIENT_SECRET: 's', PHOTODAV_REFRESH_TOKEN: 'r' };
    const lines = startLines(await loadConfig({}, { ...system, env: account }), urls, 'linux').join('\n');
    expect(lines).toContain('To check the sign-in: `photodav albums`');
  });
});

describe('the start lines of mounts whose files come by another way', () => {
  const start = async (delivery: object): Promise<readonly string[]> => {
    const loaded = await loadConfig({}, system);
    const [mount] = loaded.values.mounts;
    const mounts: typeof loaded.values.mounts = [
      mount,
      { ...mount, path: '/b', delivery: { ...mount.delivery, ...delivery } },
    ];
    return startLines({ ...loaded, values: { ...loaded.values, mounts } }, urls, 'linux');
  };

  it('name the worker, and where its token is', async () => {
    const lines = await start({ policy: 'proxy-url', proxyUrl: 'https://worker.example/' });
    expect(lines.filter((line) => /policy|token/.test(line))).toEqual([
      'Files of /b (policy proxy-url): clients that can follow are redirected to the worker at https://worker.example/',
      'The link token, which workers sign in with: the file link-token in the data folder',
    ]);
  });

  it('need no token to redirect to Google', async () => {
    const lines = await start({ policy: 'redirect' });
    expect(lines.filter((line) => /policy|token/.test(line))).toEqual([
      'Files of /b (policy redirect): clients that can follow are redirected to Google',
    ]);
  });

  it('do not tell a token that was chosen', async () => {
    const account = { PHOTODAV_DELIVERY_LINK_TOKEN: 'chosen-by-the-owner', PHOTODAV_DELIVERY_POLICY: 'proxy-url' };
    const env = { ...account, PHOTODAV_DELIVERY_PROXY_URL: 'https://worker.example/' };
    const text = startLines(await loadConfig({}, { ...system, env }), urls, 'linux').join('\n');
    expect(text).toContain('which workers sign in with: the one you have set');
    expect(text).not.toContain('chosen-by');
  });
});
