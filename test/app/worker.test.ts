import { get } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { signPath } from '../../src/delivery/sign.js';
import { createWorker, type Worker, type WorkerOptions } from '../../src/edge/worker.js';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { createLog, type Log } from '../../src/log.js';
import { baseUrlsOf, type GoogleItem } from '../support/base-urls.js';
import { eventually } from '../support/eventually.js';
import { linkTo, noLink, startFakeGateway, type FakeGateway, type GatewayAnswer } from '../support/fake-gateway.js';
import { ask, type Ask, type Reply } from '../support/http-client.js';
import { Recorder } from '../support/log-lines.js';
import { settled } from '../support/settled.js';
import { TurnedClock } from '../support/turned-clock.js';
import { oddServer } from '../unit/google/wire.js';

const TOKEN = 'a-token-of-the-gateway';

let emulator: Emulator;
let gateway: FakeGateway;
let worker: Worker;
let origin: string;
let clock: TurnedClock;
let recorder: Recorder;
let log: Log;
let items: readonly GoogleItem[];
let answer: (path: string) => GatewayAnswer | Promise<GatewayAnswer>;

beforeEach(async () => {
  emulator = await startEmulator({ items: 300 });
  items = await baseUrlsOf(emulator);
  emulator.resetCounters();
  answer = (path) => linkTo(addressOf(itemAt(path)), { maxAge: 3000 });
  gateway = await startFakeGateway((path) => answer(path));
  clock = new TurnedClock(Date.now());
  recorder = new Recorder();
  log = createLog({ level: 'debug', destination: recorder });
  worker = createWorker(workerOptions());
  origin = (await worker.listen())[0]!.origin;
});

afterEach(async () => {
  await worker.close();
  await gateway.close();
  await emulator.close();
});

const workerOptions = (): WorkerOptions => ({
  gateway: new URL(gateway.origin),
  linkToken: TOKEN,
  host: '127.0.0.1',
  port: 0,
  allowedHosts: [],
  googleEndpoint: new URL(emulator.ready.api),
  proxy: {},
  idleTimeoutMs: 30_000,
  clock,
  log,
});

/** The item whose name ends the path, in a path as the gateway has it. */
function itemAt(path: string): GoogleItem {
  const item = items.find(({ filename }) => path.endsWith(`/${filename}`));
  if (!item) throw new Error(`no item at ${path}`);
  return item;
}

const isVideo = ({ mimeType }: GoogleItem) => mimeType.startsWith('video/');
const photo = () => items.find((item) => !isVideo(item))!;
const video = () => items.find(isVideo)!;
const addressOf = (item: GoogleItem) => `${item.baseUrl}${isVideo(item) ? '=dv' : '=d'}`;
const pathOf = ({ filename }: GoogleItem) => `/Été #1/${filename}`;

/** The target of a link as the gateway signs it. */
function linkOf(item: GoogleItem, expiresAtMs = Date.now() + 60_000, token = TOKEN): string {
  const path = pathOf(item);
  return `${path.split('/').map(encodeURIComponent).join('/')}?sign=${signPath(path, expiresAtMs, token)}`;
}

const fetchLink = (item: GoogleItem, headers: Ask['headers'] = {}, method = 'GET'): Promise<Reply> =>
  ask(origin, linkOf(item), { headers, method });

async function bytesOf(item: GoogleItem): Promise<Buffer> {
  const bytes = Buffer.from(await (await fetch(addressOf(item))).arrayBuffer());
  emulator.resetCounters();
  return bytes;
}

const mediaRequests = () => emulator.requests.filter(({ route }) => route.startsWith('media'));

describe('a link of the gateway', () => {
  it('gives the bytes, with the headers that are ours to give and no others', async () => {
    const bytes = await bytesOf(photo());
    const { status, headers, bytes: sent } = await fetchLink(photo());
    expect(status).toBe(200);
    expect(sent.equals(bytes)).toBe(true);
    const { date, connection, etag, ...rest } = headers;
    expect([date, connection, etag]).not.toContain(undefined);
    expect(rest).toEqual({
      'content-type': 'image/jpeg',
      'content-length': String(bytes.length),
      'content-disposition': `inline; filename="${photo().filename}"`,
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
  });

  it('is asked of the gateway once, however many follow it at the same time', async () => {
    const replies = await Promise.all(Array.from({ length: 16 }, () => fetchLink(photo())));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    expect(gateway.requests).toHaveLength(1);
    expect(JSON.parse(gateway.requests[0]!.body)).toEqual({ path: pathOf(photo()) });
  });

  it('leads through redirects to a video', async () => {
    const bytes = await bytesOf(video());
    const { status, bytes: sent, headers } = await fetchLink(video());
    expect({ status, type: headers['content-type'] }).toEqual({ status: 200, type: 'video/mp4' });
    expect(sent.equals(bytes)).toBe(true);
  });

  it('answers HEAD with what GET has, after one byte', async () => {
    const bytes = await bytesOf(photo());
    const { status, headers, bytes: sent } = await fetchLink(photo(), { Range: 'bytes=5-9' }, 'HEAD');
    expect({ status, length: headers['content-length'], sent: sent.length }).toEqual({
      status: 200,
      length: String(bytes.length),
      sent: 0,
    });
    expect(mediaRequests().map(({ range }) => range)).toEqual(['bytes=0-0']);
  });

  it('costs a HEAD one request, even of a host that breaks off after the header', async () => {
    const host = await oddServer((_request, response) => {
      const header = { 'content-length': '1', 'content-range': 'bytes 0-0/5000' };
      response.writeHead(206, header).flushHeaders();
      response.socket?.end();
    });
    answer = () => linkTo(host.origin);
    const { status, headers } = await fetchLink(photo(), {}, 'HEAD');
    const { status: conditional } = await fetchLink(photo(), { 'If-Match': '"another"' });
    expect([status, headers['content-length'], conditional]).toEqual([200, '5000', 412]);
    await eventually(() => host.requests.every(({ socket }) => socket.destroyed));
    await ask(origin, '/.photodav/healthz');
    await host.close();
    expect(host.requests).toHaveLength(2);
    expect(recorder.lines.filter(({ msg }) => msg === 'a body is asked for again')).toEqual([]);
  });

  it('is followed with the headers that it comes with, and by a worker that says so', async () => {
    const host = await oddServer((_request, response) => response.writeHead(200, { 'content-length': '3' }).end('abc'));
    answer = () => linkTo(host.origin, { header: { Authorization: ['Bearer y'] } });
    const { text, headers } = await fetchLink(photo());
    await host.close();
    expect([text, headers['content-type']]).toEqual(['abc', 'application/octet-stream']);
    const { authorization, via } = host.requests[0]!.headers;
    expect({ authorization, via }).toEqual({ authorization: 'Bearer y', via: '1.1 photodav-proxy' });
    expect(gateway.requests[0]!.headers).toMatchObject({ authorization: TOKEN, via: '1.1 photodav-proxy' });
  });

  it('to what a browser could run is octets to be saved', async () => {
    const header = {
      'content-type': 'image/svg+xml',
      'content-length': '3',
      'content-disposition': 'inline',
      'set-cookie': 'a=b',
      'access-control-allow-origin': '*',
    };
    const host = await oddServer((_request, response) => response.writeHead(200, header).end('<x>'));
    answer = () => linkTo(host.origin);
    const { headers } = await fetchLink(photo());
    await host.close();
    expect(headers['content-disposition']).toMatch(/^attachment; /);
    expect(headers['content-security-policy']).toBe("sandbox; default-src 'none'");
    expect([headers['set-cookie'], headers['access-control-allow-origin']]).toEqual([undefined, undefined]);
  });
});

describe.each([
  ['honours ranges', false],
  ['ignores them', true],
])('a range from a host that %s', (_what, rangesRefused) => {
  let bytes: Buffer;
  beforeEach(async () => {
    bytes = await bytesOf(photo());
    emulator.levers.rangesRefused = rangesRefused;
  });

  it.each([
    ['the first bytes', 'bytes=0-99', 0, 99],
    ['bytes in the middle', 'bytes=1000-1099', 1000, 1099],
    ['an open end', 'bytes=1500-', 1500, Infinity],
    ['an end beyond the end', 'bytes=1500-99999999', 1500, Infinity],
    ['the last bytes', 'bytes=-100', -100, Infinity],
    ['two that touch', 'bytes=10-19,20-29', 10, 29],
  ])('%s is 206 with the right bytes', async (_part, range, first, last) => {
    const { status, headers, bytes: sent } = await fetchLink(photo(), { Range: range });
    const from = first < 0 ? bytes.length + first : first;
    const to = Math.min(last, bytes.length - 1);
    expect({ status, range: headers['content-range'] }).toEqual({
      status: 206,
      range: `bytes ${from}-${to}/${bytes.length}`,
    });
    expect(sent.equals(bytes.subarray(from, to + 1))).toBe(true);
  });

  it.each([`bytes=99999999-`, 'bytes=9999999999999999999999-'])('%s is 416', async (range) => {
    const { status, headers, bytes: sent } = await fetchLink(photo(), { Range: range });
    expect({ status, range: headers['content-range'], sent: sent.length }).toEqual({
      status: 416,
      range: `bytes */${bytes.length}`,
      sent: 0,
    });
  });

  it.each(['bytes=9-5', 'items=0-5', 'nonsense'])('%s is ignored', async (range) => {
    const { status, bytes: sent } = await fetchLink(photo(), { Range: range });
    expect(status).toBe(200);
    expect(sent.equals(bytes)).toBe(true);
  });

  it('of another version is all of it, and of this one is the range', async () => {
    const { etag } = (await fetchLink(photo(), {}, 'HEAD')).headers;
    const other = await fetchLink(photo(), { Range: 'bytes=5-9', 'If-Range': '"another"' });
    const same = await fetchLink(photo(), { Range: 'bytes=5-9', 'If-Range': etag! });
    expect([other.status, other.bytes.length]).toEqual([200, bytes.length]);
    expect([same.status, same.bytes.equals(bytes.subarray(5, 10))]).toEqual([206, true]);
  });

  it('is not sent to who has the item already', async () => {
    const { etag } = (await fetchLink(photo(), {}, 'HEAD')).headers;
    expect(await fetchLink(photo(), { 'If-None-Match': etag! })).toMatchObject({ status: 304, text: '' });
    expect(await fetchLink(photo(), { 'If-Match': '"another"' })).toMatchObject({ status: 412, text: '' });
  });
});

describe('an upstream that gives up', () => {
  it('in the middle is asked again from there, and the client sees one body', async () => {
    const bytes = await bytesOf(photo());
    emulator.fail({ route: 'media.get', count: 1, cutAfterBytes: 1000 });
    const { status, bytes: sent } = await fetchLink(photo());
    expect(status).toBe(200);
    expect(sent.equals(bytes)).toBe(true);
    expect(mediaRequests().map(({ range }) => range)).toEqual([undefined, `bytes=1000-${bytes.length - 1}`]);
  });

  it('and stands still for as long as is allowed is asked again from there', async () => {
    const etag = '"1"';
    const host = await oddServer(({ headers: { range } }, response) => {
      if (range === undefined) response.writeHead(200, { etag, 'content-length': '6' }).write('abc');
      else response.writeHead(206, { etag, 'content-length': '3', 'content-range': 'bytes 3-5/6' }).end('def');
    });
    answer = () => linkTo(host.origin);
    const impatient = createWorker({ ...workerOptions(), idleTimeoutMs: 100 });
    const [url] = await impatient.listen();
    try {
      expect((await ask(url!.origin, linkOf(photo()))).text).toBe('abcdef');
    } finally {
      await impatient.close();
      await host.close();
    }
    expect(host.requests.map(({ headers: { range } }) => range)).toEqual([undefined, 'bytes=3-5']);
  });

  it('because the base URL has expired gets another link, once', async () => {
    const bytes = await bytesOf(photo());
    await fetchLink(photo());
    emulator.expireBaseUrls();
    items = await baseUrlsOf(emulator);
    const { status, bytes: sent } = await fetchLink(photo());
    expect(status).toBe(200);
    expect(sent.equals(bytes)).toBe(true);
    expect(gateway.requests).toHaveLength(2);
  });

  it('because the base URL expires meanwhile is asked for the rest with another link', async () => {
    const bytes = await bytesOf(photo());
    const { headers } = await fetch(addressOf(photo()), { method: 'HEAD' });
    emulator.resetCounters();
    const etag = headers.get('etag')!;
    const dying = await oddServer((_request, response) => {
      if (dying.requests.length > 1) response.writeHead(403).end();
      else
        response
          .writeHead(200, { etag, 'content-length': bytes.length })
          .write(bytes.subarray(0, 999), () => response.destroy());
    });
    answer = () => linkTo(gateway.requests.length === 1 ? dying.origin : addressOf(photo()));
    const { status, bytes: sent } = await fetchLink(photo());
    await dying.close();
    expect(status).toBe(200);
    expect(sent.equals(bytes)).toBe(true);
    expect(gateway.requests).toHaveLength(2);
    expect(mediaRequests().map(({ range }) => range)).toEqual([`bytes=999-${bytes.length - 1}`]);
  });

  it('for good is 502 with Retry-After, after two links', async () => {
    emulator.expireBaseUrls();
    const { status, headers } = await fetchLink(photo());
    expect([status, headers['retry-after']]).toEqual([502, '60']);
    expect(gateway.requests).toHaveLength(2);
  });

  it('for good is asked again after a minute, and so is the gateway', async () => {
    emulator.expireBaseUrls();
    emulator.resetCounters();
    for (let count = 0; count < 5; count++) expect((await fetchLink(photo())).status).toBe(502);
    expect([gateway.requests.length, mediaRequests().length]).toEqual([2, 2]);
    items = await baseUrlsOf(emulator);
    const other = items.filter((item) => !isVideo(item))[3]!;
    expect((await fetchLink(other)).status).toBe(200);
    const target = linkOf(photo(), Date.now() + 600_000);
    clock.turn(30_000);
    expect((await ask(origin, target)).status).toBe(502);
    clock.turn(31_000);
    expect((await ask(origin, target)).status).toBe(200);
    expect(gateway.requests).toHaveLength(4);
  });

  it('for good, as the gateway finds out too, is left alone for as long as that says', async () => {
    emulator.expireBaseUrls();
    answer = () => (gateway.requests.length === 1 ? linkTo(addressOf(photo())) : noLink(502, { 'Retry-After': '60' }));
    for (let count = 0; count < 3; count++) {
      const { status, headers } = await fetchLink(photo());
      expect([status, headers['retry-after']]).toEqual([502, '60']);
    }
    expect(gateway.requests).toHaveLength(2);
  });

  it('is left when the client leaves', async () => {
    emulator.levers.bytesPerSecond = 1000;
    const { hostname, port } = new URL(origin);
    const leaving = get({ hostname, port, path: linkOf(photo()), agent: false }, (reply) => reply.resume());
    leaving.on('error', () => undefined);
    await eventually(() => emulator.counters().open === 1);
    expect(emulator.counters().open).toBe(1);
    leaving.destroy();
    expect((await settled(emulator)).open).toBe(0);
  });
});

describe('nobody is asked for', () => {
  it.each([
    ['no sign', () => linkOf(photo()).replace(/\?.*/, '')],
    ['a forged sign', () => linkOf(photo(), undefined, 'the-token-of-another')],
    ['an expired sign', () => linkOf(photo(), Date.now() - 1000)],
    ['the sign of another path', () => linkOf(photo()).replace(photo().filename, items[5]!.filename)],
    ['a slash too many', () => linkOf(photo()).replace('?', '/?')],
    ['two signs', () => `${linkOf(photo())}&sign=x`],
    ['the root', () => '/'],
  ])('%s: 403', async (_what, target) => {
    expect((await ask(origin, target())).status).toBe(403);
    expect([gateway.requests.length, mediaRequests().length]).toEqual([0, 0]);
  });

  it('forged signs, and the log has one line of them', async () => {
    const forged = linkOf(photo(), undefined, 'the-token-of-another');
    const told = () => recorder.lines.filter(({ msg }) => String(msg).includes('wrong signs'));
    for (let times = 0; times < 3; times++) {
      expect((await ask(origin, forged)).text).toContain('the sign of the link is wrong');
    }
    expect(told()).toMatchObject([{ level: 40, links: 1 }]);
    expect((await ask(origin, linkOf(photo(), Date.now() - 1000))).text).toContain('expired');
    expect(JSON.stringify(recorder.lines)).not.toContain(forged.replace(/^.*=/, ''));
  });

  it.each(['PUT', 'POST', 'PROPFIND', 'DELETE'])('%s: 405', async (method) => {
    const { status, headers } = await fetchLink(photo(), {}, method);
    expect([status, headers.allow]).toEqual([405, 'OPTIONS, GET, HEAD']);
    expect(gateway.requests).toHaveLength(0);
  });

  it('OPTIONS: 204', async () => {
    expect(await ask(origin, '*', { method: 'OPTIONS' })).toMatchObject({
      status: 204,
      headers: { allow: 'OPTIONS, GET, HEAD' },
    });
  });

  it('a request that a worker sends: 508', async () => {
    expect((await fetchLink(photo(), { Via: '1.1 photodav-proxy' })).status).toBe(508);
    expect(gateway.requests).toHaveLength(0);
  });

  it('a request that seems to come from a worker, without a sign: 403, and no warning', async () => {
    expect((await ask(origin, '/a.jpg', { headers: { Via: '1.1 photodav-proxy' } })).status).toBe(403);
    await eventually(() => recorder.lines.some(({ msg }) => msg === 'request'));
    expect(recorder.lines.filter(({ level }) => Number(level) >= 40)).toEqual([]);
  });

  it('/.photodav/healthz: 200', async () => {
    expect(await ask(origin, '/.photodav/healthz')).toMatchObject({ status: 200, text: 'ok\n' });
    expect(await ask(origin, '/.photodav/other')).toMatchObject({ status: 404 });
    expect(gateway.requests).toHaveLength(0);
  });
});

describe('a gateway', () => {
  it.each([
    ['that has no such item', noLink(404), 404, undefined],
    ['that has a folder or a text there', noLink(400), 404, undefined],
    ['that does not accept the token', noLink(401), 502, '30'],
    ['that fails', noLink(500), 502, '30'],
    ['whose quota is spent', noLink(503, { 'Retry-After': '77' }), 503, '77'],
  ])('%s', async (_what, given, status, retryAfter) => {
    answer = () => given;
    const reply = await fetchLink(photo());
    expect([reply.status, reply.headers['retry-after']]).toEqual([status, retryAfter]);
    expect(mediaRequests()).toHaveLength(0);
  });

  it('that is down: 502 with Retry-After', async () => {
    await gateway.close();
    const { status, headers } = await fetchLink(photo());
    expect([status, headers['retry-after']]).toEqual([502, '30']);
  });

  it.each(['http://169.254.169.254/latest', 'http://localhost:1/', 'https://evil.example/x'])(
    'whose link leads to %s, which bytes never come from: 502',
    async (address) => {
      answer = () => linkTo(address);
      expect((await fetchLink(photo())).status).toBe(502);
      const { host } = new URL(address);
      expect(recorder.lines).toContainEqual(
        expect.objectContaining({
          reason: expect.stringContaining(`not allowed (${host})`),
          msg: expect.stringContaining('--allowed-hosts'),
        }),
      );
    },
  );

  it('whose link leads back to the worker: no loop', async () => {
    answer = () => linkTo(`${origin}${linkOf(photo())}`);
    expect((await fetchLink(photo())).status).toBe(502);
    expect(gateway.requests).toHaveLength(1);
  });

  it('cannot be the worker itself', async () => {
    const port = Number(new URL(gateway.origin).port);
    await gateway.close();
    const own = createWorker({ ...workerOptions(), gateway: new URL(`http://localhost:${port}`), port });
    await expect(own.listen()).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});

it('counts what it does, for Prometheus', async () => {
  const bytes = await bytesOf(photo());
  await fetchLink(photo());
  await ask(origin, '/nothing');
  await eventually(async () => (await ask(origin, '/.photodav/metrics')).text.includes('status="403"'));
  const { text } = await ask(origin, '/.photodav/metrics');
  expect(text).toContain(`photodav_media_bytes_total ${bytes.length}\n`);
  expect(text).toContain('photodav_open_transfers 0\n');
  expect(text).toContain('photodav_proxy_answers_total{status="200"}');
  expect(text).toContain('photodav_proxy_answers_total{status="403"} 1\n');
  expect(text).toContain('photodav_proxy_links_total{outcome="link"} 1\n');
});

it('tells no log of a sign, the token or a base URL', async () => {
  emulator.fail({ route: 'media.get', count: 1, cutAfterBytes: 1000 });
  await fetchLink(photo());
  emulator.fail({ route: 'media.get', count: 1, status: 503 });
  await fetchLink(photo());
  await ask(origin, linkOf(photo(), Date.now() - 1000));
  emulator.expireBaseUrls();
  await fetchLink(photo());
  await gateway.close();
  await fetchLink(items.filter((item) => !isVideo(item))[3]!);
  await eventually(() => recorder.lines.filter(({ msg }) => msg === 'request').length >= 5);
  const text = JSON.stringify(recorder.lines);
  expect(recorder.lines.length).toBeGreaterThan(8);
  for (const secret of ['sign=', TOKEN, '/lr/', 'Bearer']) expect(text).not.toContain(secret);
});
