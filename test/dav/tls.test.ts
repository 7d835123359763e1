import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { connect as connectOverTls } from 'node:tls';
import { createHttpServer } from '../../src/http/server.js';
import { createLog } from '../../src/log.js';
import { startDavServer, VIDEO, VIDEO_BYTES, type DavServer } from '../support/dav-server.js';
import { makeCertificate, type Certificate } from '../support/certificate.js';
import { eventually } from '../support/eventually.js';
import { ask, sendRaw } from '../support/http-client.js';

let certificate: Certificate;
let server: DavServer;
beforeAll(async () => {
  certificate = await makeCertificate();
  server = await startOverTls();
});
afterAll(() => server.close());

function startOverTls(): Promise<DavServer> {
  const { cert, key } = certificate;
  return startDavServer({ tls: { cert: Buffer.from(cert), key: Buffer.from(key) } });
}

async function expectAlive(): Promise<void> {
  const { status, bytes } = await ask(server.origin, VIDEO, { ca: certificate.cert });
  expect([status, bytes.equals(VIDEO_BYTES)]).toEqual([200, true]);
}

/** The protocol that a client of just this version is given, or the code of its error. */
function speak(version: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'): Promise<string | null> {
  return new Promise((resolve) => {
    const options = { minVersion: version, maxVersion: version, ca: certificate.cert, ciphers: 'DEFAULT:@SECLEVEL=0' };
    const socket = connectOverTls({ host: '127.0.0.1', port: Number(new URL(server.origin).port), ...options });
    socket.on('error', ({ code = '' }: NodeJS.ErrnoException) => resolve(code));
    socket.on('secureConnect', () => {
      resolve(socket.getProtocol());
      socket.destroy();
    });
  });
}

describe('a server over TLS', () => {
  it('gives its address as https, and serves', async () => {
    expect(server.origin).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    await expectAlive();
  });

  it('is no other server to a client that does not know its certificate', async () => {
    await expect(ask(server.origin, VIDEO)).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    await expectAlive();
  });

  it('speaks TLS 1.2 and 1.3, and nothing older', async () => {
    expect(await speak('TLSv1.3')).toBe('TLSv1.3');
    expect(await speak('TLSv1.2')).toBe('TLSv1.2');
    expect(await speak('TLSv1.1')).toMatch(/PROTOCOL_VERSION/);
  });

  it('checks the Host as without TLS', async () => {
    const target = `https://evil.example${VIDEO}`;
    expect((await ask(server.origin, target, { ca: certificate.cert })).status).toBe(421);
  });

  it.each([
    ['plain HTTP', 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['garbage', 'hello\r\n\r\n'],
    ['half a handshake', '\x16\x03\x01\x02\x00'],
  ])('survives a client that speaks %s', async (_, octets) => {
    const socket = connect(Number(new URL(server.origin).port), '127.0.0.1').on('error', () => undefined);
    await new Promise((resolve) => socket.write(octets, 'latin1', resolve));
    await expectAlive();
    socket.destroy();
    await expectAlive();
  });

  it.each([
    ['has not begun its handshake', ''],
    ['stopped amid its handshake', '\x16\x03\x01\x02\x00\x01'],
  ])(
    'does not wait at its end for a connection that %s',
    async (_, octets) => {
      const ending = await startOverTls();
      const socket = connect(Number(new URL(ending.origin).port), '127.0.0.1').on('error', () => undefined);
      await new Promise((resolve) => socket.write(octets, 'latin1', resolve));
      // Answered after it, so the server has seen the one before.
      await ask(ending.origin, VIDEO, { ca: certificate.cert });
      const closed = new Promise((resolve) => socket.once('close', resolve));
      await ending.close();
      await closed;
    },
    // A handshake may take 15 seconds.
    10_000,
  );

  it('lets a running answer finish at its end, and ends a connection that is kept alive', async () => {
    let response: ServerResponse | undefined;
    const ending = createHttpServer({
      handle: (_, running) => {
        running.write('begun');
        response = running;
        return Promise.resolve();
      },
      tls: { cert: Buffer.from(certificate.cert), key: Buffer.from(certificate.key) },
      allowedHosts: [],
      log: createLog({ level: 'silent' }),
    });
    const [url] = await ending.listen('127.0.0.1', 0);
    const headers = { Connection: 'keep-alive' };
    const reply = ask(url!.origin, '/', { headers, ca: certificate.cert });
    await eventually(() => response !== undefined);
    const closed = ending.close(60_000);
    response!.end(', ended');
    expect((await reply).text).toBe('begun, ended');
    await closed;
  }, 10_000);
});

describe('a server without TLS', () => {
  it('survives a client that speaks it', async () => {
    const plain = await startDavServer();
    await expect(ask(plain.origin.replace('http:', 'https:'), VIDEO)).rejects.toThrow();
    expect(await sendRaw(plain.origin, '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03')).toMatch(/^HTTP\/1\.1 400 /);
    expect((await ask(plain.origin, VIDEO)).status).toBe(200);
    await plain.close();
  });
});
