import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { currentStore, DiskStore } from '../../src/catalog/store/disk-store.js';
import type { Config, Mount } from '../../src/config/schema.js';
import { createApp } from '../../src/app.js';
import { SYSTEM_CLOCK } from '../../src/clock.js';
import { loadConfig } from '../../src/config/load.js';
import { createWorker, type WorkerOptions } from '../../src/edge/worker.js';
import type { Emulator, EmulatorOptions } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { pacificDay } from '../../src/google/quota/pacific-day.js';
import { SignIns, type SignIn } from '../../src/google/auth/sign-ins.js';
import { createLog } from '../../src/log.js';
import { Consultation, type Examined } from '../support/examined.js';
import { freePort } from '../support/free-port.js';
import { expectNamed, type SeededFault } from '../support/seeded-fault.js';

const DAY_MS = 86_400_000;
const IN_THREE_DAYS_MS = Date.now() + 3 * DAY_MS;
const READ = 'https://www.googleapis.com/auth/photoslibrary.readonly.appcreateddata';

const TOKEN = { delivery: { linkToken: 'chosen-by-the-owner' } };

let emulator: Emulator;
let consultation: Consultation;
const ends: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  emulator = await startEmulator({ items: 5 });
  consultation = await Consultation.open();
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  await emulator.close();
  await consultation.close();
});

const library = (over: object = {}): object => {
  const { clientId, clientSecret, refreshToken } = emulator.ready;
  return { source: 'library', clientId, clientSecret, refreshToken, ...over };
};
const file = (mount: object, over: object = {}): object => ({
  google: { endpoint: emulator.ready.api },
  mounts: [mount],
  ...over,
});

/** A client without a token: somebody is to have signed in. */
const signedIn = (over: object = {}): object => ({ ...library(), refreshToken: undefined, ...over });

async function keep(over: Partial<SignIn> = {}, hasRefreshToken = true): Promise<void> {
  const { clientId, clientSecret, refreshToken, api } = emulator.ready;
  const signIns = new SignIns({
    folder: join(consultation.dataDir, 'tokens'),
    label: new URL(api).host,
    log: createLog({ level: 'silent' }),
  });
  const grantedAtMs = Date.now() - DAY_MS;
  const tokens = hasRefreshToken ? { refreshToken } : {};
  await signIns.save({ clientId, clientSecret, ...tokens, account: 'default', scopes: [READ], grantedAtMs, ...over });
}

async function damage(): Promise<void> {
  await keep();
  const folder = join(consultation.dataDir, 'tokens');
  for (const name of await readdir(folder)) await writeFile(join(folder, name), '{"version":1,"goo');
}

const FAULTS: Readonly<Record<string, SeededFault>> = {
  'a client id that is none': {
    file: () => file(library({ clientId: 'my-photos-project' })),
    check: 'client',
    status: 'failure',
    message: /the client id is the id of the project/,
    advice: /copy it from/,
    link: /console\.cloud\.google\.com\/auth\/clients/,
    exitCode: 2,
  },
  "rclone's own client": {
    file: () => file(library({ clientId: '202264815644-abc.apps.googleusercontent.com' })),
    check: 'client',
    status: 'warning',
    message: /rclone's own/,
    advice: /of your own/,
    exitCode: 4,
  },
  'a client secret with something lost': {
    file: () => file(library({ clientSecret: 'OCSPX-cut' })),
    check: 'client',
    status: 'warning',
    message: /GOCSPX-/,
    advice: /without quotes/,
    exitCode: 4,
  },
  'a wrong client secret': {
    file: () => file(library({ clientSecret: 'GOCSPX-of-somebody-else' })),
    check: 'token',
    status: 'failure',
    message: /refused \(invalid_client\)/,
    advice: /clientId and clientSecret/,
    exitCode: 4,
  },
  'that nobody has signed in': {
    file: () => file(signedIn()),
    check: 'sign-in',
    status: 'failure',
    message: /nobody has signed in as account default/,
    advice: /photodav login/,
    exitCode: 4,
  },
  'a stored sign-in that is damaged': {
    prepare: damage,
    file: () => file(signedIn()),
    check: 'sign-in',
    status: 'failure',
    message:
      /nobody has signed in as account default, or the sign-in is lost: tokens\/\S+ in the data folder is damaged/,
    advice: /photodav login/,
    exitCode: 4,
  },
  'a damaged sign-in that was to tell the client too': {
    prepare: damage,
    file: () => file({ source: 'library' }),
    check: 'sign-in',
    status: 'failure',
    message: /nobody has signed in, or the sign-in is lost: tokens\/\S+ in the data folder is damaged/,
    advice: /photodav login/,
    exitCode: 4,
  },
  // Pluton: "Token Expired".
  'a refresh token that was revoked': {
    prepare: () => emulator.revokeTokens(),
    file: () => file(library()),
    check: 'token',
    status: 'failure',
    message: /refused \(invalid_grant\)/,
    advice: /photodav login/,
    exitCode: 4,
  },
  // Pluton: "OAuth Consent Screen in Testing Mode".
  'the day on which a sign-in of Testing mode ends': {
    prepare: () => keep({ refreshTokenEndsAtMs: IN_THREE_DAYS_MS }),
    file: () => file(signedIn()),
    check: 'testing mode',
    status: 'warning',
    message: new RegExp(`the sign-in ends on ${new Date(IN_THREE_DAYS_MS).toISOString().slice(0, 10)}`),
    advice: /press "Publish app"/,
    link: /auth\/audience/,
    exitCode: 0,
  },
  'a sign-in of Testing mode that has ended': {
    prepare: () => keep({ refreshTokenEndsAtMs: Date.now() - DAY_MS }),
    file: () => file(signedIn()),
    check: 'testing mode',
    status: 'failure',
    message: /has ended on/,
    advice: /press "Publish app"/,
    exitCode: 4,
  },
  'an access token without a refresh token': {
    prepare: async () => {
      await keep({ accessToken: await accessToken(), accessTokenEndsAtMs: Date.now() + 3_000_000 }, false);
    },
    file: () => file(signedIn()),
    check: 'token',
    status: 'warning',
    message: /no refresh token/,
    advice: /photodav login/,
    exitCode: 0,
  },
  // AList's first note.
  'a scope that was not granted, and one that Google removed': {
    prepare: async () => {
      const scope = 'https://www.googleapis.com/auth/photoslibrary.readonly';
      await keep({ refreshToken: await consent(scope) });
    },
    file: () => file(signedIn()),
    check: 'scopes',
    status: 'failure',
    message: /lacks .*photoslibrary\.readonly\.appcreateddata; .*photoslibrary\.readonly was removed by Google/,
    advice: /leave every box .* ticked/,
    exitCode: 4,
  },
  'the mount to sign in for, where there are several': {
    prepare: async () => {
      await keep(
        { account: 'ann', accessToken: await accessToken(), accessTokenEndsAtMs: Date.now() + 3_000_000 },
        false,
      );
    },
    file: () => ({
      ...file({}),
      mounts: [{ path: '/demo', source: 'demo' }, signedIn({ path: '/ann', account: 'ann' })],
    }),
    check: 'token',
    status: 'warning',
    message: /no refresh token/,
    advice: /`photodav login --mount \/ann`/,
    exitCode: 0,
  },
  // AList's second note.
  'an API that is not enabled': {
    prepare: () => emulator.fail({ route: 'albums', count: 9, apiDisabled: true }),
    file: () => file(library()),
    check: 'api',
    status: 'failure',
    message: /the Photos Library API is not enabled/,
    advice: /enable the Photos Library API/,
    link: /^https:\/\/console\.developers\.google\.com\/apis\/api\/photoslibrary/,
    exitCode: 4,
  },
  'an API that fails': {
    prepare: () => emulator.fail({ route: 'albums', count: 9, status: 503 }),
    file: () => file(library()),
    check: 'api',
    status: 'failure',
    message: /answered 503/,
    advice: /the fault is on its side/,
    exitCode: 6,
  },
  'a quota that Google says is spent': {
    prepare: () => emulator.fail({ route: 'albums', count: 9, quota: 'daily' }),
    file: () => file(library()),
    check: 'api',
    status: 'failure',
    message: /quota .* spent/,
    advice: /wait until then/,
    exitCode: 6,
  },
  'a quota that is spent, as it was counted': {
    prepare: () => counted(10_000),
    file: () => file(library()),
    check: 'quota',
    status: 'failure',
    message: /spent: 10000 of 10000 API requests are used today, 0 of 75000 requests for bytes/,
    advice: /midnight Pacific time/,
    link: /console\.cloud\.google\.com\/iam-admin\/quotas\?project=123456789/,
    exitCode: 6,
  },
  'a quota that is nearly spent': {
    prepare: () => counted(8_500),
    file: () => file(library()),
    check: 'quota',
    status: 'warning',
    message: /8500 of 10000 API requests .* sizes are not learned ahead/,
    advice: /ask Google for more/,
    exitCode: 0,
  },
  // Pluton: "Cannot Download Existing Photos".
  'a library that Google hides': {
    prepare: () => (emulator.levers.emptied = true),
    file: () => file(library()),
    check: 'items',
    status: 'warning',
    message: /since 31 March 2025 the Library API shows an app only what that app itself uploaded/,
    advice: /photodav pick.*Google Takeout/,
    link: /takeout\.google\.com/,
    exitCode: 0,
  },
  'an album at the root that is not there': {
    file: () => file(library({ rootFolderId: 'no-such-album' })),
    check: 'root folder',
    status: 'failure',
    message: /rootFolderId is no album/,
    advice: /photodav albums/,
    exitCode: 3,
  },
  // Pluton: "Low-Resolution Downloads".
  'a gphotosdl that is not there': {
    file: async () => file(library({ proxy: `http://127.0.0.1:${await freePort()}` })),
    check: 'resolution',
    status: 'warning',
    message: /gphotosdl cannot be reached .*: Google's bytes are served instead of originals/,
    advice: /start gphotosdl/,
    exitCode: 0,
  },
  'a policy that the source cannot serve': {
    file: async () =>
      file(library({ proxy: `http://127.0.0.1:${await freePort()}`, delivery: { policy: 'redirect' } })),
    check: 'delivery',
    status: 'failure',
    message: /policy redirect/,
    advice: /native-proxy/,
    exitCode: 2,
  },
  'a worker that is not there': {
    file: async () =>
      file(library({ delivery: { policy: 'proxy-url', proxyUrl: `http://127.0.0.1:${await freePort()}/` } }), TOKEN),
    check: 'delivery',
    status: 'failure',
    message: /the worker at 127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\)/,
    advice: /start the worker/,
    exitCode: 6,
  },
  'a worker with another link token': {
    file: async () => file(worked(await workerAt({ linkToken: 'that-of-another-gateway' })), TOKEN),
    check: 'delivery',
    status: 'failure',
    message: /the worker at 127\.0\.0\.1:\d+ has another link token/,
    advice: /file link-token in the data folder/,
    exitCode: 6,
  },
  'a worker that does not find this server': {
    file: async () => file(worked(await workerAt({})), TOKEN),
    check: 'delivery',
    status: 'warning',
    message: /gets nothing from this server \(it answered 502\)/,
    advice: /photodav serve.*PHOTODAV_GATEWAY/,
    exitCode: 0,
  },
  'a certificate that is not trusted': {
    file: async () => {
      emulator = await replaced(emulator, { items: 5, tls: true });
      return file(library(), { google: { endpoint: emulator.ready.api.replace('http:', 'https:') } });
    },
    check: 'connection',
    status: 'failure',
    message: /the certificate of 127\.0\.0\.1:\d+ is not trusted \(.*\); it was issued by ./,
    advice: /looks into TLS .* NODE_EXTRA_CA_CERTS/,
    exitCode: 6,
  },
  'bytes that are refused': {
    prepare: () => emulator.fail({ route: 'media', count: 99, status: 403 }),
    file: () => file(library()),
    check: 'bytes',
    status: 'failure',
    message: /refused/,
    advice: /./,
    exitCode: 6,
  },
  'a store that is damaged': {
    prepare: damageStore,
    file: () => file(library()),
    check: 'store',
    status: 'warning',
    message: /1 of \d+ values, .* are damaged/,
    advice: /nothing is lost/,
    exitCode: 0,
  },
  'a spool that cannot be written': {
    prepare: async () => {
      await mkdir(consultation.dataDir, { mode: 0o700 });
      await writeFile(join(consultation.dataDir, 'spool'), '');
    },
    file: () => file(library()),
    check: 'spool',
    status: 'warning',
    message: /the folder spool .* cannot be used \(ENOTDIR/,
    advice: /videos are streamed/,
    exitCode: 0,
  },
  'a spool that is larger than the disk': {
    file: () => file(library(), { spool: { maxSize: '999999TiB' } }),
    check: 'spool',
    status: 'warning',
    message: /the disk has only .* left/,
    advice: /spool\.maxSize/,
    exitCode: 0,
  },
};

/** What Google's token endpoint grants for these fields. */
async function granted(fields: Record<string, string>): Promise<Record<string, string>> {
  const { api, clientId, clientSecret } = emulator.ready;
  const body = new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...fields });
  return (await (await fetch(`${api}/token`, { method: 'POST', body })).json()) as Record<string, string>;
}

async function accessToken(): Promise<string> {
  const { access_token: token = '' } = await granted({
    grant_type: 'refresh_token',
    refresh_token: emulator.ready.refreshToken,
  });
  return token;
}

/** The refresh token of somebody who agreed to this scope alone. */
async function consent(scope: string): Promise<string> {
  const redirect_uri = 'http://127.0.0.1:1/';
  const query = { client_id: emulator.ready.clientId, redirect_uri, response_type: 'code', scope };
  const asked = `${emulator.ready.api}/o/oauth2/v2/auth?${new URLSearchParams({ ...query, access_type: 'offline' }).toString()}`;
  const { headers } = await fetch(asked, { redirect: 'manual' });
  const code = new URL(headers.get('location') ?? '').searchParams.get('code') ?? '';
  const { refresh_token: token = '' } = await granted({ grant_type: 'authorization_code', code, redirect_uri });
  return token;
}

/** A store with two values, of one of which a byte has changed on the disk. */
async function damageStore(): Promise<void> {
  const folder = join(consultation.dataDir, 'catalog');
  await mkdir(consultation.dataDir, { mode: 0o700 });
  const store = await DiskStore.open(folder, createLog({ level: 'silent' }));
  await store.put('library:a/albums/all', { text: 'one' });
  await store.put('library:a/items/all', { text: 'two' });
  await store.close();
  const files = await readdir(join(currentStore(folder), 'content-v2'), { recursive: true, withFileTypes: true });
  const [content] = files.filter((entry) => entry.isFile());
  await writeFile(join(content!.parentPath, content!.name), 'something else');
}

/** A store that has counted as many API requests today. */
async function counted(requests: number): Promise<void> {
  await mkdir(consultation.dataDir, { mode: 0o700 });
  const store = await DiskStore.open(join(consultation.dataDir, 'catalog'), createLog({ level: 'silent' }));
  await store.add(`quota:123456789:${pacificDay(Date.now())}:api`, requests);
  await store.close();
}

/** A mount whose files a worker sends. */
const worked = (proxyUrl: string): object => library({ delivery: { policy: 'proxy-url', proxyUrl } });

/** The address of a worker, by default with our link token, and with a gateway that is not there. */
async function workerAt({
  gateway,
  linkToken = TOKEN.delivery.linkToken,
  ...more
}: Partial<WorkerOptions>): Promise<string> {
  const worker = createWorker({
    ...{ gateway: gateway ?? new URL(`http://127.0.0.1:${await freePort()}/`), linkToken },
    ...{ host: '127.0.0.1', port: 0, allowedHosts: [], proxy: {}, idleTimeoutMs: 30_000 },
    ...{ clock: SYSTEM_CLOCK, log: createLog({ level: 'silent' }) },
    ...more,
  });
  ends.push(() => worker.close());
  const [url] = await worker.listen();
  return url!.href;
}

async function replaced(old: Emulator, options: EmulatorOptions): Promise<Emulator> {
  await old.close();
  return startEmulator(options);
}

const troubles = ({ results }: Examined): readonly string[] =>
  results.filter(({ status }) => status !== 'ok').map(({ check, status, message }) => `${status} ${check}: ${message}`);

describe('photodav doctor', () => {
  it.each(Object.entries(FAULTS))('names %s', async (_name, seeded) => {
    await expectNamed(seeded, consultation);
  });

  it('says ok to all of a library, with seven requests to Google', async () => {
    const examined = await consultation.examine(file(library()));
    expect([troubles(examined), examined.exitCode]).toEqual([[], 0]);
    const { requests } = emulator;
    const counted = Object.fromEntries(
      Object.entries(emulator.counters()).filter(([key]) => /^(?!bytes|open)/.test(key)),
    );
    expect(requests).toHaveLength(7);
    expect(counted).toEqual({
      ...{ unknown: 1, token: 2, tokeninfo: 1 },
      ...{ 'albums.list': 1, 'mediaItems.search': 1, 'media.get': 1 },
    });
  });

  it('says ok to all of a sign-in that was kept, and keeps what its refresh brings', async () => {
    await keep();
    const examined = await consultation.examine(file(signedIn()));
    expect([troubles(examined), examined.exitCode]).toEqual([[], 0]);
    expect(examined.of('sign-in').message).toMatch(/^account default signed in on \d{4}-\d\d-\d\d$/);
  });

  it('says ok to all of the demo', async () => {
    const examined = await consultation.examine({ mounts: [{ source: 'demo' }] });
    expect([troubles(examined), examined.exitCode]).toEqual([[], 0]);
    expect(examined.of('bytes', '/').message).toMatch(/the first byte of \d+ came/);
  });

  it('looks at each mount, or at the one that is named', async () => {
    const mounts = [library({ path: '/a' }), { source: 'demo', path: '/b' }];
    const both = await consultation.examine({ ...file(library()), mounts });
    expect(new Set(both.results.map(({ mount }) => mount))).toEqual(new Set([undefined, '/a', '/b']));
    const only = (config: Config): Mount => config.mounts[1]!;
    const one = await consultation.examine({ ...file(library()), mounts }, { only });
    expect(new Set(one.results.map(({ mount }) => mount))).toEqual(new Set([undefined, '/b']));
  });

  it.each([
    [5, /^the first byte came through the worker at/],
    [250, /takes our links, and asks this server$/],
  ])('says ok of a worker that asks this server, of %s items', async (items, message) => {
    emulator = await replaced(emulator, { items });
    const port = await freePort();
    const proxyUrl = await workerAt({
      gateway: new URL(`http://127.0.0.1:${port}/`),
      googleEndpoint: new URL(emulator.ready.api),
    });
    const configured = { ...file(worked(proxyUrl), TOKEN), server: { port } };
    const path = join(consultation.folder, 'serve.json');
    await writeFile(path, JSON.stringify({ ...configured, dataDir: consultation.dataDir }));
    const system = { env: {}, platform: 'linux', home: '/', workingFolder: '/' } as const;
    const { values } = await loadConfig({ '--config': path }, system);
    const app = await createApp(values, { log: createLog({ level: 'silent' }) });
    ends.push(() => app.close());
    await app.listen();
    const examined = await consultation.examine(configured);
    expect(examined.of('delivery')).toMatchObject({ status: 'ok', message: expect.stringMatching(message) });
    expect([troubles(examined), examined.exitCode]).toEqual([[], 0]);
  });

  it('tells of what it has not checked, and why', async () => {
    const examined = await consultation.examine(file(signedIn()));
    expect(examined.of('client')).toMatchObject({ status: 'skipped', message: 'not checked: it needs "sign-in"' });
    expect(examined.of('token')).toMatchObject({ status: 'skipped', message: 'not checked: it needs "client"' });
    expect(examined.of('bytes')).toMatchObject({ status: 'skipped', message: 'not checked: it needs "items"' });
  });

  it('changes nothing where nothing is', async () => {
    await consultation.examine(file(library()));
    expect(await readdir(consultation.folder)).toEqual(['config.json']);
  });

  it.each(['unknown', 'token', 'tokeninfo', 'albums', 'mediaItems', 'media', '*'])(
    'ends although Google says nothing at %s',
    async (route) => {
      emulator.fail({ route, count: 1000, hang: true });
      const examined = await consultation.examine(file(library()), { limitMs: 1_500 });
      expect(examined.results.map(({ message }) => message)).toContain('no answer within 1.5 s');
      expect(examined.exitCode).toBe(6);
    },
  );

  it('ends although the proxy takes every connection and says nothing', async () => {
    const silent = createServer((socket) => socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as AddressInfo;
    const google = { endpoint: 'http://google.invalid', httpProxy: `http://127.0.0.1:${port}` };
    const examined = await consultation.examine({ ...file(library()), google }, { limitMs: 1_500 });
    expect([examined.of('proxies').status, examined.of('connection').message]).toEqual([
      'ok',
      'no answer within 1.5 s',
    ]);
    await new Promise((resolve) => silent.close(resolve));
  });
});
