import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DEFAULT_LEVERS } from '../../../src/emulator/levers.js';
import type { Emulator } from '../../../src/emulator/emulator.js';
import { startEmulator } from '../../../src/emulator/server.js';
import { GoogleCaller, names, type AlbumJson, type Answer, type ItemJson } from './google-caller.js';

const ITEMS = 260;
/** Each hundredth is archived. */
const LISTED = ITEMS - 2;
const UNKNOWN_ID = 'A'.repeat(98);

let emulator: Emulator;
let caller: GoogleCaller;
beforeAll(async () => {
  emulator = await startEmulator({ items: ITEMS });
  caller = await GoogleCaller.signIn(emulator);
});
afterEach(() => void Object.assign(emulator.levers, DEFAULT_LEVERS));
afterAll(() => emulator.close());

const errorOf = ({ text }: Answer): { message: string; status: string; details?: object[] } =>
  (JSON.parse(text) as { error: { message: string; status: string } }).error;

describe('a list', () => {
  it('gives items in the JSON of Google: int64 as strings, defaults left out', async () => {
    const [item] = (await caller.search({ pageSize: 1 })).mediaItems!;
    expect(item).toEqual({
      id: expect.stringMatching(/^[A-Za-z0-9_-]{98}$/) as unknown,
      productUrl: `https://photos.google.com/lr/photo/${item!.id}`,
      baseUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/lr\/[A-Za-z0-9_-]{60,}$/) as unknown,
      mimeType: 'image/jpeg',
      mediaMetadata: {
        creationTime: expect.stringMatching(/^2025-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as unknown,
        width: '4032',
        height: '3024',
        photo: expect.objectContaining({ cameraMake: expect.any(String) as unknown, exposureTime: '0.01s' }) as unknown,
      },
      filename: 'IMG_000260.jpg',
    });
    expect(item!.baseUrl).not.toContain(emulator.ready.api);
  });

  it('is newest first, every item once, page by page', async () => {
    const items = (await caller.searchAll({ pageSize: 100 })).flatMap(({ mediaItems }) => mediaItems!);
    const times = items.map(({ mediaMetadata }) => mediaMetadata.creationTime);
    expect(times).toEqual([...times].sort().reverse());
    expect(new Set(items.map(({ id }) => id)).size).toBe(LISTED);
  });

  it('gives a new base URL each time', async () => {
    const [one, other] = [await caller.search({ pageSize: 1 }), await caller.search({ pageSize: 1 })];
    expect(one.mediaItems![0]!.baseUrl).not.toBe(other.mediaItems![0]!.baseUrl);
  });

  it.each([
    ['GET', 'mediaItems', '', 25],
    ['GET', 'mediaItems', '?pageSize=1000', 100],
    ['GET', 'mediaItems', '?pageSize=0', 25],
    ['GET', 'albums', '?pageSize=1', 1],
  ] as const)('%s %s%s gives a page of %d', async (_method, list, query, length) => {
    const page = JSON.parse((await caller.get(`/v1/${list}${query}`)).text) as Record<string, unknown[]>;
    expect(page[list]).toHaveLength(length);
    expect(page).toHaveProperty('nextPageToken');
  });

  it('refuses the page token of another query, and one that is none', async () => {
    const { nextPageToken } = await caller.search({ pageSize: 1 });
    for (const pageToken of [nextPageToken, 'x']) {
      const answer = await caller.post('/v1/mediaItems:search', { pageToken, filters: { includeArchivedMedia: true } });
      expect([answer.status, errorOf(answer).status]).toEqual([400, 'INVALID_ARGUMENT']);
    }
  });

  it('is {} when the account is emptied', async () => {
    emulator.levers.emptied = true;
    expect(await caller.search()).toEqual({});
    expect((await caller.get('/v1/albums')).text.trim()).toBe('{}');
    expect((await caller.get('/v1/mediaItems')).text.trim()).toBe('{}');
  });

  it('has pages of half the size when pages are short', async () => {
    emulator.levers.shortPages = true;
    const pages = await caller.searchAll({ pageSize: 100 });
    expect(pages.map((page) => names(page).length)).toEqual([50, 50, 50, 50, 50, LISTED - 250]);
  });

  it('has pages with a token and no items when they are wanted', async () => {
    emulator.levers.emptyPageWithToken = true;
    const pages = await caller.searchAll({ pageSize: 100 });
    expect(pages.map((page) => page.mediaItems?.length)).toEqual([
      undefined,
      100,
      undefined,
      100,
      undefined,
      LISTED - 200,
    ]);
  });

  it('repeats the last item of a page as the first of the next when that is wanted', async () => {
    emulator.levers.repeatFirstItem = true;
    const [first, second, third] = await caller.searchAll({ pageSize: 100 });
    expect(names(second!)[0]).toBe(names(first!).at(-1));
    expect([names(first!), names(second!), names(third!)].map(({ length }) => length)).toEqual([
      100,
      101,
      LISTED - 199,
    ]);
  });
});

describe('albums', () => {
  it('tell title, count and cover; their items come by search', async () => {
    const albums = await caller.albums();
    expect(albums.map(({ title, mediaItemsCount }) => [title, mediaItemsCount])).toEqual([
      ['Album 001', '250'],
      ['Album 002', '10'],
    ]);
    const page = await caller.search({ albumId: albums[1]!.id, pageSize: 100 });
    expect(names(page)).toHaveLength(10);
    expect(page.mediaItems![0]!.id).toBe(albums[1]!.coverPhotoMediaItemId);
  });

  it('come one by one too', async () => {
    const [album] = await caller.albums();
    const got = JSON.parse((await caller.get(`/v1/albums/${album!.id}`)).text) as AlbumJson;
    expect(got).toMatchObject({ id: album!.id, title: 'Album 001' });
    expect((await caller.get(`/v1/albums/${UNKNOWN_ID}`)).status).toBe(404);
    expect((await caller.get('/v1/albums/short')).status).toBe(400);
  });
});

describe('search', () => {
  it.each([
    [
      'videos',
      { mediaTypeFilter: { mediaTypes: ['VIDEO'] } },
      ({ mediaMetadata }: ItemJson) => 'video' in mediaMetadata,
    ],
    [
      'photos',
      { mediaTypeFilter: { mediaTypes: ['PHOTO'] } },
      ({ mediaMetadata }: ItemJson) => 'photo' in mediaMetadata,
    ],
    [
      'a year',
      { dateFilter: { dates: [{ year: 2019 }] } },
      ({ mediaMetadata }: ItemJson) => mediaMetadata.creationTime.startsWith('2019'),
    ],
    [
      'a range',
      { dateFilter: { ranges: [{ startDate: { year: 2010, month: 2 }, endDate: { year: 2010, month: 6 } }] } },
      ({ mediaMetadata }: ItemJson) => /^2010-0[2-6]/.test(mediaMetadata.creationTime),
    ],
    ['no category', { contentFilter: { includedContentCategories: ['PETS'] } }, () => false],
  ])('finds %s, and all of them', async (_what, filters, isWanted) => {
    const all = (await caller.searchAll({ pageSize: 100 })).flatMap(({ mediaItems }) => mediaItems!);
    const found = (await caller.searchAll({ pageSize: 7, filters })).flatMap(({ mediaItems = [] }) => mediaItems);
    expect(found.map(({ id }) => id)).toEqual(all.filter(isWanted).map(({ id }) => id));
  });

  it('turns the order round with a date filter', async () => {
    const filters = { dateFilter: { dates: [{ year: 2019 }] } };
    const orderBy = 'MediaMetadata.creation_time';
    const pages = await caller.searchAll({ pageSize: 5, filters, orderBy });
    const newestFirst = await caller.search({ pageSize: 100, filters });
    expect(pages.flatMap(names)).toEqual(names(newestFirst).reverse());
  });

  it.each([
    ['an album and filters', { albumId: 'x', filters: {} }, 'invalid argument'],
    ['an unknown field', { size: 1 }, 'Unknown name "size": Cannot find field.'],
    ['an unknown field inside', { filters: { size: 1 } }, `Unknown name "size" at 'filters': Cannot find field.`],
    ['a feature that is none', { filters: { featureFilter: { includedFeatures: ['X'] } } }, 'Invalid value at'],
    ['two media types', { filters: { mediaTypeFilter: { mediaTypes: ['PHOTO', 'VIDEO'] } } }, 'invalid argument'],
    ['an order without dates', { orderBy: 'MediaMetadata.creation_time desc' }, 'invalid argument'],
    ['a page of less than nothing', { pageSize: -1 }, 'invalid argument'],
    ['what is no JSON', '{', 'Invalid JSON payload received.'],
  ])('refuses %s', async (_what, body, message) => {
    const answer = await caller.post('/v1/mediaItems:search', body);
    expect([answer.status, errorOf(answer).status]).toEqual([400, 'INVALID_ARGUMENT']);
    expect(errorOf(answer).message).toContain(message);
  });
});

describe('items by id', () => {
  it('come one by one, or refused as Google does', async () => {
    const [item] = (await caller.search({ pageSize: 1 })).mediaItems!;
    expect(JSON.parse((await caller.get(`/v1/mediaItems/${item!.id}`)).text)).toMatchObject({ id: item!.id });
    const refused = await caller.get(`/v1/mediaItems/${UNKNOWN_ID}`);
    expect([refused.status, errorOf(refused).message]).toEqual([400, 'Request contains an invalid media item id.']);
  });

  it('come in batches, in the order asked, each with its own status', async () => {
    const [one, two] = (await caller.search({ pageSize: 2 })).mediaItems!;
    const answer = await caller.get(`/v1/mediaItems:batchGet?${batch([two!.id, 'x', one!.id])}`);
    expect(JSON.parse(answer.text)).toEqual({
      mediaItemResults: [
        { mediaItem: expect.objectContaining({ id: two!.id }) as unknown },
        { status: { code: 3, message: 'Invalid media item ID.' } },
        { mediaItem: expect.objectContaining({ id: one!.id }) as unknown },
      ],
    });
  });

  it.each([
    ['none', [], 'Request contains an invalid argument.'],
    ['one twice', ['x', 'x'], 'Request contains an invalid argument.'],
    ['51', Array.from({ length: 51 }, (_, n) => `x${n}`), 'Request must have less than 50 items.'],
  ])('are refused in a batch of %s', async (_what, ids, message) => {
    const answer = await caller.get(`/v1/mediaItems:batchGet?${batch(ids)}`);
    expect([answer.status, errorOf(answer).message]).toEqual([400, message]);
  });

  const batch = (ids: readonly string[]): string => ids.map((id) => `mediaItemIds=${encodeURIComponent(id)}`).join('&');
});

describe('what is not there', () => {
  it.each(['/v1/sharedAlbums', '/v1/sharedAlbums/x'])('%s answers 403', async (path) => {
    expect((await caller.get(path)).status).toBe(403);
  });

  it.each(['/v1/sharedAlbums:join', '/v1/albums/x:share', '/v1/albums/x:unshare'])(
    'POST %s answers 403',
    async (path) => {
      expect((await caller.post(path, {})).status).toBe(403);
    },
  );

  it.each(['/', '/v1/sessions/x/mediaItems', '/v1/albums/', '//', '/v2/albums'])(
    '%s answers an HTML 404',
    async (path) => {
      const answer = await caller.get(path);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'text/html; charset=UTF-8']);
    },
  );

  it('tells a call without a token so', async () => {
    const answer = await new GoogleCaller(emulator, '').get('/v1/albums');
    expect(answer.status).toBe(401);
    expect(errorOf(answer).details).toMatchObject([{ reason: 'CREDENTIALS_MISSING' }]);
  });
});

describe('the quota of the day', () => {
  it('once spent, answers 429 until midnight in California', async () => {
    const clock = { now: () => Date.parse('2026-03-08T06:00:00Z') };
    const frugal = await startEmulator({ items: 1, clock, levers: { quotaApiPerDay: 2, retryAfterOn429: true } });
    const asker = await GoogleCaller.signIn(frugal);
    const statuses = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await asker.get('/v1/albums')).status);
    expect(statuses).toEqual([200, 200, 429]);
    const refused = await asker.get('/v1/albums');
    expect(refused.headers.get('retry-after')).toBe('30');
    expect(errorOf(refused).message).toContain("limit 'All requests per day'");
    frugal.advanceClock(2 * 3_600_000);
    const renewed = await GoogleCaller.signIn(frugal);
    expect((await renewed.get('/v1/albums')).status).toBe(200);
    await frugal.close();
  });
});
