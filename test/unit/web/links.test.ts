import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AppError } from '../../../src/errors.js';
import { Guesses } from '../../../src/http/guesses.js';
import { createHttpServer, type HttpServer } from '../../../src/http/server.js';
import { createLog } from '../../../src/log.js';
import type { Link } from '../../../src/sources/source.js';
import { createLinks, type LinksOptions } from '../../../src/web/links.js';
import { ask, type Ask, type Reply } from '../../support/http-client.js';
import { Recorder } from '../../support/log-lines.js';
import { ManualClock } from '../../support/manual-clock.js';
import { eventually } from '../../support/eventually.js';

const TOKEN = 'a-link-token-of-a-test';
const SECRET_URL = 'https://lh3.googleusercontent.com/lr/AAAsecret=d';
const PATH = '/api/fs/link';

let clock: ManualClock;
let recorder: Recorder;
let server: HttpServer;
let origin: string;
let asked: (readonly string[])[];
let linkTo: LinksOptions['linkTo'];

beforeEach(async () => {
  clock = new ManualClock();
  recorder = new Recorder();
  asked = [];
  linkTo = () => Promise.resolve(linkWith({}));
  const log = createLog({ level: 'debug', destination: recorder });
  server = createHttpServer({
    beforeDoor: createLinks({
      token: TOKEN,
      linkTo: (segments, signal, isDoubted) => {
        asked.push(segments);
        return linkTo(segments, signal, isDoubted);
      },
      guesses: new Guesses(clock, log),
      clock,
    }),
    door: { check: () => Promise.reject(new AppError('NOT_SIGNED_IN', 'a password is needed')) },
    handle: () => Promise.reject(new Error('nobody is signed in')),
    allowedHosts: [],
    log,
  });
  const [url] = await server.listen('127.0.0.1', 0);
  origin = url!.origin;
});
afterEach(() => server.close(0));

function linkWith(headers: Link['headers']): Link {
  return { url: new URL(SECRET_URL), headers, expiresAtMs: clock.now() + 90_500, honoursRange: true };
}

function post(body: unknown, over: Ask = {}): Promise<Reply> {
  const headers = { Authorization: TOKEN, 'Content-Type': 'application/json;charset=UTF-8', ...over.headers };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return ask(origin, PATH, { method: 'POST', body: text, ...over, headers });
}

function told({ text }: Reply): unknown {
  return JSON.parse(text);
}

describe('a worker with the link token', () => {
  it('gets the address in the shape of AList, and how long it lives', async () => {
    const reply = await post({ path: '/Albums/é/x.jpg' });
    expect(reply.status).toBe(200);
    expect(told(reply)).toEqual({ code: 200, message: 'success', data: { url: SECRET_URL, header: {} } });
    expect(reply.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'private, max-age=90',
    });
    expect(asked).toEqual([['Albums', 'é', 'x.jpg']]);
  });

  it.each([
    [true, true],
    [false, false],
    ['yes', false],
    [undefined, false],
  ])('says with refresh: %j whether it doubts the link before', async (refresh, expected) => {
    let doubted: boolean | undefined;
    linkTo = (_segments, _signal, isDoubted) => {
      doubted = isDoubted;
      return Promise.resolve(linkWith({}));
    };
    expect((await post({ path: '/a.jpg', refresh })).status).toBe(200);
    expect(doubted).toBe(expected);
  });

  it('gets headers as lists', async () => {
    linkTo = () => Promise.resolve(linkWith({ Authorization: 'Bearer x' }));
    expect(told(await post({ path: '/x.jpg' }))).toMatchObject({ data: { header: { Authorization: ['Bearer x'] } } });
  });

  it('may keep a link that has ended for no time', async () => {
    linkTo = () => Promise.resolve({ ...linkWith({}), expiresAtMs: clock.now() - 1 });
    expect((await post({ path: '/x.jpg' })).headers['cache-control']).toBe('private, max-age=0');
  });

  it('is answered whatever name it asks for, and whatever else it sends', async () => {
    const reply = await post({ path: '/x.jpg', password: '', page: 1 }, { headers: { Host: 'gateway.example' } });
    expect(reply.status).toBe(200);
  });

  it.each([
    ['no JSON', '{"path": '],
    ['nothing', ''],
    ['no path', '{}'],
    ['a path that is no text', '{"path": 7}'],
    ['a path that is not absolute', '{"path": "x.jpg"}'],
    ['an endless path', JSON.stringify({ path: `/${'x'.repeat(4096)}` })],
    ['null', 'null'],
  ])('that sends %s is told what to send', async (_what, body) => {
    const reply = await post(body);
    expect(reply.status).toBe(400);
    expect(told(reply)).toEqual({ code: 400, message: expect.stringContaining('{"path": '), data: null });
    expect(asked).toEqual([]);
  });

  it('that sends too much gets 413', async () => {
    const reply = await post({ path: '/x.jpg', more: 'x'.repeat(64 * 1024) });
    expect([reply.status, told(reply)]).toEqual([413, expect.objectContaining({ code: 413 })]);
  });

  it.each(['GET', 'PUT', 'PROPFIND', 'OPTIONS'])('is told to POST instead of %s', async (method) => {
    const reply = await ask(origin, PATH, { method, headers: { Authorization: TOKEN } });
    expect([reply.status, reply.headers.allow]).toEqual([405, 'POST']);
  });

  it.each([
    [new AppError('NOT_FOUND', 'nothing is at this path'), 404, undefined],
    [new AppError('SOURCE_UNAVAILABLE', 'google photos: down'), 502, '30'],
    [new AppError('QUOTA_EXCEEDED', 'spent', { retryAfterSeconds: 3600 }), 503, '3600'],
    [new AppError('SIGN_IN_REQUIRED', 'google photos: signed out'), 503, '300'],
  ])('is told %s by its real status', async (error, status, retryAfter) => {
    linkTo = () => Promise.reject(error);
    const reply = await post({ path: '/x.jpg' });
    expect([reply.status, reply.headers['retry-after']]).toEqual([status, retryAfter]);
    expect(told(reply)).toEqual({ code: status, message: `${error.message}; ${error.advice}`, data: null });
  });

  it('that leaves ends the request upstream', async () => {
    let signal: AbortSignal | undefined;
    linkTo = (_segments, given) => {
      signal = given;
      return new Promise((_resolve, reject) => given.addEventListener('abort', () => reject(given.reason as Error)));
    };
    const socket = connect(Number(new URL(origin).port), '127.0.0.1');
    const body = '{"path":"/x.jpg"}';
    socket.write(`POST ${PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: ${TOKEN}\r\nContent-Length: 17\r\n\r\n${body}`);
    await eventually(() => signal !== undefined);
    socket.destroy();
    await eventually(() => signal!.aborted);
    expect(signal!.aborted).toBe(true);
    await eventually(() => recorder.lines.length > 0);
    expect(recorder.lines).toEqual([expect.objectContaining({ level: 20, msg: 'request', isCut: true })]);
  });
});

describe('a wrong link token', () => {
  it.each([
    ['none', {}],
    ['another', { Authorization: `${TOKEN}x` }],
    ['the beginning of it', { Authorization: TOKEN.slice(0, -1) }],
    ['a Bearer of it', { Authorization: `Bearer ${TOKEN}` }],
    ['a Basic of it', { Authorization: `Basic ${Buffer.from(`x:${TOKEN}`).toString('base64')}` }],
  ])('(%s) gets 401, and no prompt for a password', async (_what, headers) => {
    const reply = await ask(origin, PATH, { method: 'POST', headers, body: '{"path":"/x.jpg"}' });
    expect([reply.status, told(reply)]).toEqual([401, expect.objectContaining({ code: 401, data: null })]);
    expect(reply.headers['www-authenticate']).toMatch(/^LinkToken /);
    expect(asked).toEqual([]);
  });

  it('is turned away after ten within a minute, but never the right one, which may come from behind the same proxy', async () => {
    const wrong = { headers: { Authorization: 'wrong' } };
    for (let i = 0; i < 10; i++) expect((await post({ path: '/x.jpg' }, wrong)).status).toBe(401);
    const shut = await post({ path: '/x.jpg' }, wrong);
    expect([shut.status, shut.headers['retry-after']]).toEqual([429, '60']);
    expect((await post({ path: '/x.jpg' })).status).toBe(200);
    await clock.advance(60_000);
    expect((await post({ path: '/x.jpg' }, wrong)).status).toBe(401);
  });
});

describe('beside the endpoint', () => {
  it.each(['/', '/api/fs/link/', '/api/fs/link/x', '/photos/api/fs/link', '/api/fs/list'])(
    '%s still needs a password, of a worker too',
    async (target) => {
      const reply = await ask(origin, target, { method: 'POST', headers: { Authorization: TOKEN } });
      expect([reply.status, reply.headers['www-authenticate']]).toEqual([401, expect.stringMatching(/^Basic /)]);
    },
  );

  it('the name that is asked for is still checked', async () => {
    expect((await ask(origin, '/', { headers: { Host: 'evil.example' } })).status).toBe(421);
  });

  it('nothing secret is logged, and failures are', async () => {
    await post({ path: '/Albums/x.jpg' });
    await post({ path: '/x.jpg' }, { headers: { Authorization: 'wrong-but-secret' } });
    linkTo = () => Promise.reject(new AppError('SOURCE_UNAVAILABLE', 'google photos: down'));
    await post({ path: '/x.jpg' });
    linkTo = () => Promise.reject(new Error('a fault of ours'));
    await post({ path: '/x.jpg' });
    await eventually(() => recorder.lines.length >= 6);
    const text = JSON.stringify(recorder.lines);
    for (const secret of [TOKEN, SECRET_URL, 'wrong-but-secret', 'AAAsecret']) expect(text).not.toContain(secret);
    const requests = recorder.lines.filter(({ msg }) => msg === 'request');
    expect(requests.map(({ path, status }) => [path, status])).toEqual([
      [PATH, 200],
      [PATH, 401],
      [PATH, 502],
      [PATH, 500],
    ]);
    expect(recorder.lines).toContainEqual(expect.objectContaining({ level: 40, reason: 'google photos: down' }));
    expect(recorder.lines).toContainEqual(expect.objectContaining({ level: 50, msg: 'request failed' }));
  });
});
