import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createApp } from '../../src/app.js';
import { loadConfig } from '../../src/config/load.js';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { createLog } from '../../src/log.js';
import { makeCertificate } from '../support/certificate.js';
import { Consultation } from '../support/examined.js';
import { freePort } from '../support/free-port.js';
import { expectNamed, type SeededFault } from '../support/seeded-fault.js';
import { TurnedClock } from '../support/turned-clock.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let emulator: Emulator;
let consultation: Consultation;
const servers: Server[] = [];

beforeAll(async () => {
  emulator = await startEmulator({ items: 5 });
});
afterAll(() => emulator.close());
beforeEach(async () => {
  consultation = await Consultation.open();
});
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  await consultation.close();
});

/** A mount that signs in at the emulator. */
const library = (over: object = {}): object => {
  const { clientId, clientSecret, refreshToken } = emulator.ready;
  return { source: 'library', clientId, clientSecret, refreshToken, ...over };
};
const healthy = (over: object = {}): object => ({
  google: { endpoint: emulator.ready.api },
  mounts: [library()],
  ...over,
});

/** Something else than photodav, at a port of its own; says nothing. */
async function stranger(): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  servers.push(server);
  return (server.address() as AddressInfo).port;
}

/** With a certificate that ends so much from now. */
async function certified(endsInMs: number): Promise<object> {
  const dates = { validFrom: new Date(Date.now() - 30 * DAY_MS), validTo: new Date(Date.now() + endsInMs) };
  const { cert, key } = await makeCertificate(dates);
  const [certFile, keyFile] = ['cert.pem', 'key.pem'].map((name) => join(consultation.folder, name));
  await writeFile(certFile!, cert);
  await writeFile(keyFile!, key, { mode: 0o600 });
  return healthy({ server: { port: 0, tls: { certFile, keyFile } } });
}

const inData = (name: string): string => join(consultation.dataDir, name);
const password = `$scrypt$ln=15,r=8,p=1$${'a'.repeat(22)}$${'b'.repeat(43)}`;

const FAULTS: Readonly<Record<string, SeededFault>> = {
  'a Node.js that is too old': {
    file: healthy,
    options: () => ({ nodeVersion: '18.20.4' }),
    check: 'node',
    status: 'failure',
    message: /18\.20\.4 is too old/,
    advice: /install a current Node\.js/,
    exitCode: 2,
  },
  'a file that is no JSON': {
    file: () => '{ "mounts": [',
    check: 'configuration',
    status: 'failure',
    message: /is not JSON/,
    advice: /docs\/configuration\.md/,
    exitCode: 2,
  },
  'several faults and an unknown key': {
    file: () => healthy({ sever: { port: 1 }, catalog: { ttl: '5' } }),
    check: 'configuration',
    status: 'failure',
    message: /2 faults: sever .*did you mean server.*; .*catalog\.ttl/,
    advice: /./,
    exitCode: 2,
  },
  // Pluton's "Upload Errors with Batching", which has no place here.
  'options for uploads in batches': {
    file: () => healthy({ mounts: [library({ batchMode: 'sync' })] }),
    check: 'configuration',
    status: 'failure',
    message: /batchMode .*is unknown/,
    advice: /leave the batch options out: photodav only reads/,
    exitCode: 2,
  },
  'a configuration with secrets that others may read': {
    file: healthy,
    options: () => ({}),
    prepare: async () => {
      await mkdir(consultation.dataDir, { mode: 0o700 });
      await writeFile(inData('link-token'), 'x', { mode: 0o644 });
    },
    check: 'secret files',
    status: 'warning',
    message: /others on this machine may read .*link-token/,
    advice: /chmod 600/,
    exitCode: 0,
  },
  'a door that is open to everybody': {
    file: () => healthy({ server: { host: '0.0.0.0', port: 0, insecureNoAuth: true } }),
    check: 'entry',
    status: 'warning',
    message: /everybody who can reach this machine/,
    advice: /photodav user add/,
    exitCode: 0,
  },
  'passwords without TLS': {
    file: () => healthy({ server: { host: '0.0.0.0', port: 0 }, users: [{ name: 'ann', passwordHash: password }] }),
    check: 'entry',
    status: 'warning',
    message: /crosses the network unencrypted/,
    advice: /server\.tls/,
    exitCode: 0,
  },
  'a port that another program holds': {
    file: async () => healthy({ server: { port: await stranger() } }),
    check: 'address',
    status: 'failure',
    message: /another program holds it/,
    advice: /--port/,
    exitCode: 5,
  },
  'a certificate that has expired': {
    file: () => certified(-DAY_MS),
    check: 'certificate',
    status: 'failure',
    message: /has expired on \d{4}-\d\d-\d\d/,
    advice: /renew it/,
    exitCode: 2,
  },
  'a certificate that expires soon': {
    file: () => certified(10 * DAY_MS),
    check: 'certificate',
    status: 'warning',
    message: /expires on \d{4}-\d\d-\d\d/,
    advice: /renew it/,
    exitCode: 0,
  },
  'a data folder that is a file': {
    file: healthy,
    prepare: () => writeFile(consultation.dataDir, ''),
    check: 'data folder',
    status: 'failure',
    message: /is no folder/,
    advice: /--data-dir/,
    exitCode: 2,
  },
  'a data folder that cannot be made': {
    file: () => healthy({ dataDir: join(consultation.folder, 'file', 'data') }),
    prepare: () => writeFile(join(consultation.folder, 'file'), ''),
    check: 'data folder',
    status: 'failure',
    message: /cannot be (looked at|made)|is no folder/,
    advice: /--data-dir/,
    exitCode: 2,
  },
  'a data folder that others may look into': {
    file: healthy,
    prepare: async () => {
      await mkdir(consultation.dataDir);
      await chmod(consultation.dataDir, 0o755);
    },
    check: 'data folder',
    status: 'warning',
    message: /others may look into/,
    advice: /chmod 700/,
    exitCode: 0,
  },
  'a proxy that is not there': {
    file: async () => ({
      google: { httpsProxy: `http://u:geheim@127.0.0.1:${await freePort()}` },
      mounts: [library()],
    }),
    check: 'proxies',
    status: 'failure',
    message: /the proxy 127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\)/,
    advice: /HTTPS_PROXY/,
    exitCode: 6,
  },
  'a variable for proxies that is not used': {
    file: healthy,
    options: () => ({ env: { ALL_PROXY: 'socks5://127.0.0.1:1080' } }),
    check: 'proxies',
    status: 'warning',
    message: /ALL_PROXY is set, and not used/,
    advice: /HTTPS_PROXY/,
    exitCode: 0,
  },
  'an endpoint where nobody answers': {
    file: async () => healthy({ google: { endpoint: `http://127.0.0.1:${await freePort()}` } }),
    check: 'connection',
    status: 'failure',
    message: /127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\)/,
    advice: /google\.endpoint/,
    exitCode: 6,
  },
  'a clock that is minutes off': {
    file: healthy,
    options: () => ({ clock: new TurnedClock(Date.now() + HOUR_MS / 4) }),
    check: 'clock',
    status: 'warning',
    message: /15 minutes ahead of Google's/,
    advice: /set the clock/,
    exitCode: 0,
  },
  'a clock that is hours off': {
    file: healthy,
    options: () => ({ clock: new TurnedClock(Date.now() - 5 * HOUR_MS) }),
    check: 'clock',
    status: 'failure',
    message: /5 hours behind Google's/,
    advice: /set the clock/,
    exitCode: 2,
  },
};

describe('photodav doctor', () => {
  it.each(Object.entries(FAULTS))('names %s', async (_name, seeded) => {
    await expectNamed(seeded, consultation);
  });

  it('takes a photodav that is running for no fault', async () => {
    const port = await freePort();
    const file = { ...healthy({ server: { port } }), dataDir: consultation.dataDir };
    const path = join(consultation.folder, 'running.json');
    await writeFile(path, JSON.stringify(file));
    const system = { env: {}, platform: 'linux', home: consultation.folder, workingFolder: '/' } as const;
    const { values } = await loadConfig({ '--config': path }, system);
    const app = await createApp(values, { log: createLog({ level: 'silent' }) });
    try {
      await app.listen();
      const { message, status } = (await consultation.examine(file)).of('address');
      expect([status, message]).toEqual(['ok', `photodav is running at 127.0.0.1 port ${port}`]);
    } finally {
      await app.close();
    }
  });

  it('leaves nothing in the data folder', async () => {
    await mkdir(consultation.dataDir, { mode: 0o700 });
    expect((await consultation.examine(healthy())).of('data folder').status).toBe('ok');
    expect(await readdir(consultation.dataDir)).toEqual([]);
  });
});
