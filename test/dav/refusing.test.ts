import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ALBUM, startDavServer, VIDEO, type DavServer } from '../support/dav-server.js';
import { ask, propfind, sendRaw } from '../support/http-client.js';

let server: DavServer;
beforeAll(async () => void (server = await startDavServer()));
afterAll(() => server.close());

const WRITES = ['PUT', 'DELETE', 'MKCOL', 'COPY', 'MOVE', 'PROPPATCH', 'LOCK', 'UNLOCK'];

describe('a read-only server', () => {
  it.each(WRITES)('refuses %s with 403 and a reason, everywhere, without asking for the path', async (method) => {
    const before = server.tree.asked.length;
    for (const target of ['/', VIDEO, `${ALBUM}new`, '/nothing/at/all']) {
      const headers = { Destination: `${server.origin}/copy`, 'Lock-Token': '<urn:uuid:1>', If: '(<urn:uuid:1>)' };
      const {
        status,
        text,
        headers: answer,
      } = await ask(server.origin, target, { method, headers, body: 'some body' });
      expect(status).toBe(403);
      expect(answer['content-type']).toBe('application/xml; charset=utf-8');
      expect(text).toContain('<D:error xmlns:D="DAV:" xmlns:P="urn:photodav"><P:code>READ_ONLY</P:code>');
    }
    expect(server.tree.asked.length).toBe(before);
  });

  it.each(['POST', 'PATCH', 'REPORT', 'SEARCH', 'ACL', 'TRACE', 'MKCALENDAR'])('answers 405 to %s', async (method) => {
    const { status, headers } = await ask(server.origin, VIDEO, { method });
    expect([status, headers.allow]).toEqual([405, 'OPTIONS, GET, HEAD, PROPFIND']);
  });

  it.each(['/', '*', ALBUM, VIDEO, '/missing', '/Albums/missing/'])('tells at %s what it offers', async (target) => {
    const before = server.tree.asked.length;
    const { status, headers } = await ask(server.origin, target, { method: 'OPTIONS' });
    expect(status).toBe(200);
    const told = { ...headers };
    delete told.date;
    delete told.connection;
    expect(told).toEqual({
      dav: '1, 3',
      'ms-author-via': 'DAV',
      allow: 'OPTIONS, GET, HEAD, PROPFIND',
      'accept-ranges': 'bytes',
      'content-length': '0',
    });
    expect(server.tree.asked.length).toBe(before);
  });

  it('answers a client that waits before a large upload, without its bytes', async () => {
    const head = `PUT /big HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000000\r\nExpect: 100-continue\r\n\r\n`;
    const answer = await sendRaw(server.origin, head);
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(answer).toMatch(/\r\nConnection: close\r\n/);
  });

  it('lets a client that sends at once see the refusal', async () => {
    const { status } = await ask(server.origin, '/big', { method: 'PUT', body: Buffer.alloc(900_000) });
    expect(status).toBe(403);
  });

  it('keeps the connection after the refusal of a small upload', async () => {
    const one = 'PUT /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc';
    const two = 'OPTIONS / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
    const statuses = (await sendRaw(server.origin, one + two)).match(/HTTP\/1\.1 \d+/g);
    expect(statuses).toEqual(['HTTP/1.1 403', 'HTTP/1.1 200']);
  });

  it('takes a listing whose client waits to be told to go on', async () => {
    const body = '<D:propfind xmlns:D="DAV:"><D:propname/></D:propfind>';
    const { status } = await propfind(server.origin, ALBUM, {
      body,
      headers: { Expect: '100-continue', 'Content-Length': body.length },
    });
    expect(status).toBe(207);
  });

  it('never tells a client of HTTP/1.0 to go on, for it knows no such answer', async () => {
    const body = '<D:propfind xmlns:D="DAV:"><D:propname/></D:propfind>';
    const framing = `Expect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const listed = await sendRaw(server.origin, `PROPFIND / HTTP/1.0\r\nHost: localhost\r\nDepth: 0\r\n${framing}`);
    expect(listed).toMatch(/^HTTP\/1\.1 207 /);
    const refused = await sendRaw(server.origin, `PUT /a HTTP/1.0\r\nHost: localhost\r\n${framing}`);
    expect(refused).toMatch(/^HTTP\/1\.1 403 /);
  });
});
