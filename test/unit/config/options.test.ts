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
    ['mounts.0.tokenFile', '--token-file', 'PHOTODAV_TOKEN_FILE'],
  ])('%s is %s and %s', (path, flag, variable) => {
    expect(option(path)).toMatchObject({ flag, variable });
  });

  it.each(['clientSecret', 'refreshToken', 'token'])(
    '%s has a variable but no flag, for a process list shows flags',
    (name) => {
      expect(option(`mounts.0.${name}`)).toMatchObject({ isPrivate: true });
      expect(option(`mounts.0.${name}`)?.flag).toBeUndefined();
    },
  );

  it('are all different', () => {
    for (const names of [OPTIONS.map((each) => each.flag ?? each.variable), OPTIONS.map((each) => each.variable)]) {
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
