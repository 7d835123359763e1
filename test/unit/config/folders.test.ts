import { describe, expect, it } from '@jest/globals';
import { absolutePath, systemFolders, type System } from '../../../src/config/folders.js';

const system = (platform: NodeJS.Platform, home: string, env: System['env'] = {}): System => ({
  platform,
  home,
  env,
  workingFolder: home,
});

describe('folders by the habit of each system', () => {
  const support = '/Users/me/Library/Application Support/photodav';
  it.each([
    ['Linux', system('linux', '/home/me'), '/home/me/.config/photodav', '/home/me/.local/share/photodav'],
    [
      'Linux with XDG folders',
      system('linux', '/home/me', { XDG_CONFIG_HOME: '/c', XDG_DATA_HOME: '/d' }),
      '/c/photodav',
      '/d/photodav',
    ],
    [
      'Linux with relative XDG folders, which are ignored',
      system('linux', '/home/me', { XDG_CONFIG_HOME: 'c', XDG_DATA_HOME: '' }),
      '/home/me/.config/photodav',
      '/home/me/.local/share/photodav',
    ],
    ['macOS', system('darwin', '/Users/me'), support, support],
    [
      'Windows',
      system('win32', 'C:\\Users\\me', { LOCALAPPDATA: 'D:\\Local' }),
      'D:\\Local\\photodav',
      'D:\\Local\\photodav',
    ],
    [
      'Windows without its variable',
      system('win32', 'C:\\Users\\me'),
      'C:\\Users\\me\\AppData\\Local\\photodav',
      'C:\\Users\\me\\AppData\\Local\\photodav',
    ],
  ])('%s', (_, machine, config, data) => {
    expect(systemFolders(machine)).toEqual({ config, data });
  });
});

describe('a written path', () => {
  it.each([
    ['linux', '~', '/home/me'],
    ['linux', '~/photos', '/home/me/photos'],
    ['linux', '~other/photos', '/base/~other/photos'],
    ['linux', 'a/../b', '/base/b'],
    ['linux', '/x', '/x'],
    ['win32', '~\\photos', '\\home\\me\\photos'],
  ] as const)('on %s %s is %s', (platform, written, expected) => {
    expect(absolutePath(written, '/base', system(platform, '/home/me'))).toBe(expected);
  });
});
