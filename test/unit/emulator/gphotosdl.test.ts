import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Emulator } from '../../../src/emulator/emulator.js';
import { DEFAULT_LEVERS } from '../../../src/emulator/levers.js';
import { startEmulator } from '../../../src/emulator/server.js';
import { sniffType } from '../../../src/emulator/sniff.js';
import { GoogleCaller, type ItemJson } from './google-caller.js';

let emulator: Emulator;
let item: ItemJson;
let google: Buffer;
beforeAll(async () => {
  emulator = await startEmulator({ items: 20, gphotosdl: true });
  item = (await (await GoogleCaller.signIn(emulator)).search()).mediaItems![0]!;
  google = Buffer.from(await (await fetch(`${item.baseUrl}=d`)).arrayBuffer());
});
afterEach(() => {
  Object.assign(emulator.levers, DEFAULT_LEVERS);
  emulator.clearFaults();
  emulator.resetCounters();
});
afterAll(() => emulator.close());

const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${emulator.ready.gphotosdl}${path}`, init);
const original = (init?: RequestInit): Promise<Response> => ask(`/id/${item.id}`, init);

describe('the stand-in for gphotosdl', () => {
  it('is not there unless it is asked for', async () => {
    const other = await startEmulator({ items: 1 });
    expect(other.ready.gphotosdl).toBeUndefined();
    await other.close();
  });

  it('serves the original like a file without a name, longer than at Google where told so', async () => {
    emulator.levers.originalTrailerBytes = 10;
    const answer = await original();
    expect(Buffer.from(await answer.arrayBuffer()).equals(Buffer.concat([google, Buffer.alloc(10)]))).toBe(true);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-length': String(google.length + 10),
      'content-type': 'image/jpeg',
      'accept-ranges': 'bytes',
      'last-modified': expect.stringMatching(/ GMT$/) as unknown,
    });
    expect([answer.headers.has('content-disposition'), answer.headers.has('etag')]).toEqual([false, false]);
  });

  it('downloads again for each range and each HEAD', async () => {
    const part = await original({ headers: { range: 'bytes=5-9' } });
    expect([part.status, Buffer.from(await part.arrayBuffer())]).toEqual([206, google.subarray(5, 10)]);
    expect((await original({ method: 'HEAD' })).status).toBe(200);
    expect(emulator.counters()['gphotosdl.download']).toBe(2);
  });

  it('downloads one after the other, also behind a client that has left', async () => {
    emulator.levers.downloadMs = 60;
    const started = performance.now();
    const left = new AbortController();
    const first = expect(original({ signal: left.signal })).rejects.toThrow();
    while (emulator.counters()['gphotosdl.download'] !== 1) await turn();
    left.abort();
    await first;
    await Promise.all([original(), original()].map(async (answer) => (await answer).arrayBuffer()));
    // Timers may come a millisecond early.
    expect(performance.now() - started).toBeGreaterThan(170);
  });

  it('tells an unknown id, and a failure, by an empty body', async () => {
    const unknown = await ask('/id/nobody');
    emulator.fail({ route: 'gphotosdl', count: 1, status: 500 });
    const failed = await original();
    expect([unknown.status, await unknown.text(), failed.status, await failed.text()]).toEqual([404, '', 500, '']);
  });

  it('shows a page elsewhere, and refuses what is no GET', async () => {
    const page = await ask('/');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect((await original({ method: 'POST' })).status).toBe(405);
  });
});

describe('the type of bytes without a name', () => {
  it.each([
    ['ffd8ffe0', 'image/jpeg'],
    ['89504e470d0a1a0a', 'image/png'],
    ['00000018667479706d703432000000006d7034326d703431', 'video/mp4'],
    ['0000001866747970', 'application/octet-stream'],
    ['000000146674797071742020000002007174202000000000', 'application/octet-stream'],
    ['000000186674797068656963000000006d69663168656963', 'application/octet-stream'],
    [Buffer.from('RIFF1234WEBPVP8 ').toString('hex'), 'image/webp'],
  ])('of %s… is %s', (head, type) => {
    expect(sniffType(Buffer.from(head, 'hex'))).toBe(type);
  });
});
