import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { verifyPassword } from '../../src/http/password.js';
import { createSignIn, type User } from '../../src/http/sign-in.js';
import { createLog } from '../../src/log.js';
import { ALBUM, startDavServer, VIDEO, VIDEO_BYTES, type DavServer } from '../support/dav-server.js';
import { eventually } from '../support/eventually.js';
import { ask, propfind, sendRaw } from '../support/http-client.js';
import { Recorder } from '../support/log-lines.js';
import { ManualClock } from '../support/manual-clock.js';
import { basic, makeUser } from '../support/users.js';

const CHALLENGE = 'Basic realm="photodav", charset="UTF-8"';
const METHODS = ['GET', 'HEAD', 'PROPFIND', 'PUT', 'DELETE', 'LOCK', 'COPY', 'POST', 'REPORT', 'TRACE'];

let server: DavServer;
let users: readonly User[];
/** How often scrypt ran. */
let runs: number;
/** Resolves before a password is looked at. */
let gate: Promise<void>;
let signInLines: readonly unknown[];

beforeEach(async () => {
  users = [makeUser('ana', 'pass:word'), makeUser('ü', 'é')];
  runs = 0;
  gate = Promise.resolve();
  const recorder = new Recorder();
  signInLines = recorder.lines;
  const signIn = createSignIn({
    users: () => Promise.resolve(users),
    clock: new ManualClock(),
    log: createLog({ level: 'debug', destination: recorder }),
    verify: async (password, hash) => {
      runs++;
      await gate;
      return verifyPassword(password, hash);
    },
  });
  server = await startDavServer({ signIn, allowedHosts: 'any' });
});
afterEach(() => server.close());

const send = (method: string, headers: OutgoingHttpHeaders = {}, target = VIDEO) =>
  ask(server.origin, target, { method, headers });

describe('a server with users', () => {
  it('serves whoever signs in', async () => {
    const headers = { Authorization: basic('ana', 'pass:word') };
    expect((await send('GET', headers)).bytes.equals(VIDEO_BYTES)).toBe(true);
    expect((await send('HEAD', headers)).headers['content-length']).toBe(`${VIDEO_BYTES.length}`);
    const listing = await propfind(server.origin, ALBUM, { headers });
    expect([listing.status, listing.text.includes(VIDEO)]).toEqual([207, true]);
    expect((await send('PUT', headers)).status).toBe(403);
    expect((await send('REPORT', headers)).status).toBe(405);
    expect(runs).toBe(1);
  });

  it.each([
    ['composed', 'ü', 'é'],
    ['decomposed', 'u\u0308', 'e\u0301'],
  ])('knows a name and a password that are not ASCII, %s', async (_, name, password) => {
    expect((await send('HEAD', { Authorization: basic(name, password) })).status).toBe(200);
  });

  it.each(METHODS)('answers 401 with a challenge to %s without a password, and asks no tree', async (method) => {
    const before = server.tree.asked.length;
    for (const target of ['/', VIDEO, '/missing', '/%2e%2e/', `/${'a'.repeat(5000)}`]) {
      const { status, headers } = await send(method, {}, target);
      expect([status, headers['www-authenticate']]).toEqual([401, CHALLENGE]);
    }
    expect(server.tree.asked.length).toBe(before);
  });

  it.each([
    ['a wrong password', basic('ana', 'pass:Word')],
    ['half a password', basic('ana', 'pass')],
    ['an unknown name', basic('eve', 'pass:word')],
    ['Object.prototype', `Basic ${Buffer.from('constructor').toString('base64')}`],
    ['Object.prototype, its prototype', basic('__proto__', 'undefined')],
    ['Object.prototype, with a colon', basic('toString', '')],
    ['nobody', basic('', '')],
    ['nothing', ''],
    ['Digest', 'Digest username="constructor", realm="photodav", nonce="1", uri="/", response="x"'],
    ['a bearer token', 'Bearer YW5hOnBhc3M6d29yZA=='],
  ])('refuses %s, the same for every method', async (_, authorization) => {
    for (const method of METHODS) {
      const { status, headers } = await send(method, { Authorization: authorization });
      expect([status, headers['www-authenticate']]).toEqual([401, CHALLENGE]);
    }
    expect(server.tree.asked).toEqual([]);
  });

  it('lets nobody in with garbage, and never fails over it', async () => {
    const text = fc.string({ unit: 'binary-ascii', maxLength: 30 });
    const printable = fc.string({ unit: 'grapheme-ascii', maxLength: 40 });
    const base64 = fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('base64')),
      fc.tuple(text, text).map(([name, password]) => Buffer.from(`${name}:${password}`).toString('base64')),
    );
    const header = fc.oneof(
      printable,
      printable.map((rest) => `Basic ${rest}`),
      base64.map((credentials) => `Basic ${credentials}`),
    );
    await fc.assert(
      fc.asyncProperty(header, async (authorization) => {
        expect((await send('HEAD', { Authorization: authorization })).status).toBe(401);
      }),
      // Each name that nobody has costs a whole look at a password.
      { numRuns: 40 },
    );
    expect(server.tree.asked).toEqual([]);
  });

  it('answers an unknown name and a wrong password with the same bytes, after the same work', async () => {
    const answers: string[] = [];
    for (const name of ['ana', 'eve']) {
      const { headers, text } = await send('PROPFIND', { Authorization: basic(name, 'guess') });
      answers.push(JSON.stringify({ ...headers, date: '' }) + text);
      expect(runs).toBe(answers.length);
    }
    expect(answers[0]).toBe(answers[1]);
  });

  it('says what to do, as text to a person and as XML to a client', async () => {
    const page = await send('GET');
    expect(page.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(page.text).toMatch(/^NOT_SIGNED_IN: .*\nsign in with a name and a password/);
    expect((await send('PROPFIND')).text).toContain('<P:code>NOT_SIGNED_IN</P:code>');
    const head = await send('HEAD');
    expect([head.bytes.length, head.headers['content-length']]).toEqual([0, page.headers['content-length']]);
  });

  it('refuses a request with two passwords', async () => {
    const two = `Authorization: ${basic('ana', 'wrong')}\r\nauthorization: ${basic('ana', 'pass:word')}\r\n`;
    const answer = await sendRaw(server.origin, `GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${two}\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(runs).toBe(0);
  });

  it.each([
    ['no password', undefined],
    ['a wrong password', basic('ana', 'wrong')],
  ])('answers OPTIONS with %s, the same for every path', async (_, authorization) => {
    const headers = authorization === undefined ? {} : { Authorization: authorization };
    const answers = new Set<string>();
    for (const target of ['/', '*', ALBUM, VIDEO, '/missing']) {
      const { status, headers: told } = await send('OPTIONS', headers, target);
      answers.add(JSON.stringify([status, { ...told, date: '' }]));
    }
    expect([...answers]).toEqual([expect.stringMatching(/^\[200,.*"dav":"1, 3"/)]);
    expect([...answers].join()).not.toContain('www-authenticate');
    expect([runs, server.tree.asked]).toEqual([0, []]);
  });

  it('shuts out at once whoever is removed, and an old password', async () => {
    const headers = { Authorization: basic('ana', 'pass:word') };
    expect((await send('HEAD', headers)).status).toBe(200);
    users = [makeUser('ana', 'changed')];
    expect((await send('HEAD', headers)).status).toBe(401);
    users = [];
    expect((await send('HEAD', { Authorization: basic('ana', 'changed') })).status).toBe(401);
  });

  it('keeps the connection through a refusal and a sign-in, HEAD and pipelines too', async () => {
    const request = (method: string, more = ''): string => `${method} ${VIDEO} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
    const allowed = `Authorization: ${basic('ana', 'pass:word')}\r\n`;
    const answer = await sendRaw(
      server.origin,
      request('PROPFIND', 'Content-Length: 3\r\n').concat('<a>') +
        request('HEAD') +
        request('HEAD', allowed) +
        request('GET') +
        request('GET', `${allowed}Range: bytes=0-1\r\nConnection: close\r\n`),
    );
    expect(answer.match(/HTTP\/1\.1 \d+|Connection: [\w-]+/g)).toEqual([
      'HTTP/1.1 401',
      'Connection: keep-alive',
      'HTTP/1.1 401',
      'Connection: keep-alive',
      'HTTP/1.1 200',
      'Connection: keep-alive',
      'HTTP/1.1 401',
      'Connection: keep-alive',
      'HTTP/1.1 206',
      'Connection: close',
    ]);
  });

  it('asks a client of HTTP/1.0 too, though it names no host', async () => {
    expect(await sendRaw(server.origin, `GET ${VIDEO} HTTP/1.0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 401 [^]*\r\nWWW-Auth/);
    const allowed = `GET ${VIDEO} HTTP/1.0\r\nAuthorization: ${basic('ana', 'pass:word')}\r\n\r\n`;
    expect(await sendRaw(server.origin, allowed)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('refuses a client that waits before its body, without the body', async () => {
    const head = `PUT /big HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\nExpect: 100-continue\r\n\r\n`;
    const answer = await sendRaw(server.origin, head);
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer).not.toContain('100 Continue');
  });

  it('lets a client that sends its body at once see the refusal', async () => {
    const body = Buffer.alloc(900_000);
    const { status } = await ask(server.origin, '/big', { method: 'PUT', body });
    expect(status).toBe(401);
  });

  it('does nothing more for a client that leaves while its password is looked at', async () => {
    let open = (): void => undefined;
    gate = new Promise((resolve) => (open = resolve));
    const socket = connect(Number(new URL(server.origin).port), '127.0.0.1');
    socket.write(`GET ${VIDEO} HTTP/1.1\r\nHost: x\r\nAuthorization: ${basic('ana', 'pass:word')}\r\n\r\n`);
    await eventually(() => runs === 1);
    socket.destroy();
    await eventually(() => server.lines.some(({ isCut }) => isCut === true));
    open();
    expect((await send('HEAD', { Authorization: basic('ana', 'pass:word') })).status).toBe(200);
    expect(server.tree.asked).toHaveLength(1);
    expect(server.source.opened).toEqual([]);
  });

  it('tells in a line at debug who was served, and no password anywhere', async () => {
    await send('GET', { Authorization: basic('ana', 'pass:word') });
    await send('GET', { Authorization: basic('ana', 'hush:hush') });
    await eventually(() => server.lines.length === 2);
    expect(server.lines[0]).toMatchObject({ level: 20, status: 200, user: 'ana' });
    expect(server.lines[1]).toMatchObject({ level: 20, status: 401 });
    expect(server.lines[1]).not.toHaveProperty('user');
    expect(JSON.stringify([server.lines, signInLines])).not.toMatch(/pass:word|hush|Basic|c3M6d29yZ/);
  });

  it('fills no log when it is flooded with passwords', async () => {
    let open = (): void => undefined;
    gate = new Promise((resolve) => (open = resolve));
    const guesses = Array.from({ length: 60 }, (_, n) => send('HEAD', { Authorization: basic(`eve ${n}`, 'guess') }));
    await eventually(() => server.lines.length === 26);
    open();
    const statuses = (await Promise.all(guesses)).map(({ status, headers }) => [status, headers['retry-after']]);
    expect(statuses.filter(([status]) => status === 401)).toHaveLength(34);
    expect(statuses.filter(([status, after]) => status === 503 && after === '2')).toHaveLength(26);
    expect(server.lines.filter(({ level }) => Number(level) > 20)).toEqual([]);
  });

  it('names nobody in a line that everybody reads', async () => {
    server.source.failure = new Error('broken');
    await send('GET', { Authorization: basic('ana', 'pass:word') });
    await eventually(() => server.lines.length >= 2);
    expect(server.lines.filter(({ level }) => Number(level) > 20)).not.toHaveLength(0);
    expect(JSON.stringify(server.lines)).not.toContain('ana');
  });
});
