import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Fault } from '../../src/emulator/faults.js';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { AppError, toAppError } from '../../src/errors.js';
import type { Governors } from '../../src/google/governors.js';
import type { MediaItem } from '../../src/model.js';
import { LIBRARY } from '../../src/sources/library.js';
import type { MediaSource } from '../../src/sources/source.js';
import { HurriedClock } from '../support/hurried-clock.js';
import { eventually } from '../support/eventually.js';
import { createGovernors, memoryCounters, sourceContext } from '../support/source-context.js';
import { itemsOf } from './source-contract.js';

/** One page. */
/** Fewer than a hundred: each hundredth is archived. */
const ITEMS = 99;
const DAY_S = 25 * 3600;

let emulator: Emulator;
let clock: HurriedClock;
let source: MediaSource;
let counters: ReturnType<typeof memoryCounters>;
let governors: Governors;

beforeEach(async () => start(ITEMS));
afterEach(stop);

async function start(items: number): Promise<void> {
  emulator = await startEmulator({ items });
  clock = new HurriedClock();
  counters = memoryCounters();
  source = await createSource();
}

async function stop(): Promise<void> {
  await closeSource();
  await emulator.close();
}

async function closeSource(): Promise<void> {
  await source.close?.();
  await governors.close();
}

async function createSource(): Promise<MediaSource> {
  const { api, clientId, clientSecret, refreshToken } = emulator.ready;
  governors = createGovernors({ clock, counters });
  return LIBRARY.create(
    { clientId, clientSecret, refreshToken, includeArchived: false },
    sourceContext(api, { clock, governors }),
  );
}

async function failureOf(ask: Promise<unknown>): Promise<AppError> {
  const error: unknown = await ask.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AppError);
  return toAppError(error);
}

/** The error with its causes, as a careless log would print them. */
function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = Object.getOwnPropertyNames(error).map((key) => String(Reflect.get(error, key)));
  return `${own.join('\n')}\n${everythingIn(error.cause)}`;
}

async function photo(): Promise<MediaItem> {
  return (await itemsOf(source, 'all')).find(({ mimeType }) => mimeType.startsWith('image/'))!;
}

/** One page of invented items holds none. */
async function video(): Promise<MediaItem> {
  await stop();
  await start(6 * ITEMS);
  return (await itemsOf(source, 'all')).find(({ mimeType }) => mimeType.startsWith('video/'))!;
}

interface Row {
  readonly when: string;
  readonly fault: Omit<Extract<Fault, object>, 'route' | 'count'> & Record<string, unknown>;
  readonly code: string;
  /** Requests made before giving up. */
  readonly asked: number;
  readonly advice?: RegExp;
}

const LISTING_ROWS: readonly Row[] = [
  { when: 'answers 500', fault: { status: 500 }, code: 'SOURCE_UNAVAILABLE', asked: 5 },
  { when: 'answers 503 with a page', fault: { status: 503, body: 'html' }, code: 'SOURCE_UNAVAILABLE', asked: 5 },
  { when: 'answers 200 with a page', fault: { body: 'html' }, code: 'SOURCE_UNAVAILABLE', asked: 5 },
  { when: 'answers 200 with half of the JSON', fault: { body: 'cut-json' }, code: 'SOURCE_UNAVAILABLE', asked: 5 },
  { when: 'answers 200 with nothing', fault: { body: 'nothing' }, code: 'SOURCE_UNAVAILABLE', asked: 5 },
  { when: 'cuts the connection', fault: { reset: true }, code: 'SOURCE_UNAVAILABLE', asked: 5 },
  { when: 'answers 404 with a page', fault: { status: 404, body: 'html' }, code: 'SOURCE_UNAVAILABLE', asked: 1 },
  { when: 'answers 404', fault: { status: 404 }, code: 'SOURCE_UNAVAILABLE', asked: 1 },
  { when: 'answers 400', fault: { status: 400 }, code: 'SOURCE_UNAVAILABLE', asked: 1 },
  { when: 'says that the minute is full', fault: { quota: 'minute' }, code: 'QUOTA_EXCEEDED', asked: 5 },
  { when: 'says that the day is full', fault: { quota: 'daily' }, code: 'QUOTA_EXCEEDED', asked: 1 },
  { when: 'lacks the scope', fault: { scope: true }, code: 'SCOPE_MISSING', asked: 1, advice: /31 March 2025/ },
  {
    when: 'has the API disabled',
    fault: { apiDisabled: true },
    code: 'API_DISABLED',
    asked: 1,
    advice: /https:\/\/console\.developers\.google\.com\/\S+project=\d+/,
  },
];

describe('a listing, when Google', () => {
  it.each(LISTING_ROWS)('$when, fails with $code after $asked requests', async ({ fault, code, asked, advice }) => {
    emulator.fail({ route: 'mediaItems.search', count: 100, ...fault } as Fault);
    const error = await failureOf(itemsOf(source, 'all'));
    expect(error.code).toBe(code);
    expect(emulator.counters()['mediaItems.search']).toBe(asked);
    if (advice) expect(error.advice).toMatch(advice);
    if (asked > 1) expect(error.message).toContain(`${asked} attempts`);
    if (error.waitHelps && asked > 1) expect(error.retryAfterSeconds).toBeGreaterThan(0);
  });

  it.each(LISTING_ROWS.filter(({ asked }) => asked > 1))('$when twice, succeeds all the same', async ({ fault }) => {
    emulator.fail({ route: 'mediaItems.search', count: 2, ...fault } as Fault);
    expect(await itemsOf(source, 'all')).toHaveLength(ITEMS);
    expect(emulator.counters()['mediaItems.search']).toBe(3);
  });

  it('names the scope details, waits at least 30 s per minute quota, and as long as Retry-After says', async () => {
    emulator.levers.scopeErrorDetails = true;
    emulator.fail({ route: 'mediaItems.search', count: 1, scope: true });
    expect((await failureOf(itemsOf(source, 'all'))).code).toBe('SCOPE_MISSING');
    emulator.fail({ route: 'mediaItems.search', count: 1, quota: 'minute' });
    emulator.fail({ route: 'mediaItems.search', count: 1, status: 503, retryAfter: 17 });
    await itemsOf(source, 'all');
    const [minute, after] = clock.waits(5000);
    expect(minute).toBeGreaterThanOrEqual(30_000);
    expect(after).toBe(17_000);
  });

  it('asks for a long wait, says when to come back instead of waiting', async () => {
    emulator.fail({ route: 'mediaItems.search', count: 100, status: 503, retryAfter: 900 });
    expect(await failureOf(itemsOf(source, 'all'))).toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      retryAfterSeconds: 900,
    });
    expect(emulator.counters()['mediaItems.search']).toBe(1);
  });

  it('says that the day is full, tells when it ends and stops learning sizes, also after a restart', async () => {
    emulator.fail({ route: 'mediaItems.search', count: 1, quota: 'daily' });
    const { retryAfterSeconds } = await failureOf(itemsOf(source, 'all'));
    expect(retryAfterSeconds).toBeGreaterThan(0);
    expect(retryAfterSeconds).toBeLessThanOrEqual(DAY_S);
    expect(source.mayLearnSizes()).toBe(false);
    await closeSource();
    source = await createSource();
    expect(source.mayLearnSizes()).toBe(false);
  });

  it('says that the day is full, is asked once in 15 minutes until it answers again', async () => {
    emulator.fail({ route: 'mediaItems.search', count: 1, quota: 'daily' });
    for (let i = 0; i < 5; i++) expect((await failureOf(itemsOf(source, 'all'))).code).toBe('QUOTA_EXCEEDED');
    expect(emulator.counters()['mediaItems.search']).toBe(1);
    await clock.sleep(15 * 60_000);
    expect(await itemsOf(source, 'all')).toHaveLength(ITEMS);
    expect(source.mayLearnSizes()).toBe(true);
  });

  it('answers 503, is not taken for a fault of the network', async () => {
    emulator.fail({ route: 'mediaItems.search', count: 100, status: 503 });
    const { advice } = await failureOf(itemsOf(source, 'all'));
    expect(advice).toMatch(/Google answered 503.*later/);
  });

  it('has no items, gives an empty listing and no error', async () => {
    emulator.levers.emptied = true;
    expect(await itemsOf(source, 'all')).toEqual([]);
  });

  it('is waited for by somebody who leaves, ends at once', async () => {
    emulator.fail({ route: 'mediaItems.search', count: 1, hang: true });
    const leaving = new AbortController();
    const reason = new Error('the client left');
    setTimeout(() => leaving.abort(reason), 50);
    await expect(itemsOf(source, 'all', undefined, leaving.signal)).rejects.toBe(reason);
  });

  it.each(['sign-in', 'API', 'media host'])(
    '(its %s) cannot be reached, names the host and no address',
    async (what) => {
      const item = what === 'media host' ? await photo() : undefined;
      if (what === 'API') await itemsOf(source, 'all');
      await emulator.close();
      const error = await failureOf(item ? source.open(item) : itemsOf(source, 'all'));
      expect(error.code).toBe('SOURCE_UNAVAILABLE');
      expect(error.message).toMatch(
        /^google photos: 127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\), \d attempts$/,
      );
      expect(error.advice).toBe('check the network, google.endpoint, then try again');
      expect(everythingIn(error)).not.toMatch(/https?:/);
    },
  );
});

describe('a check', () => {
  it('costs one access token and one request for one album', async () => {
    await source.check!();
    expect(emulator.counters()).toMatchObject({ token: 1, 'albums.list': 1 });
    const asked = emulator.requests.filter(({ route }) => route !== 'token');
    expect(asked).toHaveLength(1);
  });

  it.each<[string, () => void, string]>([
    ['the sign-in was revoked', () => emulator.revokeTokens(), 'SIGN_IN_REQUIRED'],
    ['the scope is missing', () => emulator.fail({ route: 'albums.list', count: 1, scope: true }), 'SCOPE_MISSING'],
    ['the API is disabled', () => emulator.fail({ route: 'albums.list', count: 1, apiDisabled: true }), 'API_DISABLED'],
    ['the day is spent', () => emulator.fail({ route: 'albums.list', count: 1, quota: 'daily' }), 'QUOTA_EXCEEDED'],
  ])('fails as listing would when %s', async (_when, arrange, code) => {
    arrange();
    expect((await failureOf(source.check!())).code).toBe(code);
  });
});

describe('the sign-in', () => {
  it('is refreshed once however many ask', async () => {
    await Promise.all(Array.from({ length: 10 }, async () => itemsOf(source, 'all')));
    expect(emulator.counters().token).toBe(1);
  });

  it('is renewed when the API refuses the access token', async () => {
    await itemsOf(source, 'all');
    emulator.expireTokens();
    expect(await itemsOf(source, 'all')).toHaveLength(ITEMS);
    expect(emulator.counters().token).toBe(2);
  });

  it('that was revoked is told with the seven-day rule, and Google is not asked again and again', async () => {
    emulator.revokeTokens();
    for (let i = 0; i < 5; i++) {
      const error = await failureOf(itemsOf(source, 'all'));
      expect(error.code).toBe('SIGN_IN_REQUIRED');
      expect(error.advice).toMatch(/7 days.*Publish app/s);
    }
    expect(emulator.counters().token).toBe(1);
  });

  it.each<[string, Record<string, string>]>([
    ['an unknown client', { clientId: '999-unknown.apps.googleusercontent.com' }],
    ['a wrong secret', { clientSecret: 'GOCSPX-wrong' }],
  ])('with %s is refused with advice on the client', async (_name, wrong) => {
    const { api, clientId, clientSecret, refreshToken } = emulator.ready;
    const other = await LIBRARY.create(
      { clientId, clientSecret, refreshToken, includeArchived: false, ...wrong },
      sourceContext(api, { clock }),
    );
    const error = await failureOf(itemsOf(other, 'all'));
    expect(error).toMatchObject({ code: 'SIGN_IN_REQUIRED' });
    expect(error.advice).toMatch(/clientId and clientSecret/);
    await other.close?.();
  });

  it.each<Partial<Fault>>([{ status: 503 }, { reset: true }, { body: 'html' }])(
    'survives a passing fault %j',
    async (fault) => {
      emulator.fail({ route: 'token', count: 2, ...fault } as Fault);
      expect(await itemsOf(source, 'all')).toHaveLength(ITEMS);
    },
  );

  it('that cannot be asked is SOURCE_UNAVAILABLE, not a request to sign in', async () => {
    emulator.fail({ route: 'token', count: 100, status: 500 });
    expect((await failureOf(itemsOf(source, 'all'))).code).toBe('SOURCE_UNAVAILABLE');
  });

  it('with an access token alone works until that ends', async () => {
    const { api, clientId, clientSecret } = emulator.ready;
    const token = JSON.stringify({ access_token: 'ya29.unknown', expiry: '0001-01-01T00:00:00Z' });
    const other = await LIBRARY.create(
      { clientId, clientSecret, token, includeArchived: false },
      sourceContext(api, { clock }),
    );
    expect((await failureOf(itemsOf(other, 'all'))).code).toBe('SIGN_IN_REQUIRED');
    await other.close?.();
  });
});

describe('bytes', () => {
  it('are measured by HEAD, and by one byte once a host has refused HEAD', async () => {
    emulator.levers.headRefused = true;
    const items = (await itemsOf(source, 'all')).filter(({ mimeType }) => mimeType.startsWith('image/')).slice(0, 4);
    for (const item of items) await source.measure(item);
    expect(emulator.counters()).toMatchObject({ 'media.head': 1, 'media.get': 4 });
    expect(emulator.requests.filter(({ range }) => range === 'bytes=0-0')).toHaveLength(4);
  });

  it.each(['photo', 'video'] as const)('of a %s are measured where HEAD and ranges are refused', async (kind) => {
    const item = kind === 'photo' ? await photo() : await video();
    const size = (await buffer((await source.open(item)).body)).length;
    Object.assign(emulator.levers, { headRefused: true, rangesRefused: true });
    expect(await source.measure(item)).toBe(size);
  });

  it('come whole, and say so, where ranges are refused', async () => {
    emulator.levers.rangesRefused = true;
    const content = await source.open(await photo(), { range: { first: 5, last: 9 } });
    expect(content.range).toBeUndefined();
    expect(await buffer(content.body)).toHaveLength(content.size);
  });

  it('come whole when the range begins after their end', async () => {
    const content = await source.open(await photo(), { range: { first: 1e9, last: 2e9 } });
    expect(content.range).toBeUndefined();
    expect(await buffer(content.body)).toHaveLength(content.size);
  });

  it('of a video come by range where its host honours ranges', async () => {
    const item = await video();
    emulator.levers.videoRanges = true;
    const content = await source.open(item, { range: { first: 5, last: 9 } });
    expect(content.range).toEqual({ first: 5, last: 9 });
    expect(await buffer(content.body)).toHaveLength(5);
  });

  it('are asked for with a new base URL when the old one has ended', async () => {
    const item = await photo();
    emulator.expireBaseUrls();
    expect((await buffer((await source.open(item)).body)).length).toBeGreaterThan(0);
    emulator.expireBaseUrls();
    expect(await source.measure(item)).toBeGreaterThan(0);
    expect(emulator.counters()['mediaItems.batchGet']).toBe(2);
  });

  it('get a new base URL after 50 minutes, before Google refuses the old one', async () => {
    const item = await photo();
    await clock.sleep(50 * 60_000 + 1);
    await source.measure(item);
    expect(emulator.counters()).toMatchObject({ 'mediaItems.batchGet': 1, 'media.head': 1 });
  });

  it.each([
    [403, 'SOURCE_UNAVAILABLE'],
    [404, 'NOT_FOUND'],
  ])('that are refused with %i again after that are %s', async (status, code) => {
    const item = await photo();
    emulator.fail({ route: 'media', count: 100, status });
    expect((await failureOf(source.open(item))).code).toBe(code);
    expect(emulator.counters()['media.get']).toBe(2);
    expect((await failureOf(source.measure(item))).code).toBe(code);
  });

  it.each([
    [403, 'SOURCE_UNAVAILABLE'],
    [404, 'NOT_FOUND'],
  ])('that are refused with %i twice are asked for again after a minute', async (status, code) => {
    const item = await photo();
    emulator.fail({ route: 'media', count: 1_000, status });
    const first = await failureOf(source.open(item));
    await clock.sleep(20_000);
    for (const ask of [() => source.open(item), () => source.measure(item), () => source.link!(item)]) {
      // A listing tells a new base URL, and does not end it.
      await photo();
      const error = await failureOf(ask());
      expect(error).toMatchObject({ code, message: first.message });
      expect(error.retryAfterSeconds ?? 0).toBeLessThanOrEqual(40);
    }
    expect(emulator.counters()).toMatchObject({ 'mediaItems.batchGet': 1, 'media.get': 2 });
    expect(emulator.counters()['media.head'] ?? 0).toBe(0);
    emulator.clearFaults();
    await clock.sleep(40_000);
    expect(await source.measure(item)).toBeGreaterThan(0);
    expect(emulator.counters()['mediaItems.batchGet']).toBe(1);
  });

  it('that are refused cost one API request when twenty ask at the same time', async () => {
    const item = await photo();
    emulator.fail({ route: 'media', count: 1_000, status: 403 });
    const errors = await Promise.all(Array.from({ length: 20 }, async () => failureOf(source.open(item))));
    for (const error of errors) expect(error.code).toBe('SOURCE_UNAVAILABLE');
    expect(emulator.counters()['mediaItems.batchGet']).toBe(1);
  });

  it('that are refused cost one API request when some come while the new base URL is tried', async () => {
    const item = await photo();
    emulator.fail({ route: 'media', count: 1, status: 403 });
    emulator.fail({ route: 'media', count: 1, hang: true });
    emulator.fail({ route: 'media', count: 1_000, status: 403 });
    const leaving = new AbortController();
    const first = source.open(item, { signal: leaving.signal });
    await eventually(() => emulator.counters()['media.get'] === 2);
    for (let i = 0; i < 5; i++) expect((await failureOf(source.open(item))).code).toBe('SOURCE_UNAVAILABLE');
    leaving.abort(new Error('the client left'));
    await expect(first).rejects.toThrow('the client left');
    expect(emulator.counters()).toMatchObject({ 'mediaItems.batchGet': 1, 'media.get': 3 });
  });

  it('that are refused do not keep others from theirs', async () => {
    const [item, other] = (await itemsOf(source, 'all')).filter(({ mimeType }) => mimeType.startsWith('image/'));
    emulator.fail({ route: 'media', count: 2, status: 403 });
    await failureOf(source.open(item!));
    expect(await source.measure(other!)).toBeGreaterThan(0);
  });

  it.each<[string, Partial<Fault>, string]>([
    ['answers 500', { status: 500 }, 'SOURCE_UNAVAILABLE'],
    ['cuts the connection', { reset: true }, 'SOURCE_UNAVAILABLE'],
    ['answers 200 with a page', { body: 'html' }, 'SOURCE_UNAVAILABLE'],
    ['answers 200 with nothing', { body: 'nothing' }, 'SOURCE_UNAVAILABLE'],
    ['says that the day is full', { quota: 'daily' }, 'QUOTA_EXCEEDED'],
    ['says that the minute is full', { quota: 'minute' }, 'QUOTA_EXCEEDED'],
  ])('fail when their host %s: %j is %s', async (_when, fault, code) => {
    const item = await photo();
    emulator.fail({ route: 'media', count: 100, ...fault } as Fault);
    const error = await failureOf(source.open(item));
    expect(error.code).toBe(code);
    expect(error.retryAfterSeconds).toBeGreaterThan(0);
    expect(everythingIn(error)).not.toMatch(/\/lr\/|ya29|1\/\//);
    expect((await failureOf(source.measure(item))).code).toBe(code);
    expect(clock.waits(100).reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(25_000);
  });

  it('are asked for once in 15 minutes after the day is full', async () => {
    const item = await photo();
    emulator.fail({ route: 'media', count: 1, quota: 'daily' });
    for (let i = 0; i < 3; i++) expect((await failureOf(source.open(item))).code).toBe('QUOTA_EXCEEDED');
    expect(emulator.counters()['media.get']).toBe(1);
    await clock.sleep(15 * 60_000);
    (await source.open(item)).body.destroy();
    expect(emulator.counters()['media.get']).toBe(2);
  });

  it('that fail twice are given all the same', async () => {
    const item = await photo();
    emulator.fail({ route: 'media', count: 1, status: 503 });
    emulator.fail({ route: 'media', count: 1, reset: true });
    const { body, size } = await source.open(item);
    expect(await buffer(body)).toHaveLength(size);
  });

  it('that break off make the body fail', async () => {
    const item = await photo();
    emulator.fail({ route: 'media', count: 1, cutAfterBytes: 100 });
    const { body } = await source.open(item);
    await expect(buffer(body)).rejects.toThrow();
  });

  it('are no longer measured in the background once half of the day is used, also after a restart', async () => {
    await counters.add(
      `quota:123456789:${new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Los_Angeles' }).format()}:bytes`,
      37_499,
    );
    await closeSource();
    source = await createSource();
    expect(source.mayLearnSizes()).toBe(true);
    await source.measure(await photo());
    expect(source.mayLearnSizes()).toBe(false);
  });
});

describe('a link', () => {
  it('ends 50 minutes after its base URL was fetched, of a video too', async () => {
    const item = await video();
    const listedAtMs = clock.now();
    await clock.sleep(20 * 60_000);
    const { expiresAtMs } = await source.link!(item);
    expect(Math.abs(expiresAtMs - listedAtMs - 50 * 60_000)).toBeLessThan(60_000);
  });

  it('to a photo costs no request once its host is known', async () => {
    const item = await photo();
    await source.link!(item);
    emulator.resetCounters();
    await source.link!(item);
    expect(emulator.counters()['media.get'] ?? 0).toBe(0);
  });

  it('to a photo whose base URL has ended unnoticed is a new one to who asks again ten seconds later', async () => {
    const item = await photo();
    (await source.open(item, { range: { first: 0, last: 9 } })).body.resume();
    const status = async (): Promise<number> => (await fetch((await source.link!(item)).url)).status;
    expect(await status()).toBe(200);
    emulator.expireBaseUrls();
    expect(await status()).toBe(403);
    await clock.sleep(10_000);
    expect(await status()).toBe(200);
  });

  it.each(['photo', 'video'] as const)('to a %s has a new base URL when the old one has ended', async (kind) => {
    const item = kind === 'photo' ? await photo() : await video();
    emulator.expireBaseUrls();
    const { url } = await source.link!(item);
    expect((await fetch(url)).status).toBe(200);
    expect(emulator.counters()['mediaItems.batchGet']).toBe(1);
  });

  it('to a photo that is doubted has a new base URL, though its host is known', async () => {
    const item = await photo();
    await source.link!(item);
    emulator.expireBaseUrls();
    const { url } = await source.link!(item, undefined, true);
    expect((await fetch(url)).status).toBe(200);
    expect(emulator.counters()['mediaItems.batchGet']).toBe(1);
  });

  it('that is refused twice is told without its address', async () => {
    const item = await photo();
    emulator.fail({ route: 'media', count: 9, status: 403 });
    const error = await failureOf(source.link!(item));
    expect(error.code).toBe('SOURCE_UNAVAILABLE');
    expect(everythingIn(error)).not.toMatch(/\/lr\//);
  });
});

describe('base URLs that are missing', () => {
  it('are fetched fifty at a time, once per item', async () => {
    const items = await itemsOf(source, 'all');
    emulator.expireBaseUrls();
    await clock.sleep(3_600_000);
    await Promise.all([...items, ...items].map(async (item) => source.measure(item)));
    expect(emulator.counters()['mediaItems.batchGet']).toBe(2);
  });

  it('are fetched one by one when the batch fails', async () => {
    const items = (await itemsOf(source, 'all')).slice(0, 3);
    await clock.sleep(3_600_000);
    emulator.fail({ route: 'mediaItems.batchGet', count: 2, status: 500 });
    await Promise.all(items.map(async (item) => source.measure(item)));
    expect(emulator.counters()).toMatchObject({ 'mediaItems.batchGet': 2, 'mediaItems.get': 3 });
  });

  it('are given up soon when every request fails, with seven requests for fifty items', async () => {
    const items = (await itemsOf(source, 'all')).slice(0, 50);
    await clock.sleep(3_600_000);
    emulator.resetCounters();
    emulator.fail({ route: 'mediaItems', count: 1000, status: 500 });
    const answers = await Promise.allSettled(items.map(async (item) => source.measure(item)));
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'SOURCE_UNAVAILABLE' } });
    }
    expect(emulator.counters()).toMatchObject({ 'mediaItems.batchGet': 2, 'mediaItems.get': 5 });
  });

  it('of an unknown item do not fail the others', async () => {
    const item = await photo();
    await clock.sleep(3_600_000);
    const unknown = { ...item, id: 'z'.repeat(60) };
    const [known, gone] = await Promise.allSettled([source.measure(item), source.measure(unknown)]);
    expect(known.status).toBe('fulfilled');
    expect(gone).toMatchObject({ status: 'rejected', reason: { code: 'NOT_FOUND' } });
  });

  it('are fetched for those who stay when the first who asked leaves', async () => {
    const item = await photo();
    await clock.sleep(3_600_000);
    const leaving = new AbortController();
    const left = source.measure(item, leaving.signal);
    const stays = source.measure(item);
    leaving.abort(new Error('the client left'));
    await expect(left).rejects.toThrow('the client left');
    expect(await stays).toBeGreaterThan(0);
  });

  it('are fetched anew for one who comes just after all others left', async () => {
    const item = await photo();
    await clock.sleep(3_600_000);
    const leaving = new AbortController();
    const left = source.measure(item, leaving.signal);
    leaving.abort(new Error('the client left'));
    const comes = source.measure(item);
    await expect(left).rejects.toThrow('the client left');
    expect(await comes).toBeGreaterThan(0);
  });
});
