import { describe, expect, it } from '@jest/globals';
import { OPTIONS } from '../../../src/config/options.js';

const option = (path: string) => OPTIONS.find((each) => each.path === path);

describe('names of options', () => {
  it.each([
    ['server.host', '--host', 'PHOTODAV_HOST'],
    ['server.port', '--port', 'PHOTODAV_PORT'],
    ['dataDir', '--data-dir', 'PHOTODAV_DATA_DIR'],
    ['server.basePath', '--server-base-path', 'PHOTODAV_SERVER_BASE_PATH'],
    ['catalog.ttl', '--catalog-ttl', 'PHOTODAV_CATALOG_TTL'],
    ['mounts.0.rootFolderId', '--root-folder-id', 'PHOTODAV_ROOT_FOLDER_ID'],
    ['mounts.0.clientId', '--client-id', 'PHOTODAV_CLIENT_ID'],
    ['mounts.0.path', '--mount-path', 'PHOTODAV_MOUNT_PATH'],
    ['mounts.0.layout', '--layout', 'PHOTODAV_LAYOUT'],
    ['mounts.0.startYear', '--start-year', 'PHOTODAV_START_YEAR'],
    ['mounts.0.timeZone', '--time-zone', 'PHOTODAV_TIME_ZONE'],
    ['server.tls.certFile', '--server-tls-cert-file', 'PHOTODAV_SERVER_TLS_CERT_FILE'],
    ['server.insecureNoAuth', '--insecure-no-auth', 'PHOTODAV_INSECURE_NO_AUTH'],
    ['mounts.0.tokenFile', '--token-file', 'PHOTODAV_TOKEN_FILE'],
  ])('%s is %s and %s', (path, flag, variable) => {
    expect(option(path)).toMatchObject({ flag, variable });
  });

  it.each(['mounts.0.clientSecret', 'mounts.0.refreshToken', 'mounts.0.token', 'delivery.linkToken'])(
    '%s has a variable but no flag, for a process list shows flags',
    (path) => {
      expect(option(path)).toMatchObject({ isPrivate: true });
      expect(option(path)?.flag).toBeUndefined();
    },
  );

  it('are none for users, who stand in the file', () => {
    const users = OPTIONS.filter(({ path }) => path.startsWith('users.'));
    expect(users.map(({ label }) => label)).toContain('users[0].passwordHash');
    for (const user of users) expect([user.flag, user.variable]).toEqual([undefined, undefined]);
  });

  it('are all different', () => {
    for (const names of [
      OPTIONS.flatMap(({ flag }) => flag ?? []),
      OPTIONS.flatMap(({ variable }) => variable ?? []),
    ]) {
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it('all come with a description and what is allowed', () => {
    for (const { description, allowed } of OPTIONS) {
      expect(description).not.toBe('');
      expect(allowed).not.toBe('');
    }
  });
});
