import { CLIENT_ID, CLIENT_SECRET, type Account } from './account.js';
import { BaseUrls } from './base-url.js';
import { ChangingLibrary } from './changing-library.js';
import { controlRoute } from './control.js';
import { Counters } from './counters.js';
import { editSchema } from './edits.js';
import type { Emulator, EmulatorOptions } from './emulator.js';
import { Faults } from './faults.js';
import { googleError, oauthFailure } from './google-errors.js';
import { createHostServer, listen, shut, type Host, type Route } from './host.js';
import { DEFAULT_LEVERS, type Levers } from './levers.js';
import { libraryRoute, READ_SCOPE } from './library-api.js';
import type { Library } from './library.js';
import { mediaHost, videoHost } from './media.js';
import { OAuth } from './oauth.js';
import { Quota } from './quota.js';
import { seedLibrary } from './seed.js';
import { Tokens } from './tokens.js';

/** What the refresh token of the ready line grants. */
const READY_SCOPES = [
  READ_SCOPE,
  'https://www.googleapis.com/auth/photoslibrary.appendonly',
  'https://www.googleapis.com/auth/photoslibrary.edit.appcreateddata',
];

/** Starts the three hosts (API with OAuth, media, videos); rejects with the error of listening or a SeedError. */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const { host = '127.0.0.1', port = 0, clock = { now: () => Date.now() } } = options;
  let offsetMs = 0;
  const now = (): number => clock.now() + offsetMs;
  let folder = options.library === undefined ? undefined : await seedLibrary(options.library, now());
  const invented = new ChangingLibrary(options.items ?? 0);

  const levers: Levers = { ...DEFAULT_LEVERS, ...options.levers };
  const origins = { media: '', video: '' };
  const account = createAccount(now, levers, origins, () => folder ?? invented);
  const { baseUrls, counters, faults, tokens } = account;
  const servers = {
    media: createHostServer(mediaHost(account), account),
    video: createHostServer(videoHost(account), account),
    api: createHostServer(
      apiHost(account, (method, path) => controlRoute(emulator, method, path)),
      account,
    ),
  };
  const close = async (): Promise<void> => {
    await Promise.all(Object.values(servers).map(shut));
  };
  const emulator: Emulator = {
    ready: {
      api: '',
      media: '',
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      // Always the same, so that a client's settings outlive the emulator.
      refreshToken: tokens.issueRefresh(READY_SCOPES, 'ready'),
    },
    levers,
    fail: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    expireBaseUrls: () => baseUrls.expireAll(),
    expireTokens: () => tokens.expireAccess(),
    revokeTokens: account.revoke,
    advanceClock: (ms) => void (offsetMs += ms),
    async rescan() {
      if (options.library === undefined) throw new Error('an invented library cannot be read again');
      folder = await seedLibrary(options.library, now(), folder);
    },
    change(edit) {
      if (folder) throw new RangeError('a folder is changed on the disk, and read again with rescan');
      return { id: invented.change(editSchema.parse(edit), now()) };
    },
    listed: () => listedItems(account.library()),
    counters: () => counters.snapshot(),
    resetCounters: () => counters.reset(),
    requests: counters.requests,
    close,
  };
  try {
    origins.media = await listen(servers.media, host, 0);
    origins.video = await listen(servers.video, host, 0);
    const api = await listen(servers.api, host, port);
    return Object.assign(emulator, { ready: { ...emulator.ready, api, media: origins.media } });
  } catch (error) {
    await close();
    throw error;
  }
}

function listedItems(library: Library): ReturnType<Emulator['listed']> {
  const items = Array.from({ length: library.size }, (_, position) => library.at(position));
  return items.filter(({ isArchived }) => !isArchived).map(({ id, filename }) => ({ id, filename }));
}

function createAccount(
  now: () => number,
  levers: Levers,
  origins: Account['origins'],
  library: () => Library,
): Account {
  const tokens = new Tokens(now);
  const baseUrls = new BaseUrls(now, () => levers.baseUrlLifetimeMs);
  return {
    now,
    levers,
    origins,
    library,
    tokens,
    baseUrls,
    faults: new Faults(),
    counters: new Counters(),
    quota: new Quota(now),
    revoke() {
      tokens.revokeAll();
      baseUrls.expireAll();
    },
  };
}

/** OAuth and Library API on one origin, and the levers beside them; every other path is a page that says 404. */
function apiHost(account: Account, control: (method: string, path: string) => Route | undefined): Host {
  const oauth = new OAuth(account);
  return {
    route: (method, { pathname }) =>
      control(method, pathname) ??
      oauth.route(method, pathname) ??
      libraryRoute(account, method, pathname) ?? { key: 'unknown', handle: (exchange) => exchange.notFoundPage() },
    latencyMs: () => account.levers.latencyMs,
    fail(exchange, status, headers) {
      const isOAuth = !exchange.url.pathname.startsWith('/v1/');
      const { body } = isOAuth ? oauthFailure(status) : googleError(status);
      exchange.json(status, body, headers);
    },
  };
}
