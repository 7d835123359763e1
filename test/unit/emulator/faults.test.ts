import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Fault } from '../../../src/emulator/faults.js';
import type { Emulator } from '../../../src/emulator/emulator.js';
import { startEmulator } from '../../../src/emulator/server.js';
import { settled } from '../../support/settled.js';
import { answerOf, GoogleCaller, type Answer } from './google-caller.js';

let emulator: Emulator;
let caller: GoogleCaller;
beforeEach(async () => {
  emulator = await startEmulator({ items: 30 });
  caller = await GoogleCaller.signIn(emulator);
});
afterEach(() => emulator.close());

const albums = (): Promise<Answer> => caller.get('/v1/albums');

describe('a fault', () => {
  it.each<[string, Fault, number, string | RegExp]>([
    ['500 of Google', { route: 'albums', count: 1, status: 500 }, 500, '"status": "INTERNAL"'],
    ['503 as a page', { route: 'albums.list', count: 1, status: 503, body: 'html' }, 503, '<!DOCTYPE html>'],
    ['403', { route: '*', count: 1, status: 403 }, 403, 'PERMISSION_DENIED'],
    ['an empty object', { route: 'albums', count: 1, body: 'empty-json' }, 200, /^\{\}$/],
    ['nothing at all', { route: 'albums', count: 1, body: 'nothing' }, 200, /^$/],
    ['a page with 200', { route: 'albums', count: 1, body: 'html' }, 200, '<!DOCTYPE html>'],
    ['the daily quota', { route: 'albums', count: 1, quota: 'daily' }, 429, 'ApiCallsPerProjectPerDay'],
    ['the quota of a minute', { route: 'albums', count: 1, quota: 'minute' }, 429, 'WritesPerMinutePerUser'],
    ['a disabled API', { route: 'albums', count: 1, apiDisabled: true }, 403, 'SERVICE_DISABLED'],
    ['a missing scope', { route: 'albums', count: 1, scope: true }, 403, 'insufficient authentication scopes'],
  ])('answers with %s, once', async (_what, fault, status, text) => {
    emulator.fail(fault);
    const answer = await albums();
    expect(answer.status).toBe(status);
    expect(answer.text.trim()).toEqual(
      typeof text === 'string' ? expect.stringContaining(text) : expect.stringMatching(text),
    );
    expect((await albums()).status).toBe(200);
  });

  it('cuts the true answer in half', async () => {
    const whole = (await albums()).text;
    emulator.fail({ route: 'albums', count: 1, body: 'cut-json' });
    const cut = await albums();
    expect(cut.status).toBe(200);
    expect(cut.text.length).toBe(Math.floor(whole.length / 2));
    expect(() => JSON.parse(cut.text) as unknown).toThrow(SyntaxError);
  });

  it('tells when to come again', async () => {
    emulator.fail({ route: 'albums', count: 1, status: 503, retryAfter: 7 });
    expect((await albums()).headers.get('retry-after')).toBe('7');
  });

  it('destroys the connection', async () => {
    emulator.fail({ route: 'albums', count: 1, reset: true });
    await expect(albums()).rejects.toThrow();
  });

  it('hangs until the client leaves', async () => {
    emulator.fail({ route: 'albums', count: 1, hang: true });
    await expect(fetch(`${emulator.ready.api}/v1/albums`, { signal: AbortSignal.timeout(50) })).rejects.toThrow();
    expect(emulator.requests.at(-1)).toEqual({ route: 'albums.list', method: 'GET', status: 0 });
  });

  it('hits as many requests of its route as told, and no other route', async () => {
    emulator.fail({ route: 'mediaItems', count: 2, status: 500 });
    expect((await albums()).status).toBe(200);
    const statuses = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await caller.post('/v1/mediaItems:search', {})).status);
    expect(statuses).toEqual([500, 500, 200]);
  });

  it('can be taken back', async () => {
    emulator.fail({ route: '*', count: 5, status: 500 });
    emulator.clearFaults();
    expect((await albums()).status).toBe(200);
  });

  it('of the token endpoint speaks OAuth', async () => {
    emulator.fail({ route: 'token', count: 1, status: 400 });
    expect(JSON.parse((await caller.refresh()).text)).toMatchObject({ error: 'invalid_grant' });
    emulator.fail({ route: 'token', count: 1, status: 500 });
    expect(JSON.parse((await caller.refresh()).text)).toEqual({ error: 'internal_failure' });
  });

  it.each([
    [403, 'image/png'],
    [404, 'image/png'],
    [500, 'text/html; charset=UTF-8'],
  ])('%d of the media host comes as %s', async (status, type) => {
    const { baseUrl } = (await caller.search()).mediaItems![0]!;
    emulator.fail({ route: 'media.get', count: 1, status });
    const answer = await answerOf(fetch(`${baseUrl}=d`));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, type]);
  });
});

describe('counters', () => {
  it('count requests by route, and keep the last ones', async () => {
    emulator.resetCounters();
    await albums();
    await caller.get('/nowhere');
    const { baseUrl } = (await caller.search()).mediaItems![0]!;
    const bytes = (await answerOf(fetch(`${baseUrl}=d`, { headers: { range: 'bytes=0-9' } }))).text;
    expect(bytes).not.toBe('');
    expect(await settled(emulator)).toEqual({
      ...{ 'albums.list': 1, unknown: 1, 'mediaItems.search': 1, 'media.get': 1 },
      ...{ open: 0, opened: 1, bytes: 10 },
    });
    expect(emulator.requests).toEqual([
      { route: 'albums.list', method: 'GET', status: 200 },
      { route: 'unknown', method: 'GET', status: 404 },
      { route: 'mediaItems.search', method: 'POST', status: 200 },
      { route: 'media.get', method: 'GET', range: 'bytes=0-9', status: 206 },
    ]);
  });
});
