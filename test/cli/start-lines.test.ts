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
