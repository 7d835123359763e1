import { isLoopback } from '../config/addresses.js';
import type { LoadedConfig } from '../config/load.js';
import type { Config } from '../config/schema.js';

const SEES: Readonly<Record<string, string>> = {
  demo: 'a demo library, from an emulator of Google built in; nothing of it is real',
  library: 'a Google Photos library: what this client id uploaded, for Google shows an app nothing else',
  picker: 'what was picked from a Google Photos library (`photodav pick` adds to it)',
};

/** What `serve` says on standard output once requests are answered: what, where, how to open it, who may, and what is off. */
export function startLines(
  loaded: LoadedConfig,
  urls: readonly URL[],
  platform: NodeJS.Platform = process.platform,
): readonly string[] {
  const { mounts, users } = loaded.values;
  const [first] = urls;
  return [
    ...whatIsShown(mounts),
    '',
    ...urls.map((url) => `  ${url.href}`),
    '',
    'Open it in a browser, or mount it:',
    ...(first ? mountLines(first, platform, users.length > 0).map((line) => `  ${line}`) : []),
    'Each client, with passwords and certificates: docs/clients.md.',
    '',
    ...whoMayEnter(loaded.values),
    ...howBytesCome(loaded.values),
    ...(loaded.isDemoByDefault
      ? [
          '',
          'Nothing is configured yet, hence the demo. To show your own photos: README.md, "Connect an account".',
          'Once you have signed in and picked: `photodav serve --source picker`.',
        ]
      : []),
    ...(mounts.some(({ source }) => source === 'library')
      ? ['', 'To check the sign-in: `photodav albums`, which prints the ids of the albums too.']
      : []),
  ];
}

function whatIsShown(mounts: Config['mounts']): readonly string[] {
  const [only] = mounts;
  if (mounts.length === 1) return [`photodav shows ${SEES[only.source] ?? only.source}`];
  const width = Math.max(...mounts.map(({ path }) => path.length));
  return [
    'photodav shows',
    '',
    ...mounts.map(({ path, source }) => `  ${path.padEnd(width)}  ${SEES[source] ?? source}`),
  ];
}

function whoMayEnter({ server, users }: Config): readonly string[] {
  const isLocal = isLoopback(server.host);
  const reach = isLocal ? 'only programs on this machine can reach it' : 'other machines can reach it';
  const entry = users.length === 0 ? 'without a password' : `with the password of ${names(users)}`;
  return [
    `It is read-only, and ${reach}, ${entry}. Ctrl-C ends it.`,
    ...(isLocal || users.length > 0 ? [] : ['Anyone who reaches it sees everything in it.']),
    ...(isLocal || users.length === 0 || server.tls
      ? []
      : ['Passwords cross the network unencrypted: set server.tls, or put a reverse proxy with TLS before it.']),
  ];
}

/** What leaves by another way than through photodav, and what a worker needs to sign in. */
function howBytesCome({ mounts, delivery }: Config): readonly string[] {
  const lines = mounts.flatMap(({ path, delivery: { policy, proxyUrl = '' } }) => {
    if (policy === 'native-proxy') return [];
    const target = policy === 'proxy-url' ? `the worker at ${proxyUrl}` : 'Google';
    return [`Files of ${path} (policy ${policy}): clients that can follow are redirected to ${target}`];
  });
  const token = delivery.linkToken === undefined ? 'the file link-token in the data folder' : 'the one you have set';
  const hasWorker = mounts.some((mount) => mount.delivery.policy === 'proxy-url');
  const all = hasWorker ? [...lines, `The link token, which workers sign in with: ${token}`] : lines;
  return all.length === 0 ? [] : ['', ...all];
}

function names(users: Config['users']): string {
  const [only] = users;
  return only && users.length === 1 ? `the user ${only.name}` : `one of ${users.length} users`;
}

/** How the systems mount a WebDAV address with what they bring along. */
function mountLines(url: URL, platform: NodeJS.Platform, hasUsers: boolean): readonly string[] {
  const signIn = hasUsers ? ' --webdav-user NAME --webdav-pass "$(rclone obscure PASSWORD)"' : '';
  const rclone = `rclone mount :webdav: FOLDER --read-only --webdav-url ${url.href}${signIn}`;
  if (platform === 'darwin') return [`Finder: Go > Connect to Server (Cmd-K), then ${url.href}`, rclone];
  if (platform === 'win32') return [`net use * ${url.href}`, rclone.replace('FOLDER', 'P:')];
  const scheme = url.protocol === 'https:' ? 'davs' : 'dav';
  return [`gio mount ${scheme}://${url.host}${url.pathname}`, `sudo mount -t davfs -o ro ${url.href} FOLDER`, rclone];
}
