import { createServer } from 'node:https';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createApp } from '../../src/app.js';
import { SYSTEM_CLOCK } from '../../src/clock.js';
import { loadConfig } from '../../src/config/load.js';
import { createWorker } from '../../src/edge/worker.js';
import { createLog } from '../../src/log.js';
import { makeCertificate } from '../support/certificate.js';
import { eventually } from '../support/eventually.js';
import { Recorder } from '../support/log-lines.js';
import { oddServer, SILENT } from '../unit/google/wire.js';

const TOKEN = 'a-token-of-the-gateway';
const LINKED = { policy: 'proxy-url', proxyUrl: 'https://worker.example/' };

let folder: string;
let ends: (() => Promise<unknown>)[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photodav-start-'));
  ends = [() => rm(folder, { recursive: true, force: true })];
});
afterEach(async () => {
  for (const end of ends.reverse()) await end();
});

/** The origin of a real gateway, whose Google is away: no link is asked for here. */
async function startGateway(delivery: object, basePath = '/'): Promise<string> {
  const account = { source: 'library', clientId: 'a.apps', clientSecret: 'b', refreshToken: 'c' };
  const file = {
    server: { port: 0, basePath },
    google: { endpoint: 'http://127.0.0.1:9' },
    catalog: { store: 'memory' },
    dataDir: folder,
    delivery: { linkToken: TOKEN },
    mounts: [{ path: '/', ...account, delivery }],
  };
  const path = join(folder, 'config.json');
  await writeFile(path, JSON.stringify(file));
  const system = { env: {}, platform: 'linux', home: folder, workingFolder: folder } as const;
  const { values } = await loadConfig({ '--config': path }, system);
  const app = await createApp(values, { log: SILENT });
  ends.push(() => app.close());
  return (await app.listen())[0]!.origin;
}

async function startWorker(gateway: string, recorder: Recorder, linkToken = TOKEN): Promise<string> {
  const worker = createWorker({
    gateway: new URL(gateway),
    linkToken,
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    idleTimeoutMs: 30_000,
    proxy: {},
    clock: SYSTEM_CLOCK,
    log: createLog({ level: 'info', destination: recorder }),
  });
  ends.push(() => worker.close());
  return (await worker.listen())[0]!.origin;
}

/** The one line with which a worker of this gateway starts. */
async function lineOf(gateway: string, linkToken?: string): Promise<Readonly<Record<string, unknown>>> {
  const recorder = new Recorder();
  await startWorker(gateway, recorder, linkToken);
  await eventually(() => recorder.lines.length > 0);
  expect(recorder.lines).toHaveLength(1);
  expect(JSON.stringify(recorder.lines)).not.toContain(TOKEN);
  return recorder.lines[0]!;
}

const warning = (msg: string, advice: string) => ({
  level: 40,
  msg: expect.stringContaining(msg),
  advice: expect.stringContaining(advice),
});

describe('a worker that starts says', () => {
  it.each(['/', '/photos'])('that its gateway takes the token, below %s', async (basePath) => {
    const gateway = await startGateway(LINKED, basePath);
    expect(await lineOf(gateway)).toMatchObject({ level: 30, msg: 'the gateway takes the link token' });
  });

  it('that the token is another', async () => {
    const line = await lineOf(await startGateway(LINKED), 'the-token-of-another');
    expect(line).toMatchObject(warning('does not accept the link token', 'link-token in its data folder'));
  });

  it('that no mount is under proxy-url', async () => {
    const line = await lineOf(await startGateway({ policy: 'native-proxy' }));
    expect(line).toMatchObject(warning('nobody gives links', 'delivery.policy proxy-url'));
  });

  it('that the address has the base path', async () => {
    const line = await lineOf(`${await startGateway(LINKED, '/photos')}/photos`);
    expect(line).toMatchObject(warning('nobody gives links', 'without server.basePath'));
  });

  it('that another program is there', async () => {
    const page = await oddServer((_request, response) => response.writeHead(404).end('<html>'));
    ends.push(() => page.close());
    expect(await lineOf(page.origin)).toMatchObject(warning('nobody gives links', 'photodav serve'));
  });

  it('that another worker is there', async () => {
    const other = await startWorker(await startGateway(LINKED), new Recorder());
    expect(await lineOf(other)).toMatchObject(warning('nobody gives links', 'photodav serve'));
  });

  it('that nobody is there', async () => {
    const page = await oddServer((_request, response) => response.end());
    await page.close();
    expect(await lineOf(page.origin)).toMatchObject(warning('ECONNREFUSED', 'check that the gateway runs'));
  });

  it('that no TLS is spoken there', async () => {
    const gateway = await startGateway(LINKED);
    const line = await lineOf(gateway.replace('http:', 'https:'));
    expect(line).toMatchObject(warning('cannot be reached', 'try http://'));
  });

  it('that TLS is spoken there, and that the certificate is of nobody known', async () => {
    const server = createServer(await makeCertificate(), (_request, response) => response.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ends.push(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as AddressInfo;
    expect(await lineOf(`http://127.0.0.1:${port}`)).toMatchObject(warning('cannot be reached', 'try https://'));
    expect(await lineOf(`https://127.0.0.1:${port}`)).toMatchObject(
      warning('cannot be reached', 'NODE_EXTRA_CA_CERTS'),
    );
  });
});
