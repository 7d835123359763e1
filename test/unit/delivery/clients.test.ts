import { describe, expect, it } from '@jest/globals';
import { keepsTarget, mayRedirect, REDIRECT_CLIENTS } from '../../../src/delivery/clients.js';

/** As the real programs name themselves. */
const AGENTS = {
  rclone: 'rclone/v1.60.1-DEV',
  ffmpeg: 'Lavf/59.27.100',
  libmpv: 'libmpv',
  mpv: 'mpv 0.35.1',
  gvfs: 'gvfs/1.50.3',
  kio: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) KIO/5.103 dolphin/22.12.3',
  kodi: 'Kodi/20.1 (X11; Linux x86_64) Debian/12 App_Bitness/64 Version/20.1',
  kodiFromDebian: 'KodifromDebian/20.1 (X11; Linux x86_64)',
  vlc: 'VLC/3.0.24 LibVLC/3.0.24',
  libVlc: 'MyPlayer/1.0 (LibVLC/3.0.24)',
};

describe('the clients that are redirected by default', () => {
  it.each([
    ['rclone', 'rclone/'],
    ['ffmpeg', 'Lavf/'],
    ['libmpv', 'libmpv'],
    ['mpv', 'mpv'],
    ['gvfs', 'gvfs/'],
    ['kio', 'KIO/'],
    ['kodi', 'Kodi'],
    ['kodiFromDebian', 'Kodi'],
    ['vlc', 'VLC/'],
    ['libVlc', 'LibVLC'],
  ] as const)('are %s, by the rule %s', (name, rule) => {
    expect(mayRedirect(AGENTS[name], ['default'])).toEqual({ isAllowed: true, rule });
  });

  it.each([
    'curl/7.88.1',
    'davfs2/1.6.1 neon/0.32.5',
    'cadaver/0.24 neon/0.32.5',
    'Microsoft-WebDAV-MiniRedir/10.0.19045',
    'WebDAVFS/3.0.0 (03008000) Darwin/23.0.0 (arm64)',
    'aria2/1.36.0',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
    'notrclone/1.0',
    'RCLONE/v1.60.1',
    'proxy-of-VLC/1',
    'Wget/1.21 xlibmpv',
  ])('are not %s', (userAgent) => {
    expect(mayRedirect(userAgent, ['default'])).toEqual({ isAllowed: false, rule: 'not listed' });
  });

  it.each(['', ' '])('are nobody without a name (%j)', (userAgent) => {
    expect(mayRedirect(userAgent, ['default'])).toEqual({ isAllowed: false, rule: 'no user agent' });
  });

  it('are told once each, with what was measured', () => {
    expect(new Set(REDIRECT_CLIENTS.map(({ product }) => product)).size).toBe(REDIRECT_CLIENTS.length);
    for (const { measured } of REDIRECT_CLIENTS) expect(measured).toMatch(/\d/);
  });
});

describe('the list', () => {
  it('adds a product to the default ones, or stands for itself', () => {
    expect(mayRedirect('Infuse/7.6', ['default', 'Infuse/'])).toEqual({ isAllowed: true, rule: 'Infuse/' });
    expect(mayRedirect(AGENTS.rclone, ['Infuse/'])).toEqual({ isAllowed: false, rule: 'not listed' });
  });

  it('lets in everybody with `all`, and tells a more exact rule where there is one', () => {
    expect(mayRedirect('curl/7.88.1', ['all'])).toEqual({ isAllowed: true, rule: 'all' });
    expect(mayRedirect('', ['all'])).toEqual({ isAllowed: true, rule: 'all' });
    expect(mayRedirect(AGENTS.vlc, ['all', 'default'])).toEqual({ isAllowed: true, rule: 'VLC/' });
  });

  it('lets in nobody when it is empty, nor a client called as one of its words', () => {
    expect(mayRedirect(AGENTS.rclone, [])).toEqual({ isAllowed: false, rule: 'not listed' });
    expect(mayRedirect('default/1.0', ['default']).isAllowed).toBe(false);
  });
});

describe('players that stay with their first target', () => {
  it('are Kodi and VLC', () => {
    const keepers = Object.entries(AGENTS).filter(([, userAgent]) => keepsTarget(userAgent));
    expect(keepers.map(([name]) => name)).toEqual(['kodi', 'kodiFromDebian', 'vlc', 'libVlc']);
  });
});
