import { getMaxListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { Catalog, type CatalogOptions } from '../../../src/catalog/catalog.js';
import { MemoryStore } from '../../../src/catalog/store/memory-store.js';
import { AppError } from '../../../src/errors.js';
import { createLog } from '../../../src/log.js';
import type { ItemList, MediaItem } from '../../../src/model.js';
import { ManualClock, settle } from '../../support/manual-clock.js';
import { MemorySource, photo } from '../../support/memory-source.js';

const MINUTE = 60_000;
const TTL = 5 * MINUTE;
const DAY = 24 * 60 * MINUTE;
const log = createLog({ level: 'silent' });

function setUp(options: Partial<CatalogOptions> = {}, count = 30) {
  const source = new MemorySource();
  source.items = Array.from({ length: count }, (_, i) => photo(`item-${i}`));
  const clock = new ManualClock();
  const store = new MemoryStore();
  const start = (): Catalog =>
    new Catalog(source, store, { clock, log, ttlMs: TTL, fullRefreshMs: DAY, maxEntries: 10_000, readSize: 'on-list', sizeWaitMs: 8_000, ...options }); // prettier-ignore
  return { source, clock, store, start, catalog: start() };
}

const ids = (items: ItemList): string[] => Array.from(items, ({ id }) => id);
const unavailable = new AppError('SOURCE_UNAVAILABLE', 'memory: down');

describe('a listing', () => {
  it('is fetched once however many ask', async () => {
    const { source, catalog } = setUp();
    await Promise.all([catalog.items('all'), catalog.items('all'), catalog.items('all')]);
    await catalog.items('all');
    expect(source.calls).toEqual(['all 0+100']);
  });

  it('is the same array until something in it changes', async () => {
    const { source, clock, catalog } = setUp();
    const before = await catalog.items('all');
    await clock.advance(TTL);
    expect(await catalog.items('all')).toBe(before);
    expect(source.calls).toHaveLength(2);
    source.items = [photo('new'), ...source.items];
    await clock.advance(TTL);
    expect(ids(await catalog.items('all'))[0]).toBe('new');
  });

  it('holds an item once when pages overlap', async () => {
    const { source, catalog } = setUp();
    source.items = [...source.items, ...source.items];
    expect(await catalog.items('all')).toHaveLength(30);
  });

  it('is asked for with a signal that undici takes', async () => {
    const { source, catalog } = setUp();
    const listItems = source.listItems.bind(source);
    let signal: AbortSignal | undefined;
    source.listItems = (scope, options) => {
      signal = options?.signal;
      return listItems(scope, options);
    };
    await catalog.items('all');
    expect(getMaxListeners(signal!)).toBeGreaterThan(0);
  });

  it('is served past its time while a refresh takes long', async () => {
    const { source, clock, catalog } = setUp();
    await catalog.items('all');
    source.items = [];
    await clock.advance(TTL);
    source.gate = new Promise(() => undefined);
    const stale = catalog.items('all');
    await settle();
    await clock.advance(1_000);
    expect(await stale).toHaveLength(30);
  });

  it('is served past its time when the source fails, which is then left alone for a while', async () => {
    const { source, clock, catalog } = setUp();
    await catalog.items('all');
    source.failure = unavailable;
    await clock.advance(TTL);
    expect(await catalog.items('all')).toHaveLength(30);
    expect(await catalog.items('all')).toHaveLength(30);
    expect(source.calls).toHaveLength(2);
    await clock.advance(10_000);
    await catalog.items('all');
    expect(source.calls).toHaveLength(3);
  });

  it('is not served when a person must act', async () => {
    const { source, clock, catalog } = setUp();
    await catalog.items('all');
    source.failure = new AppError('SIGN_IN_REQUIRED', 'memory: token revoked');
    await clock.advance(TTL);
    await expect(catalog.items('all')).rejects.toMatchObject({ code: 'SIGN_IN_REQUIRED' });
  });

  it('that takes too long the first time is answered 503 and goes on', async () => {
    const { source, clock, catalog } = setUp();
    let open: () => void = () => undefined;
    source.gate = new Promise((resolve) => (open = resolve));
    const first = expect(catalog.items('all')).rejects.toMatchObject({ status: 503, retryAfterSeconds: 15 });
    await settle();
    await clock.advance(20_000);
    await first;
    open();
    expect(await catalog.items('all')).toHaveLength(30);
    expect(source.calls).toHaveLength(1);
  });

  it('goes on where it was interrupted, also after a restart', async () => {
    const { source, clock, catalog, start } = setUp({}, 450);
    source.failOnPage = 2;
    await expect(catalog.items('all')).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    await catalog.close();
    const restarted = start();
    await clock.advance(10_000);
    expect(await restarted.items('all')).toHaveLength(450);
    expect(source.calls.slice(3)).toEqual(['all 200+100', 'all 300+100', 'all 400+100']);
  });

  it('that begins anew mixes nothing of the old one in, also after a restart', async () => {
    const { source, clock, catalog, start } = setUp({}, 5_000);
    source.failOnPage = 15;
    await expect(catalog.items('all')).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    await clock.advance(2 * 60 * MINUTE);
    source.items = source.items.slice(300);
    source.failOnPage = source.calls.length + 25;
    await expect(catalog.items('all')).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    await catalog.close();
    await clock.advance(10_000);
    expect(ids(await start().items('all'))).toEqual(ids(source.items));
  });

  it('begins anew when the source no longer knows where it stopped', async () => {
    const { source, clock, catalog } = setUp({}, 250);
    source.failOnPage = 1;
    await expect(catalog.items('all')).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    await clock.advance(10_000);
    source.failure = new AppError('NOT_FOUND', 'memory: cursor is gone');
    const listing = catalog.items('all');
    await expect(listing).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(source.calls.slice(2)).toEqual(['all 100+100', 'all 0+100']);
  });

  it('survives a restart without a request', async () => {
    const { source, catalog, start } = setUp({}, 2_500);
    source.albums = [{ id: 'a', title: 'Rome', items: source.items.slice(0, 3) }];
    await catalog.items('all');
    await catalog.albums();
    await catalog.items({ albumId: 'a' });
    await catalog.close();
    source.calls.length = 0;
    source.failure = unavailable;
    const restarted = start();
    expect([...(await restarted.items('all'))]).toMatchObject(source.items);
    expect(ids(await restarted.items({ albumId: 'a' }))).toEqual(['item-0', 'item-1', 'item-2']);
    expect(await restarted.albums()).toEqual([{ id: 'a', title: 'Rome', itemCount: 3 }]);
    expect(source.calls).toEqual([]);
  });

  it('of an earlier run is shown at once while it is refreshed', async () => {
    const { source, clock, catalog, start } = setUp();
    await catalog.items('all');
    await catalog.close();
    source.items = [photo('new'), ...source.items];
    source.gate = new Promise(() => undefined);
    await clock.advance(TTL);
    expect(await start().items('all')).toHaveLength(30);
    await settle();
    expect(source.calls).toHaveLength(2);
  });

  it('that is known is served without a request while the quota nears its end, unless a person asks', async () => {
    const { source, clock, catalog } = setUp();
    await catalog.items('all');
    source.allowsRefreshing = false;
    source.items = [photo('new'), ...source.items];
    await clock.advance(2 * DAY);
    for (let i = 0; i < 3; i++) expect(await catalog.items('all')).toHaveLength(30);
    catalog.itemGone(source.items[5]!);
    await settle();
    expect(source.calls).toEqual(['all 0+100']);
    await catalog.refresh('all');
    expect(await catalog.items('all')).toHaveLength(31);
    source.items = [photo('newer'), ...source.items];
    await clock.advance(TTL);
    source.allowsRefreshing = true;
    expect(await catalog.items('all')).toHaveLength(32);
  });

  it('that nobody has yet is fetched while the quota nears its end', async () => {
    const { source, catalog } = setUp();
    source.allowsRefreshing = false;
    source.favorites = [photo('liked')];
    expect(await catalog.items('all')).toHaveLength(30);
    expect(await catalog.items('favorites')).toHaveLength(1);
  });

  it('larger than the bound is still served', async () => {
    const { catalog, source } = setUp({ maxEntries: 10 });
    expect(await catalog.items('all')).toHaveLength(30);
    expect(await catalog.items('all')).toHaveLength(30);
    expect(source.calls).toHaveLength(1);
  });
});

describe('an emptied library', () => {
  it('is not believed before a second look an hour later', async () => {
    const { source, clock, catalog } = setUp();
    await catalog.items('all');
    source.items = [];
    await clock.advance(TTL);
    expect(await catalog.items('all')).toHaveLength(30);
    await clock.advance(30 * MINUTE);
    expect(await catalog.items('all')).toHaveLength(30);
    await clock.advance(30 * MINUTE);
    expect(await catalog.items('all')).toHaveLength(0);
  });

  it('is doubted across a restart', async () => {
    const { source, clock, catalog, start } = setUp();
    await catalog.items('all');
    source.items = [];
    await clock.advance(TTL);
    await catalog.items('all');
    await catalog.close();
    const restarted = start();
    await clock.advance(59 * MINUTE);
    expect(await restarted.items('all')).toHaveLength(30);
    await clock.advance(5 * MINUTE);
    expect(await restarted.items('all')).toHaveLength(0);
  });

  it('is believed when a person asks for a refresh', async () => {
    const { source, catalog } = setUp();
    await catalog.items('all');
    source.items = [];
    await catalog.refresh('all');
    expect(await catalog.items('all')).toHaveLength(0);
  });

  it('is believed at once when it was small', async () => {
    const { source, clock, catalog } = setUp({}, 20);
    await catalog.items('all');
    source.items = [];
    await clock.advance(TTL);
    expect(await catalog.items('all')).toHaveLength(0);
  });

  it('keeps its albums, and their items while the albums count some', async () => {
    const { source, clock, catalog } = setUp();
    source.albums = [{ id: 'a', title: 'Rome', items: source.items.slice(0, 25) }, { id: 'b', title: 'Oslo', items: source.items.slice(0, 3) }]; // prettier-ignore
    await catalog.albums();
    await catalog.items({ albumId: 'b' });
    source.albums = [];
    await clock.advance(TTL);
    expect(await catalog.albums()).toHaveLength(2);
    expect(await catalog.items({ albumId: 'b' })).toHaveLength(3);
  });

  it('keeps its few favorites, unless the rest is still there', async () => {
    const { source, clock, catalog } = setUp();
    source.favorites = source.items.slice(0, 3);
    await catalog.items('all');
    await catalog.items('favorites');
    const all = source.items;
    source.favorites = source.items = [];
    await clock.advance(TTL);
    expect(await catalog.items('favorites')).toHaveLength(3);
    source.items = all;
    await clock.advance(TTL);
    expect(await catalog.items('favorites')).toHaveLength(0);
  });

  it('lets an album go empty when its count agrees', async () => {
    const { source, clock, catalog } = setUp();
    source.albums = [{ id: 'b', title: 'Oslo', items: source.items.slice(0, 3) }];
    await catalog.albums();
    await catalog.items({ albumId: 'b' });
    source.albums = [{ id: 'b', title: 'Oslo', items: [] }];
    await clock.advance(TTL);
    await catalog.albums();
    expect(await catalog.items({ albumId: 'b' })).toHaveLength(0);
  });
});

describe('a clock that was ahead', () => {
  it('does not keep a listing for ever', async () => {
    const { source, clock, catalog, start } = setUp();
    await clock.advance(200 * 24 * 60 * MINUTE);
    await catalog.items('all');
    await catalog.close();
    await clock.advance(-200 * 24 * 60 * MINUTE);
    source.items = [photo('new'), ...source.items];
    const restarted = start();
    await restarted.items('all');
    await settle();
    expect(await restarted.items('all')).toHaveLength(31);
  });
});

describe('albums that are counted no more', () => {
  it('are doubted like albums that are gone', async () => {
    const { source, clock, catalog } = setUp();
    const counted = [{ id: 'a', title: 'Rome', items: source.items }];
    source.albums = counted;
    await catalog.albums();
    source.albums = [{ id: 'a', title: 'Rome', items: [] }];
    await clock.advance(TTL);
    expect((await catalog.albums())[0]).toMatchObject({ itemCount: 30 });
  });
});

describe('whether there is an item', () => {
  it('costs a request for one, once', async () => {
    const { source, catalog } = setUp();
    expect(await Promise.all([catalog.hasItems('all'), catalog.hasItems('all')])).toEqual([true, true]);
    expect(await catalog.hasAlbums()).toBe(false);
    expect(await catalog.hasAlbums()).toBe(false);
    expect(source.calls).toEqual(['all 0+1', 'albums 0+1']);
  });

  it('costs nothing where a listing is at hand', async () => {
    const { source, catalog } = setUp();
    await catalog.items('all');
    expect(await catalog.hasItems('all')).toBe(true);
    expect(source.calls).toEqual(['all 0+100']);
  });

  it('is asked again when a listing was empty once', async () => {
    const { source, clock, catalog } = setUp();
    await catalog.items('favorites');
    expect(await catalog.hasItems('favorites')).toBe(false);
    source.favorites = source.items.slice(0, 1);
    await clock.advance(TTL);
    expect(await catalog.hasItems('favorites')).toBe(true);
    expect(await catalog.items('favorites')).toHaveLength(1);
  });

  it('is asked again some time after a failure', async () => {
    const { source, clock, catalog } = setUp();
    source.failure = unavailable;
    await expect(catalog.hasItems('all')).rejects.toMatchObject({
      status: 503,
      retryAfterSeconds: 30,
      cause: unavailable,
    });
    source.failure = undefined;
    await clock.advance(10_000);
    expect(await catalog.hasItems('all')).toBe(true);
  });

  it('is known after a restart, also when the source fails or says that nothing is left', async () => {
    const { source, clock, catalog, start } = setUp();
    await catalog.hasItems('all');
    await catalog.close();
    await clock.advance(TTL);
    source.items = [];
    const restarted = start();
    expect(await restarted.hasItems('all')).toBe(true);
    await settle();
    await clock.advance(TTL);
    source.failure = unavailable;
    expect(await restarted.hasItems('all')).toBe(true);
  });
});

describe('sizes', () => {
  const learnAll = async (catalog: Catalog, items: readonly MediaItem[]): Promise<string[]> => {
    const learned: string[] = [];
    for await (const batch of catalog.learnSizes(items)) learned.push(...ids(batch));
    return learned;
  };

  it('are measured once per item, and survive a restart', async () => {
    const { source, catalog, start } = setUp();
    const items = [...(await catalog.items('all'))];
    expect(await learnAll(catalog, items)).toHaveLength(30);
    await catalog.close();
    const restarted = start();
    await restarted.items('all');
    expect(items.map((item) => restarted.knownSize(item))).toEqual(items.map(({ id }) => id.length * 1_000));
    expect(source.calls.filter((call) => call.startsWith('measure'))).toHaveLength(30);
  });

  it('are not due where none can be had any more, of however many', async () => {
    const { source, catalog } = setUp();
    const items = Array.from({ length: 12_000 }, (_, i) => photo(`ended-${i}`));
    source.failure = new AppError('GONE', 'memory: ended');
    expect(await learnAll(catalog, items)).toEqual([]);
    expect(items.filter((item) => catalog.isSizeDue(item))).toEqual([]);
  });

  it('arrive within the wait or are learned in the background', async () => {
    const { source, clock, catalog } = setUp();
    const items = [...(await catalog.items('all'))];
    let open: () => void = () => undefined;
    source.gate = new Promise((resolve) => (open = resolve));
    const learned = learnAll(catalog, items);
    await settle();
    await clock.advance(8_000);
    expect(await learned).toEqual([]);
    open();
    await settle();
    expect(items.every((item) => catalog.knownSize(item) !== undefined)).toBe(true);
  });

  it('that fail leave only themselves out, and are not asked for again at once', async () => {
    const { source, catalog } = setUp();
    const items = [...(await catalog.items('all'))];
    source.failure = new AppError('NOT_FOUND', 'memory: gone');
    expect(await learnAll(catalog, items)).toEqual([]);
    source.failure = undefined;
    expect(await learnAll(catalog, items)).toEqual([]);
    expect(await learnAll(catalog, [...items, photo('another')])).toEqual(['another']);
  });

  it('are not learned while the source keeps failing', async () => {
    const { source, clock, catalog } = setUp({}, 500);
    const items = [...(await catalog.items('all'))];
    source.failure = unavailable;
    await learnAll(catalog, items);
    const asked = source.calls.length;
    expect(asked).toBeLessThan(100);
    source.failure = undefined;
    expect(await learnAll(catalog, items)).toEqual([]);
    await clock.advance(30_000);
    expect(await learnAll(catalog, items)).toHaveLength(500);
  });

  it('are left alone once the share for them is used, but not for who opens an item', async () => {
    const { source, catalog } = setUp();
    const [item] = [...(await catalog.items('all'))];
    source.allowsLearning = false;
    expect(await learnAll(catalog, [item!])).toEqual([]);
    expect(await catalog.size(item!)).toBe(6_000);
  });

  it('are not learned by listings when that is off', async () => {
    const { catalog, source } = setUp({ readSize: 'off' });
    expect(await learnAll(catalog, [...(await catalog.items('all'))])).toEqual([]);
    expect(source.calls).toHaveLength(1);
  });

  it('are learned ahead, newest first, when that is wanted', async () => {
    const { source, catalog } = setUp({ readSize: 'prefetch' }, 0);
    source.items = [photo('old', 'a.jpg', '1999-01-01T00:00:00Z'), photo('new', 'b.jpg', '2024-01-01T00:00:00Z')];
    await catalog.prefetch('all');
    await settle();
    expect(source.calls).toEqual(['all 0+100', 'measure new', 'measure old']);
  });

  it('of a small folder do not wait for those of a large one', async () => {
    const { catalog, source } = setUp({}, 4_000);
    const items = [...(await catalog.items('all'))];
    let left = 100;
    const small = Array.from({ length: 20 }, (_, i) => photo(`small-${i}`));
    source.gate = new Promise((resolve) => {
      const wait = (): unknown => (left-- > 0 ? setImmediate(wait) : resolve());
      wait();
    });
    const large = learnAll(catalog, items);
    expect(await learnAll(catalog, small)).toHaveLength(20);
    expect(source.calls.filter((call) => call.startsWith('measure item')).length).toBeLessThan(200);
    await large;
  });

  it('follow what the bytes say', async () => {
    const { catalog } = setUp();
    const [item] = [...(await catalog.items('all'))];
    expect(await catalog.size(item!)).toBe(6_000);
    catalog.learn(item!, 7_000);
    expect(await catalog.size(item!)).toBe(7_000);
  });
});
