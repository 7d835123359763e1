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

/** Newest first, an hour apart. */
function photos(name: string, count: number, newestMs = Date.UTC(2024, 6, 14)): MediaItem[] {
  return Array.from({ length: count }, (_, i) => {
    return photo(`${name}-${i}`, `${name}-${i}.jpg`, new Date(newestMs - i * 3_600_000).toISOString());
  });
}

function setUp(count = 450, options: Partial<CatalogOptions> = {}) {
  const source = new MemorySource();
  source.items = photos('item', count);
  const clock = new ManualClock();
  const store = new MemoryStore();
  const start = (): Catalog =>
    new Catalog(source, store, {
      clock,
      log: createLog({ level: 'silent' }),
      ttlMs: TTL,
      fullRefreshMs: DAY,
      maxEntries: 100_000,
      readSize: 'off',
      sizeWaitMs: 0,
      ...options,
    });
  /** What `ask` asks the source for. */
  const callsOf = async (ask: () => Promise<unknown>): Promise<readonly string[]> => {
    const before = source.calls.length;
    await ask();
    await settle();
    return source.calls.slice(before);
  };
  return { source, clock, store, start, callsOf, catalog: start() };
}

async function report(catalog: Catalog, item: MediaItem): Promise<void> {
  catalog.itemGone(item);
  await settle();
}

const ids = (items: Iterable<MediaItem>): string[] => Array.from(items, ({ id }) => id);

describe('an album past its time', () => {
  const withAlbums = (sizes: readonly number[]) => {
    const parts = setUp();
    const { source } = parts;
    source.albums = sizes.map((size, i) => ({ id: `${i}`, title: `Album ${i}`, items: source.items.slice(i, i + size) })); // prettier-ignore
    const list = (i: number): Promise<ItemList> => parts.catalog.items({ albumId: `${i}` });
    const listAll = async (): Promise<void> => {
      await parts.catalog.albums();
      for (const [i] of sizes.entries()) await list(i);
    };
    return { ...parts, list, listAll };
  };

  it('is asked for its count and cover, and not listed while they stay', async () => {
    const { clock, callsOf, list, listAll } = withAlbums([250]);
    await listAll();
    const before = await list(0);
    await clock.advance(TTL);
    expect(await callsOf(() => list(0))).toEqual(['about album 0']);
    expect(await callsOf(() => list(0))).toEqual([]);
    expect(await list(0)).toBe(before);
  });

  it('shares the listing of albums with the next one that is asked for', async () => {
    const { clock, callsOf, list, listAll } = withAlbums([250, 200, 150]);
    await listAll();
    await clock.advance(TTL);
    const calls = await callsOf(async () => {
      for (const i of [0, 1, 2]) await list(i);
    });
    expect(calls).toEqual(['about album 0', 'albums 0+100']);
  });

  it('takes what a listing of albums has just told', async () => {
    const { clock, callsOf, catalog, list, listAll } = withAlbums([250]);
    await listAll();
    await clock.advance(TTL);
    await catalog.albums();
    expect(await callsOf(() => list(0))).toEqual([]);
  });

  it('is listed again when its count or its cover is another', async () => {
    const { source, clock, callsOf, list, listAll } = withAlbums([250]);
    await listAll();
    const [album] = source.albums;
    source.albums = [{ ...album!, items: [photo('new'), ...album!.items] }];
    await clock.advance(TTL);
    expect(await callsOf(() => list(0))).toEqual(['about album 0', 'album 0 0+100', 'album 0 100+100', 'album 0 200+100']); // prettier-ignore
    expect(await list(0)).toHaveLength(251);
    source.albums = [{ ...source.albums[0]!, items: [photo('newer'), ...album!.items], coverItemId: 'newer' }];
    await clock.advance(TTL);
    expect(ids(await list(0))[0]).toBe('newer');
    await clock.advance(TTL);
    expect(await callsOf(() => list(0))).toEqual(['about album 0']);
  });

  it('is listed again when an item came before it was listed and went after', async () => {
    const { source, clock, catalog, list } = withAlbums([250]);
    await catalog.albums();
    const [album] = source.albums;
    source.albums = [{ ...album!, items: [photo('brief'), ...album!.items] }];
    expect(await list(0)).toHaveLength(251);
    source.albums = [album!];
    await clock.advance(TTL);
    expect(await list(0)).toHaveLength(250);
  });

  it('shows a swap after a full refresh, at once where it is small', async () => {
    const { source, clock, list, listAll } = withAlbums([250, 100]);
    await listAll();
    const swapped = source.albums.map((album) => ({ ...album, items: [photo('swap'), ...album.items.slice(1)] }));
    source.albums = swapped;
    await clock.advance(TTL);
    expect(ids(await list(0))).not.toContain('swap');
    expect(ids(await list(1))).toContain('swap');
    await clock.advance(DAY - TTL);
    expect(ids(await list(0))).toContain('swap');
  });

  it('that the source does not tell alone is listed when the listing of albums says so', async () => {
    const parts = withAlbums([250, 250]);
    const { source, clock, callsOf, list, listAll } = parts;
    Object.defineProperty(source, 'album', { value: undefined });
    await listAll();
    await clock.advance(TTL);
    expect(await callsOf(() => list(0))).toEqual(['albums 0+100']);
    expect(await callsOf(() => list(1))).toEqual([]);
  });

  it('is kept up to date after a restart as before', async () => {
    const { clock, callsOf, catalog, start, listAll } = withAlbums([250]);
    await listAll();
    await catalog.close();
    await clock.advance(TTL);
    const restarted = start();
    expect(await callsOf(() => restarted.items({ albumId: '0' }))).toEqual(['about album 0']);
  });

  it('that is gone is not shown any longer', async () => {
    const { source, clock, list, listAll } = withAlbums([250]);
    await listAll();
    source.albums = [];
    await clock.advance(TTL);
    await expect(list(0)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('all items past their time', () => {
  it('are read from their head until a page is known', async () => {
    const { source, clock, callsOf, catalog } = setUp();
    const before = await catalog.items('all');
    await clock.advance(TTL);
    expect(await callsOf(() => catalog.items('all'))).toEqual(['all 0+100']);
    expect(await catalog.items('all')).toBe(before);
    source.items = [...photos('new', 130, Date.UTC(2024, 6, 20)), ...source.items];
    await clock.advance(TTL);
    expect(await callsOf(() => catalog.items('all'))).toEqual(['all 0+100', 'all 100+100', 'all 200+100']);
    expect(ids(await catalog.items('all'))).toEqual(ids(source.items));
  });

  it('lose what the source no longer has, and keep what it has but does not list', async () => {
    const { source, clock, callsOf, catalog } = setUp();
    await catalog.items('all');
    const [first, second] = source.items;
    source.hidden = [second!];
    source.items = source.items.slice(2);
    await clock.advance(TTL);
    expect(await callsOf(() => catalog.items('all'))).toEqual(['all 0+100', 'find 2']);
    expect(ids(await catalog.items('all')).toSorted()).toEqual(ids([second!, ...source.items]).toSorted());
    expect(ids(await catalog.items('all'))).not.toContain(first!.id);
    await clock.advance(TTL);
    expect(await callsOf(() => catalog.items('all'))).toEqual(['all 0+100']);
    await clock.advance(DAY);
    expect(ids(await catalog.items('all'))).toEqual(ids(source.items));
  });

  it('are listed in full when too many are missing at their head', async () => {
    const { source, clock, callsOf, catalog } = setUp();
    await catalog.items('all');
    source.items = source.items.slice(51);
    await clock.advance(TTL);
    expect((await callsOf(() => catalog.items('all'))).slice(0, 5)).toEqual(['all 0+100', 'all 0+100', 'all 100+100', 'all 200+100', 'all 300+100']); // prettier-ignore
    expect(ids(await catalog.items('all'))).toEqual(ids(source.items));
  });

  it('lose nothing while what is missing cannot be looked for', async () => {
    const { source, clock, catalog } = setUp();
    await catalog.items('all');
    source.items = source.items.slice(3);
    source.failOnPage = source.calls.length + 1;
    await clock.advance(TTL);
    expect(await catalog.items('all')).toHaveLength(450);
  });

  it('show an item with an old date after a full refresh', async () => {
    const { source, clock, catalog } = setUp();
    await catalog.items('all');
    source.items = [...source.items, photo('old', 'old.jpg', '1999-01-01T00:00:00Z')];
    await clock.advance(TTL);
    expect(await catalog.items('all')).toHaveLength(450);
    await clock.advance(DAY - TTL);
    expect(await catalog.items('all')).toHaveLength(451);
  });

  it('are listed in full in the background while the old listing is served', async () => {
    const { source, clock, catalog } = setUp();
    await catalog.items('all');
    source.gate = new Promise(() => undefined);
    await clock.advance(DAY);
    const stale = catalog.items('all');
    await settle();
    await clock.advance(1_000);
    expect(await stale).toHaveLength(450);
  });

  it('are not believed to be gone when the source lists none', async () => {
    const { source, clock, catalog } = setUp();
    await catalog.items('all');
    source.hidden = source.items;
    source.items = [];
    await clock.advance(TTL);
    expect(await catalog.items('all')).toHaveLength(450);
    await clock.advance(60 * MINUTE);
    expect(await catalog.items('all')).toHaveLength(0);
  });

  it('lose none that moves to another page while they are listed in full', async () => {
    const { source, clock, catalog } = setUp();
    await catalog.items('all');
    await clock.advance(DAY);
    let open: () => void = () => undefined;
    const listing = catalog.items('all');
    source.gate = new Promise((resolve) => (open = resolve));
    await settle();
    // The first page was answered; what follows moves up by two, over its edge.
    source.items = source.items.slice(2);
    open();
    await listing;
    expect(ids(await catalog.items('all')).toSorted()).toEqual(ids(source.items).toSorted());
  });

  it('are fetched in full by who asks for it, and lose at once what is not listed', async () => {
    const { source, catalog } = setUp();
    await catalog.items('all');
    source.hidden = source.items.slice(-1);
    source.items = source.items.slice(0, -1);
    await catalog.refresh('all');
    expect(await catalog.items('all')).toHaveLength(449);
  });
});

describe('favorites past their time', () => {
  it.each([
    [500, ['favorites 0+100', 'favorites 100+100', 'favorites 200+100', 'favorites 300+100', 'favorites 400+100']],
    [501, ['favorites 0+100']],
  ])('that are %i cost %j', async (count, expected) => {
    const { source, clock, callsOf, catalog } = setUp(600);
    source.favorites = source.items.slice(0, count);
    await catalog.items('favorites');
    await clock.advance(TTL);
    expect(await callsOf(() => catalog.items('favorites'))).toEqual(expected);
  });
});

describe('an item whose bytes are gone', () => {
  const withGone = () => {
    const parts = setUp();
    const { source } = parts;
    source.albums = [{ id: 'a', title: 'Rome', items: source.items.slice(0, 250) }];
    const remove = (item: MediaItem): void => {
      source.items = source.items.filter(({ id }) => id !== item.id);
      source.albums = source.albums.map((album) => ({ ...album, items: album.items.filter(({ id }) => id !== item.id) })); // prettier-ignore
    };
    return { ...parts, remove, albumOf: () => parts.catalog.items({ albumId: 'a' }) };
  };

  it('leaves every listing once the source no longer has it, and they are listed again', async () => {
    const { source, clock, catalog, callsOf, albumOf, remove } = withGone();
    const [...items] = await catalog.items('all');
    await albumOf();
    await clock.advance(TTL - 1);
    const [swapped, gone] = [items[150]!, items[200]!];
    remove(gone);
    source.albums = source.albums.map((album) => ({ ...album, items: [...album.items.filter(({ id }) => id !== swapped.id), photo('swap')] })); // prettier-ignore
    await clock.advance(1);
    const calls = await callsOf(async () => {
      catalog.itemGone(gone);
      catalog.itemGone(gone);
      await settle();
    });
    expect(calls[0]).toBe('find 1');
    expect(calls.filter((call) => call === 'all 0+100')).toHaveLength(1);
    expect(ids(await catalog.items('all'))).toEqual(ids(source.items));
    expect(ids(await albumOf())).toEqual(ids(source.albums[0]!.items));
  });

  it('stays while the source has it, or cannot tell', async () => {
    const { source, clock, catalog, callsOf } = withGone();
    const item = (await catalog.items('all')).at(0)!;
    await clock.advance(TTL - 1);
    expect(await callsOf(async () => report(catalog, item))).toEqual(['find 1']);
    expect(await catalog.items('all')).toHaveLength(450);
    source.failure = new AppError('SOURCE_UNAVAILABLE', 'memory: down');
    await clock.advance(MINUTE);
    source.failure = undefined;
    expect(await catalog.items('all')).toHaveLength(450);
  });

  it('is looked for at most once a minute, with the others that were opened meanwhile', async () => {
    const { catalog, clock, callsOf } = withGone();
    const [...items] = await catalog.items('all');
    const calls = await callsOf(async () => {
      for (const item of items.slice(0, 3)) {
        catalog.itemGone(item);
        await settle();
      }
    });
    expect(calls).toEqual(['find 1']);
    expect(await callsOf(() => clock.advance(MINUTE))).toEqual(['find 2']);
  });

  it('has its listings fetched in full where nobody can look for it, at most once within their time', async () => {
    const { source, clock, catalog, callsOf, remove } = withGone();
    Object.defineProperty(source, 'find', { value: undefined });
    const gone = (await catalog.items('all')).at(440)!;
    remove(gone);
    expect(await callsOf(async () => report(catalog, gone))).toEqual([]);
    await clock.advance(TTL);
    expect(await callsOf(async () => report(catalog, gone))).toHaveLength(5);
    expect(await catalog.items('all')).toHaveLength(449);
  });

  it('is nothing to a catalog that does not know it', () => {
    const { catalog } = setUp();
    expect(() => catalog.itemGone(photo('unknown'))).not.toThrow();
  });
});

describe('a refresh of everything', () => {
  it('fetches what is in use, and nothing else', async () => {
    const { source, catalog, callsOf } = setUp(30);
    source.albums = [
      { id: 'a', title: 'Rome', items: source.items.slice(0, 5) },
      { id: 'b', title: 'Oslo', items: source.items.slice(5, 9) },
    ];
    await catalog.albums();
    await catalog.items({ albumId: 'a' });
    expect(await callsOf(() => catalog.refresh())).toEqual(['albums 0+100', 'album a 0+100']);
  });

  it('fetches all items and favorites that an earlier run has listed', async () => {
    const { source, catalog, callsOf, start } = setUp(30);
    source.favorites = source.items.slice(0, 2);
    await catalog.items('all');
    await catalog.items('favorites');
    await catalog.close();
    const restarted = start();
    expect(await callsOf(() => restarted.refresh())).toEqual(['albums 0+100', 'all 0+100', 'favorites 0+100']);
  });

  it('goes on after a failure, and throws it at the end', async () => {
    const { source, catalog, callsOf } = setUp(30);
    await catalog.items('all');
    source.failOnPage = source.calls.length;
    const calls = await callsOf(() => expect(catalog.refresh()).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' }));
    expect(calls).toEqual(['albums 0+100', 'all 0+100']);
  });
});
