import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { connect as connectTls, rootCertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Agent, fetch, ProxyAgent, type Dispatcher } from 'undici';
import { CaFileError } from '../../../src/emulator/ca-file.js';
import type { Emulator } from '../../../src/emulator/emulator.js';
import { startEmulator } from '../../../src/emulator/server.js';
import { GoogleCaller, type ItemJson, type ListJson } from './google-caller.js';

const API = 'https://photoslibrary.googleapis.com';

let emulator: Emulator;
let authorization: string;
let ca: string;
let dispatchers: Dispatcher[] = [];
beforeAll(async () => {
  emulator = await startEmulator({ items: 300, tls: true });
  authorization = `Bearer ${(await GoogleCaller.signIn(emulator)).token}`;
  ca = await readFile(emulator.ready.caFile!, 'utf8');
});
afterEach(async () => {
  await Promise.all(dispatchers.map((dispatcher) => dispatcher.destroy()));
  dispatchers = [];
});
afterAll(() => emulator.close());

/** As a client does that knows nothing but its proxy and whom to trust. */
function viaProxy(running = emulator, trusted = ca): Dispatcher {
  const dispatcher = new ProxyAgent({ uri: running.ready.proxy!, requestTls: { ca: trusted } });
  dispatchers.push(dispatcher);
  return dispatcher;
}

function connectRequest(address: string): Promise<{ readonly status: number; readonly text: string }> {
  const { hostname, port } = new URL(emulator.ready.proxy!);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method: 'CONNECT', path: address });
    sent.on('error', reject);
    sent.on('connect', (response, socket, head) => {
      const chunks: Buffer[] = [head];
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      const status = response.statusCode ?? 0;
      const finish = (): void => resolve({ status, text: Buffer.concat(chunks).toString() });
      if (status === 200) finish();
      socket.on('close', finish);
      if (status === 200) socket.destroy();
    });
    sent.end();
  });
}

describe('the proxy', () => {
  it("leads to Google's names: lists, signs in and fetches photos and videos", async () => {
    const dispatcher = viaProxy();
    const refreshed = await fetch('https://oauth2.googleapis.com/token', {
      dispatcher,
      method: 'POST',
      body: new URLSearchParams({
        client_id: emulator.ready.clientId,
        client_secret: emulator.ready.clientSecret,
        grant_type: 'refresh_token',
        refresh_token: emulator.ready.refreshToken,
      }),
    });
    expect(refreshed.status).toBe(200);
    const items: ItemJson[] = [];
    for (const type of ['PHOTO', 'VIDEO']) {
      const body = JSON.stringify({ filters: { mediaTypeFilter: { mediaTypes: [type] } } });
      const init = { dispatcher, method: 'POST', headers: { authorization }, body };
      const answer = await fetch(`${API}/v1/mediaItems:search`, init);
      items.push(...((await answer.json()) as ListJson).mediaItems!);
    }
    expect(new Set(items.map(({ mimeType }) => mimeType))).toEqual(new Set(['image/jpeg', 'video/mp4']));
    for (const { baseUrl, mimeType } of items) {
      const bytes = await fetch(`${baseUrl}=${mimeType === 'video/mp4' ? 'dv' : 'd'}`, { dispatcher });
      expect([bytes.status, bytes.headers.get('content-type')]).toEqual([200, mimeType]);
      expect((await bytes.arrayBuffer()).byteLength).toBe(Number(bytes.headers.get('content-length')));
    }
  });

  it.each([
    'example.com:443',
    'photoslibrary.googleapis.com:80',
    'photoslibrary.googleapis.com.example.com:443',
    '127.0.0.1:443',
    'photoslibrary.googleapis.com',
    '[::1]:443',
  ])('refuses CONNECT to %s with 403, and says why', async (address) => {
    const { status, text } = await connectRequest(address);
    expect([status, text]).toEqual([403, expect.stringContaining(`emulator of Google Photos, and not to ${address}`)]);
  });

  it('answers CONNECT in whatever letters, and nothing but CONNECT', async () => {
    expect((await connectRequest('PhotosLibrary.GoogleAPIs.com:443')).status).toBe(200);
    const plain = await fetch(`${emulator.ready.proxy!}/v1/albums`);
    expect([plain.status, plain.headers.get('allow')]).toEqual([405, 'CONNECT']);
  });

  it('is not trusted by a client that does not know the authority', async () => {
    const asked = fetch(`${API}/v1/albums`, { dispatcher: viaProxy(emulator, rootCertificates[0]) });
    await expect(asked).rejects.toThrow();
  });

  it('carries faults, and counts', async () => {
    const dispatcher = viaProxy();
    const ask = async (): Promise<number> =>
      (await fetch(`${API}/v1/albums`, { dispatcher, headers: { authorization } })).status;
    emulator.resetCounters();
    emulator.fail({ route: 'albums', count: 1, status: 503 });
    expect([await ask(), await ask()]).toEqual([503, 200]);
    emulator.fail({ route: 'albums', count: 1, reset: true });
    await expect(ask()).rejects.toThrow();
    expect(await ask()).toBe(200);
    expect(emulator.counters()).toMatchObject({ 'albums.list': 4 });
  });

  it('sees a body break where a fault cuts it', async () => {
    const dispatcher = viaProxy();
    const answer = await fetch(`${API}/v1/mediaItems`, { dispatcher, headers: { authorization } });
    const photo = ((await answer.json()) as ListJson).mediaItems!.find(({ mimeType }) => mimeType === 'image/jpeg')!;
    emulator.fail({ route: 'media', count: 1, cutAfterBytes: 1000 });
    const cut = await fetch(`${photo.baseUrl}=d`, { dispatcher });
    await expect(cut.arrayBuffer()).rejects.toThrow();
  });
});

describe('the port of the API', () => {
  it('speaks plain HTTP and TLS, the latter with a certificate for the name that is asked for', async () => {
    const plain = await fetch(`${emulator.ready.api}/v1/albums`, { headers: { authorization } });
    expect(plain.status).toBe(200);
    const { port } = new URL(emulator.ready.api);
    for (const servername of ['photoslibrary.googleapis.com', 'lh3.googleusercontent.com', 'localhost']) {
      const dispatcher = new Agent({ connect: { ca, servername } });
      dispatchers.push(dispatcher);
      const secure = await fetch(`https://127.0.0.1:${port}/v1/albums`, { dispatcher, headers: { authorization } });
      expect(secure.status).toBe(200);
    }
    const byAddress = new Agent({ connect: { ca } });
    dispatchers.push(byAddress);
    expect((await fetch(`https://127.0.0.1:${port}/v1/albums`, { dispatcher: byAddress })).status).toBe(401);
    const stranger = new Agent({ connect: { ca, servername: 'www.example.com' } });
    dispatchers.push(stranger);
    await expect(fetch(`https://127.0.0.1:${port}/`, { dispatcher: stranger })).rejects.toThrow();
  });
});

describe('an end', () => {
  it('closes tunnels, idle connections and bodies under way, and takes the certificate away', async () => {
    const running = await startEmulator({ items: 300, tls: true, levers: { bytesPerSecond: 10 } });
    const trusted = await readFile(running.ready.caFile!, 'utf8');
    const { hostname, port } = new URL(running.ready.api);
    const silent: Socket = connect(Number(port), hostname);
    const secure = connectTls({ host: hostname, port: Number(port), ca: trusted, servername: 'localhost' });
    const closed = [silent, secure].map(
      (socket) => new Promise((resolve) => socket.on('error', resolve).on('close', resolve)),
    );
    await new Promise((resolve) => secure.once('secureConnect', resolve));
    const dispatcher = viaProxy(running, trusted);
    const headers = { authorization: `Bearer ${(await GoogleCaller.signIn(running)).token}` };
    const list = (await (await fetch(`${API}/v1/mediaItems`, { dispatcher, headers })).json()) as ListJson;
    const body = await fetch(`${list.mediaItems![0]!.baseUrl}=d`, { dispatcher });
    await running.close();
    await expect(body.arrayBuffer()).rejects.toThrow();
    await Promise.all(closed);
    expect(existsSync(dirname(running.ready.caFile!))).toBe(false);
    await expect(fetch(`${API}/v1/albums`, { dispatcher })).rejects.toThrow();
  });
});

describe('the file of the certificate', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'photodav-ca-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is nobody else’s to read where no place is named', async () => {
    const { caFile } = emulator.ready;
    expect((await stat(caFile!)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(caFile!))).mode & 0o777).toBe(0o700);
    expect(ca).toMatch(/^-----BEGIN CERTIFICATE-----\n/);
    expect(ca).not.toContain('PRIVATE');
  });

  it('is written where it is asked for, anew at each start, and stays', async () => {
    const caFile = join(folder, 'ca.pem');
    const texts: string[] = [];
    for (let round = 0; round < 2; round += 1) {
      const running = await startEmulator({ tls: true, caFile });
      expect(running.ready.caFile).toBe(caFile);
      await running.close();
      texts.push(await readFile(caFile, 'utf8'));
    }
    expect(texts[0]).not.toBe(texts[1]);
  });

  it('replaces nothing but a certificate, and leaves nothing listening when it cannot be written', async () => {
    const precious = join(folder, 'precious.txt');
    await writeFile(precious, 'my only copy');
    await expect(startEmulator({ tls: true, caFile: precious })).rejects.toThrow(CaFileError);
    expect(await readFile(precious, 'utf8')).toBe('my only copy');
    await expect(startEmulator({ tls: true, caFile: join(folder, 'missing', 'ca.pem') })).rejects.toThrow(CaFileError);
  });

  it('is not there without TLS, nor is the proxy', async () => {
    const running = await startEmulator({});
    expect(running.ready).not.toHaveProperty('caFile');
    expect(running.ready).not.toHaveProperty('proxy');
    await running.close();
  });
});
