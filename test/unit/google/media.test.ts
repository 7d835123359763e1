import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MediaClient } from '../../../src/google/media.js';
import type { Governor } from '../../../src/google/quota.js';
import { Transport } from '../../../src/google/transport.js';
import { HurriedClock } from '../../support/hurried-clock.js';
import { governorFor, oddServer, SILENT, type OddServer } from './wire.js';

type Answer = (response: ServerResponse) => void;

let transport: Transport;
let clock: HurriedClock;
let governor: Governor;
let media: MediaClient;
let servers: OddServer[];

beforeEach(async () => {
  servers = [];
  transport = new Transport({}, { connectMs: 1000, headersMs: 300, bodyMs: 300 });
  clock = new HurriedClock();
  governor = await governorFor(clock);
  media = new MediaClient({
    transport,
    mayServeBytes: ({ hostname }) => hostname === '127.0.0.1',
    quota: governor.bytes,
    clock,
    log: SILENT,
  });
});
afterEach(async () => {
  await transport.close();
  await Promise.all(servers.map(async (server) => server.close()));
});

async function serve(...answers: readonly Answer[]): Promise<OddServer> {
  let count = 0;
  const server = await oddServer((_request, response) => answers[Math.min(count++, answers.length - 1)]!(response));
  servers.push(server);
  return server;
}

function head(status: number, headers: Record<string, string>, body = ''): Answer {
  return (response) => response.writeHead(status, headers).end(body);
}

function bodyOf(opened: Awaited<ReturnType<MediaClient['open']>>): Readable {
  if (opened.kind === 'refused') throw new Error(`refused with ${opened.status}`);
  return opened.body;
}

const RANGE = { first: 2, last: 5 };

describe('an answer with a range', () => {
  it.each([
    ['another first byte', { 'content-range': 'bytes 0-3/10', 'content-length': '4' }],
    ['another last byte', { 'content-range': 'bytes 2-6/10', 'content-length': '5' }],
    ['an unknown total', { 'content-range': 'bytes 2-5/*', 'content-length': '4' }],
    ['no Content-Range', { 'content-length': '4' }],
    ['another length', { 'content-range': 'bytes 2-5/10', 'content-length': '3' }],
    ['another unit', { 'content-range': 'items 2-5/10', 'content-length': '4' }],
  ])('and %s is refused, after one request', async (_what, headers) => {
    const server = await serve(head(206, headers, 'x'.repeat(Number(headers['content-length']))));
    await expect(media.open(server.origin, { range: RANGE })).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    expect(server.requests).toHaveLength(1);
  });

  it('that the item no longer fills ends with the item', async () => {
    const server = await serve(head(206, { 'content-range': 'bytes 2-3/4', 'content-length': '2' }, 'xx'));
    expect(await media.open(server.origin, { range: RANGE })).toMatchObject({ size: 4, range: { first: 2, last: 3 } });
  });
});

describe('an answer with everything', () => {
  it.each([
    ['without a size', head(200, { 'transfer-encoding': 'chunked' }, 'bytes')],
    ['of no bytes', head(200, { 'content-length': '0' })],
    ['packed', head(200, { 'content-encoding': 'gzip', 'content-length': '3' }, 'abc')],
    ['that is a page', head(200, { 'content-type': 'text/html; charset=utf-8', 'content-length': '3' }, 'abc')],
    ['with status 204', head(204, {})],
    ['that is a range nobody asked for', head(206, { 'content-range': 'bytes 0-2/9', 'content-length': '3' }, 'abc')],
  ])('%s is SOURCE_UNAVAILABLE', async (_what, answer) => {
    const { origin } = await serve(answer);
    await expect(media.open(origin)).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
  });

  it('that ends before its length makes the body fail', async () => {
    const { origin } = await serve((response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('half', () => response.destroy());
    });
    const opened = await media.open(origin);
    await expect(buffer(bodyOf(opened))).rejects.toThrow();
  });

  it('that stalls makes the body fail', async () => {
    const { origin } = await serve(
      (response) => void response.writeHead(200, { 'content-length': '10' }).write('half'),
    );
    const opened = await media.open(origin);
    await expect(buffer(bodyOf(opened))).rejects.toThrow(/timeout/i);
  });
});

describe('a redirect', () => {
  it('carries the headers on the same origin, and never to another', async () => {
    const target = await serve(head(200, { 'content-length': '3' }, 'abc'));
    const start = await serve(head(302, { location: '/again' }), head(302, { location: target.origin }));
    await media.open(start.origin, { headers: { authorization: 'Bearer secret' } });
    expect(start.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer secret', 'Bearer secret']);
    expect(target.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  it.each(['http://localhost:1/x', 'http://169.254.169.254/', 'file:///etc/passwd', '//evil.example/x', ''])(
    'to %j is not followed',
    async (location) => {
      const { origin, requests } = await serve(head(302, { location }));
      const opening = media.open(location === '' ? 'http://evil.example/' : origin);
      await expect(opening).rejects.toThrow(/host that is not allowed/);
      expect(requests.length).toBeLessThanOrEqual(1);
    },
  );

  it('after another, without end, is given up', async () => {
    const { origin, requests } = await serve(head(302, { location: '/' }));
    await expect(media.open(origin)).rejects.toThrow(/too many redirects/);
    expect(requests).toHaveLength(6);
    await expect(media.measure(origin)).rejects.toThrow(/too many redirects/);
  });
});

describe('a size', () => {
  const oneByte = head(206, { 'content-range': 'bytes 0-0/1234', 'content-length': '1' }, 'x');

  it.each([400, 403, 405, 501])('is asked by one byte from a host that answered HEAD with %i', async (status) => {
    const server = await serve(head(status, {}), oneByte);
    expect([await media.measure(server.origin), await media.measure(server.origin)]).toEqual([1234, 1234]);
    expect(server.requests.map(({ method }) => method)).toEqual(['HEAD', 'GET', 'GET']);
  });

  it('is asked by one byte where HEAD does not tell it', async () => {
    const { origin } = await serve(head(200, { 'transfer-encoding': 'chunked' }), oneByte);
    expect(await media.measure(origin)).toBe(1234);
  });

  it('is not known, and HEAD not blamed, when the base URL itself is refused', async () => {
    const server = await serve(head(403, {}), head(403, {}), head(200, { 'content-length': '77' }));
    expect(await media.measure(server.origin)).toEqual({ kind: 'refused', status: 403 });
    expect(await media.measure(server.origin)).toBe(77);
    expect(server.requests.map(({ method }) => method)).toEqual(['HEAD', 'GET', 'HEAD']);
  });

  it('is read from a whole answer, whose body is not read', async () => {
    const { origin } = await serve(head(405, {}), (response) => {
      response.writeHead(200, { 'content-length': '50000000' });
      response.write('x');
    });
    expect(await media.measure(origin)).toBe(50_000_000);
  });
});

describe('where bytes are', () => {
  const ofOneByte = head(206, { 'content-range': 'bytes 0-0/1234', 'content-length': '1' }, 'x');
  const whole = head(200, { 'content-length': '3' }, 'abc');

  it('is past every redirect, whose last host is asked for one byte', async () => {
    const target = await serve(ofOneByte);
    const start = await serve(head(302, { location: '/again' }), head(302, { location: `${target.origin}/bytes` }));
    expect(await media.resolve(`${start.origin}/base=dv`)).toEqual({
      kind: 'resolved',
      url: new URL(`${target.origin}/bytes`),
      headers: {},
      honoursRange: true,
    });
    expect([...start.requests, ...target.requests].map(({ headers }) => headers.range)).toEqual(
      Array.from({ length: 3 }, () => 'bytes=0-0'),
    );
  });

  it.each([
    ['honours ranges', ofOneByte, true],
    ['ignores ranges', whole, false],
  ])('is told without asking a host again that %s', async (_what, answer, honoursRange) => {
    const target = await serve(answer);
    const start = await serve(head(302, { location: target.origin }));
    await media.resolve(start.origin);
    expect(await media.resolve(start.origin)).toMatchObject({ honoursRange });
    expect([start.requests.length, target.requests.length]).toEqual([2, 1]);
  });

  it('is the base URL itself, and nobody is asked, where that is known to serve ranges without a redirect', async () => {
    const server = await serve(head(206, { 'content-range': 'bytes 2-5/10', 'content-length': '4' }, 'cdef'));
    await buffer(bodyOf(await media.open(server.origin, { range: RANGE })));
    const url = `${server.origin}/base=d`;
    expect(await media.resolve(url, { isTrusted: true })).toMatchObject({ url: new URL(url), honoursRange: true });
    expect(server.requests).toHaveLength(1);
  });

  it('is looked for at a host that serves bytes and redirects too', async () => {
    const target = await serve(ofOneByte);
    const start = await serve(ofOneByte, head(302, { location: '/on' }), head(302, { location: target.origin }));
    await media.resolve(start.origin);
    expect(await media.resolve(start.origin)).toMatchObject({ url: new URL(target.origin) });
  });

  it.each([
    ['everything was asked for and given', { first: 0, last: Infinity }],
    ['the answer is a page', { first: 2, last: 5 }],
  ])('is not known to ignore ranges when %s', async (what, range) => {
    const page = head(200, { 'content-length': '3', 'content-type': 'text/html' }, 'abc');
    const server = await serve(what.endsWith('page') ? page : whole, ofOneByte);
    await media.open(server.origin, { range }).then(
      (opened) => buffer(bodyOf(opened)),
      () => undefined,
    );
    expect(await media.resolve(server.origin, { isTrusted: true })).toMatchObject({ honoursRange: true });
  });

  it('comes with the headers on the same origin, and never on another', async () => {
    const target = await serve(ofOneByte);
    const start = await serve(ofOneByte, head(302, { location: target.origin }));
    const request = { headers: { authorization: 'Bearer secret' } };
    expect(await media.resolve(start.origin, request)).toMatchObject({ headers: { authorization: 'Bearer secret' } });
    expect(await media.resolve(start.origin, request)).toMatchObject({ headers: {} });
    expect(target.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  it('is refused with the base URL', async () => {
    const { origin } = await serve(head(403, {}));
    expect(await media.resolve(origin)).toEqual({ kind: 'refused', status: 403 });
  });

  it.each(['http://localhost:1/x', 'http://169.254.169.254/', 'file:///etc/passwd', ''])(
    'is never %j, which a redirect names',
    async (location) => {
      const { origin, requests } = await serve(head(302, { location }));
      const resolving = media.resolve(location === '' ? 'http://evil.example/' : origin);
      await expect(resolving).rejects.toThrow(/host that is not allowed/);
      expect(requests.length).toBeLessThanOrEqual(1);
    },
  );

  it('is given up after redirects without end', async () => {
    const { origin, requests } = await serve(head(302, { location: '/' }));
    await expect(media.resolve(origin)).rejects.toThrow(/too many redirects/);
    expect(requests).toHaveLength(6);
  });

  it('counts as a request for bytes, asked or not', async () => {
    const { origin } = await serve(ofOneByte);
    for (let i = 0; i < 3; i++) await media.resolve(origin, { isTrusted: true });
    expect(governor.bytes.used).toBe(3);
  });

  it('is asked for all the same once the quota is spent, for only an answer tells that it is granted again', async () => {
    const { origin, requests } = await serve(ofOneByte);
    await media.resolve(origin, { isTrusted: true });
    governor.bytes.ask().spent(undefined);
    await expect(media.resolve(origin, { isTrusted: true })).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
    await clock.sleep(16 * 60_000);
    await media.resolve(origin, { isTrusted: true });
    expect(requests).toHaveLength(2);
    expect(governor.bytes.isSpent).toBe(false);
  });
});

it('asks for what is gone twice in an interval at most, once the quota is spent', async () => {
  const { origin, requests } = await serve(head(404, {}));
  governor.bytes.ask().spent(undefined);
  await clock.sleep(16 * 60_000);
  const outcomes: string[] = [];
  for (let i = 0; i < 20; i++) {
    outcomes.push(
      await media.open(origin).then(
        ({ kind }) => kind,
        () => 'failed',
      ),
    );
  }
  expect(outcomes.slice(0, 3)).toEqual(['refused', 'refused', 'failed']);
  expect(requests).toHaveLength(2);
});

it('gives up on a host that never answers', async () => {
  const { origin } = await serve(() => undefined);
  await expect(media.open(origin)).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
}, 10_000);
