import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { createHttpServer } from '../../src/http/server.js';
import { createLog } from '../../src/log.js';
import { ALBUM, startDavServer, VIDEO, type DavServer } from '../support/dav-server.js';
import { until } from '../support/eventually.js';
import { ask, propfind, sendRaw } from '../support/http-client.js';

const BIG = '/Albums/Big.mp4';

/** Asks, and goes as soon as the first bytes are here; resolves when the connection is gone. */
function leaveEarly({ origin }: DavServer, head: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1');
    socket.once('data', () => socket.destroy());
    socket.once('close', () => resolve());
    socket.on('error', () => undefined);
    socket.write(`${head} HTTP/1.1\r\nHost: localhost\r\nDepth: 1\r\n\r\n`);
  });
}

describe('clients that leave', () => {
  it('200 in the middle of a download leave no body open upstream', async () => {
    const server = await startDavServer();
    server.tree.addFile(['Albums', 'Big.mp4'], Buffer.alloc(16 * 1024 * 1024));
    for (let i = 0; i < 10; i++) {
      await Promise.all(Array.from({ length: 20 }, () => leaveEarly(server, `GET ${BIG}`)));
    }
    expect(server.source.opened).toHaveLength(200);
    await until(() => server.source.openBodies === 0);
    await server.close();
  });

  it('while the upstream is silent end its request within a second', async () => {
    const server = await startDavServer();
    server.source.chunkDelayMs = 60;
    await leaveEarly(server, `GET ${VIDEO}`);
    await until(() => server.source.openBodies === 0);
    await server.close();
  });

  it('with 30 requests in the pipeline leave no body open upstream', async () => {
    const server = await startDavServer();
    server.tree.addFile(['Albums', 'Big.mp4'], Buffer.alloc(16 * 1024 * 1024));
    const socket = connect(Number(new URL(server.origin).port), '127.0.0.1');
    socket.pause();
    socket.write(`GET ${BIG} HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(30));
    await until(() => server.source.openBodies > 0);
    await delay(100);
    expect(server.source.opened).toHaveLength(1);
    socket.destroy();
    await until(() => server.source.openBodies === 0);
    expect(server.source.opened).toHaveLength(1);
    await server.close();
  });

  it('send no more than 32 requests ahead', async () => {
    const server = await startDavServer();
    server.source.chunkDelayMs = 500;
    const pipeline = `GET ${VIDEO} HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(34);
    // Whether the client sees a reset or an end depends on how much of it was read.
    const answers = await sendRaw(server.origin, pipeline).catch(() => '');
    expect(answers.match(/HTTP\/1\.1 /g) ?? []).toHaveLength(answers === '' ? 0 : 1);
    await until(() => server.source.openBodies === 0);
    expect((await ask(server.origin, ALBUM)).status).toBe(200);
    await server.close();
  });

  it('in the middle of a listing end it, and nobody calls that a failure', async () => {
    const server = await startDavServer();
    for (let i = 0; i < 20_000; i++) server.tree.addFile(['Big', `${i}.jpg`], Buffer.alloc(0));
    await Promise.all(Array.from({ length: 5 }, () => leaveEarly(server, 'PROPFIND /Big')));
    expect((await propfind(server.origin, ALBUM)).status).toBe(207);
    const cut = (): number => server.lines.filter(({ isCut }) => isCut === true).length;
    await until(() => cut() === 5);
    expect(server.lines.filter(({ level }) => Number(level) >= 40)).toEqual([]);
    await server.close();
  });

  it('that read nothing hold the upstream back', async () => {
    const server = await startDavServer();
    const size = 64 * 1024 * 1024;
    server.tree.addFile(['Albums', 'Big.mp4'], Buffer.alloc(size));
    const before = process.memoryUsage().arrayBuffers;
    const socket = connect(Number(new URL(server.origin).port), '127.0.0.1');
    socket.pause();
    socket.write(`GET ${BIG} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await until(() => server.source.openBodies === 1);
    // As long as it would take to send far more.
    await delay(300);
    expect(server.source.openBodies).toBe(1);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(size / 2);
    socket.destroy();
    await until(() => server.source.openBodies === 0);
    await server.close();
  });
});

describe('a server that ends', () => {
  const log = createLog({ level: 'silent' });
  const options = { allowedHosts: [], log };

  /** A server that begins its answers and leaves their end to the test. */
  async function startHolding() {
    const begun: ServerResponse[] = [];
    const server = createHttpServer({
      ...options,
      handle: (_, response) => {
        response.write('begun');
        begun.push(response);
        return Promise.resolve();
      },
    });
    const [url] = await server.listen('127.0.0.1', 0);
    return { server, url, begun };
  }

  it('lets a running answer finish, and ends a connection that is kept alive', async () => {
    const { server, url, begun } = await startHolding();
    const reply = ask(url!.origin, '/', { headers: { Connection: 'keep-alive' } });
    await until(() => begun.length > 0);
    const closed = server.close(10_000);
    begun[0]!.end(', ended');
    expect((await reply).text).toBe('begun, ended');
    await closed;
  });

  it.each([
    ['was never used', ''],
    ['brought half a request', 'GET / HT'],
    ['still owes a body', 'PROPFIND / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n'],
    ['has its answers', 'OPTIONS / HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(3)],
  ])('does not wait for a connection that %s', async (_, octets) => {
    const server = createHttpServer({
      ...options,
      handle: (request, response) => {
        request.on('end', () => response.end()).resume();
        return Promise.resolve();
      },
    });
    const [url] = await server.listen('127.0.0.1', 0);
    const socket = connect(Number(url!.port), '127.0.0.1')
      .on('error', () => undefined)
      .resume();
    const ended = new Promise((resolve) => socket.once('close', resolve));
    await new Promise((resolve) => socket.write(octets, resolve));
    await delay(50);
    const start = performance.now();
    await server.close(10_000);
    await ended;
    expect(performance.now() - start).toBeLessThan(8_000);
  });

  it('answers what is in the pipeline behind a running answer, and then closes', async () => {
    const { server, url, begun } = await startHolding();
    const reply = sendRaw(url!.origin, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(2));
    await until(() => begun.length === 1);
    const closed = server.close(10_000);
    begun[0]!.end();
    await until(() => begun.length === 2);
    begun[1]!.end();
    expect((await reply).match(/HTTP\/1\.1 200|Connection: [\w-]+/g)).toEqual([
      'HTTP/1.1 200',
      'Connection: keep-alive',
      'HTTP/1.1 200',
      'Connection: close',
    ]);
    await closed;
  });

  it('cuts what goes on after its grace', async () => {
    const server = createHttpServer({
      ...options,
      handle: (_, response) => {
        response.write('begun');
        return Promise.resolve();
      },
    });
    const [url] = await server.listen('127.0.0.1', 0);
    const reply = expect(ask(url!.origin, '/')).rejects.toThrow();
    await delay(50);
    await server.close(20);
    await reply;
  });

  it('says who may hold its address when it cannot have it', async () => {
    const handle = (): Promise<void> => Promise.resolve();
    const first = createHttpServer({ ...options, handle });
    const [url] = await first.listen('127.0.0.1', 0);
    const second = createHttpServer({ ...options, handle });
    await expect(second.listen('127.0.0.1', Number(url!.port))).rejects.toMatchObject({
      code: 'LISTEN_FAILED',
      message: `cannot listen on 127.0.0.1 port ${url!.port}: another program holds it`,
    });
    await first.close(0);
  });
});
