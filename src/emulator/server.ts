import type { Account } from './account.js';
import { BaseUrls } from './base-url.js';
import { ChangingLibrary } from './changing-library.js';
import { CLIENTS, OTHER_CLIENT, READY_CLIENT } from './clients.js';
import { controlRoute } from './control.js';
import { Counters } from './counters.js';
import { editSchema } from './edits.js';
import type { Emulator, EmulatorOptions } from './emulator.js';
import { Faults } from './faults.js';
import { Issued } from './issued.js';
import { DEFAULT_LEVERS, type Levers } from './levers.js';
import { READ_SCOPE } from './library-api.js';
import type { Library } from './library.js';
import { listenAll } from './listening.js';
import { PICKER_SCOPE } from './picker-api.js';
import { PickingSessions } from './picking-sessions.js';
import { pick, sessionViews } from './picks.js';
import { Quota } from './quota.js';
import { Resizer } from './resizer.js';
import { seedLibrary } from './seed.js';
import { Tokens } from './tokens.js';

/** What the refresh token of the ready line grants. */
const READY_SCOPES = [
  'openid',
  'profile',
  READ_SCOPE,
  'https://www.googleapis.com/auth/photoslibrary.appendonly',
  'https://www.googleapis.com/auth/photoslibrary.edit.appcreateddata',
  PICKER_SCOPE,
];

/**
 * Starts the hosts: API with OAuth, media, videos, and with `tls` the proxy.
 *
 * Rejects with the error of listening, a SeedError or a CaFileError.
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const { clock = { now: () => Date.now() } } = options;
  let offsetMs = 0;
  const now = (): number => clock.now() + offsetMs;
  let folder = options.library === undefined ? undefined : await seedLibrary(options.library, now());
  const invented = new ChangingLibrary(options.items ?? 0);

  const levers: Levers = { ...DEFAULT_LEVERS, ...options.levers };
  const opaqueParts = new Issued();
  const account = createAccount(now, levers, opaqueParts, () => folder ?? invented);
  const { baseUrls, counters, faults, tokens } = account;
  const listening = await listenAll(options, account, (method, path) => controlRoute(emulator, method, path));
  const emulator: Emulator = {
    ready: {
      ...listening.addresses,
      ...READY_CLIENT,
      // Always the same, so that a client's settings outlive the emulator.
      refreshToken: tokens.issueRefresh(
        { clientId: READY_CLIENT.clientId, scopes: READY_SCOPES, expiresAtMs: 0 },
        'ready',
      ),
    },
    otherClient: OTHER_CLIENT,
    levers,
    fail: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    expireBaseUrls: () => baseUrls.expireAll(),
    expireTokens: () => tokens.expireAccess(),
    revokeTokens: () => CLIENTS.forEach(({ clientId }) => account.revoke(clientId)),
    advanceClock: (ms) => void (offsetMs += ms),
    async rescan() {
      if (options.library === undefined) throw new Error('an invented library cannot be read again');
      folder = await seedLibrary(options.library, now(), folder);
    },
    change(edit) {
      if (folder) throw new RangeError('a folder is changed on the disk, and read again with rescan');
      return { id: invented.change(editSchema.parse(edit), now()) };
    },
    pick: (sessionId, choice) => pick(account, sessionId, choice),
    pickingSessions: () => sessionViews(account, listening.addresses.api),
    listed: () => listedItems(account.library()),
    issued: () => [...CLIENTS.map(({ clientSecret }) => clientSecret), ...account.issued.all(), ...opaqueParts.all()],
    counters: () => counters.snapshot(),
    resetCounters: () => counters.reset(),
    requests: counters.requests,
    close: () => listening.close(),
  };
  return emulator;
}

function listedItems(library: Library): ReturnType<Emulator['listed']> {
  const items = Array.from({ length: library.size }, (_, position) => library.at(position));
  return items.filter(({ isArchived }) => !isArchived).map(({ id, filename }) => ({ id, filename }));
}

function createAccount(now: () => number, levers: Levers, opaqueParts: Issued, library: () => Library): Account {
  const issued = new Issued();
  const tokens = new Tokens(now, issued);
  const baseUrls = new BaseUrls(now, () => levers.baseUrlLifetimeMs, opaqueParts);
  return {
    now,
    levers,
    library,
    tokens,
    issued,
    baseUrls,
    faults: new Faults(),
    counters: new Counters(),
    sessions: new PickingSessions(now),
    quota: new Quota(now),
    resizer: new Resizer(),
    revoke(clientId) {
      tokens.revoke(clientId);
      // Those of the Picker API end with the bearer, and another app has none of the Library API.
      if (clientId === READY_CLIENT.clientId) baseUrls.expireAll();
    },
  };
}
