import type { LoadedConfig } from '../config/load.js';

const SEES: Readonly<Record<string, string>> = {
  demo: 'a demo library, from an emulator of Google built in; nothing of it is real',
  library: 'a Google Photos library: what this client id uploaded, for Google shows an app nothing else',
};

/** What `serve` says on standard output once requests are answered: what, where, how to open it, and what is off. */
export function startLines(
  loaded: LoadedConfig,
  urls: readonly URL[],
  platform: NodeJS.Platform = process.platform,
): readonly string[] {
  const { source } = loaded.values.mounts[0];
  const [first] = urls;
  return [
    `photodav shows ${SEES[source] ?? source}`,
    '',
    ...urls.map((url) => `  ${url.href}`),
    '',
    'Open it in a browser, or mount it:',
    ...(first ? mountLines(first, platform).map((line) => `  ${line}`) : []),
    '',
    'It is read-only, and only programs on this machine can reach it. Ctrl-C ends it.',
    ...(loaded.isDemoByDefault
      ? ['', 'Nothing is configured yet, hence the demo. To show your own photos: README.md, "Connect an account".']
      : []),
    ...(source === 'library'
      ? ['', 'To check the sign-in: `photodav albums`, which prints the ids of the albums too.']
      : []),
  ];
}

/** How the systems mount a WebDAV address with what they bring along. */
function mountLines(url: URL, platform: NodeJS.Platform): readonly string[] {
  const rclone = `rclone mount :webdav: FOLDER --read-only --webdav-url ${url.href}`;
  if (platform === 'darwin') return [`Finder: Go > Connect to Server (Cmd-K), then ${url.href}`, rclone];
  if (platform === 'win32') return [`net use * ${url.href}`, rclone.replace('FOLDER', 'P:')];
  return [`gio mount dav://${url.host}${url.pathname}`, `sudo mount -t davfs -o ro ${url.href} FOLDER`, rclone];
}
