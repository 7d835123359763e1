import { describe, expect, it } from '@jest/globals';
import { hasBrowser } from '../../../src/cli/browser.js';

describe('a browser before the eyes of the person', () => {
  it.each<[NodeJS.Platform, Readonly<Record<string, string>>, boolean]>([
    ['darwin', {}, true],
    ['win32', {}, true],
    ['darwin', { SSH_CONNECTION: '192.0.2.1 50000 192.0.2.2 22' }, false],
    ['linux', {}, false],
    ['linux', { DISPLAY: ':0' }, true],
    ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, true],
    ['linux', { DISPLAY: '', WAYLAND_DISPLAY: 'wayland-0' }, true],
    ['linux', { WSL_DISTRO_NAME: 'Debian' }, true],
    ['linux', { DISPLAY: 'localhost:10.0', SSH_TTY: '/dev/pts/0' }, false],
  ])('on %s with %j: %s', (platform, env, expected) => {
    expect(hasBrowser({ platform, env })).toBe(expected);
  });
});
