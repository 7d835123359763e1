import { expect, it } from '@jest/globals';
import { Catalog } from '../../../src/catalog/catalog.js';
import { MemoryStore } from '../../../src/catalog/store/memory-store.js';
import { createLog } from '../../../src/log.js';
import { ManualClock } from '../../support/manual-clock.js';
import { MemorySource, photo } from '../../support/memory-source.js';

const DAY_MS = 86_400_000;

/** A source that tells at no cost whether it has changed. */
class EditedSource extends MemorySource {
  current = 1;

  edition(): Promise<string> {
    return Promise.resolve(String(this.current));
  }
}

function setUp() {
  const source = new EditedSource();
  source.items = Array.from({ length: 130 }, (_, i) => photo(`item-${i}`));
  source.albums = [{ id: 'a', title: 'Summer', itemCount: 130, items: source.items }];
  const clock = new ManualClock();
  const store = new MemoryStore();
  const start = (): Catalog =>
    new Catalog(source, store, {
      ...{ clock, log: createLog({ level: 'silent' }), ttlMs: DAY_MS, fullRefreshMs: 7 * DAY_MS },
      ...{ maxEntries: 10_000, readSize: 'off', sizeWaitMs: 0 },
    });
  return { source, start, catalog: start() };
}

it('shows within its time what an edition has brought, and asks once however many look', async () => {
  const { source, catalog } = setUp();
  expect(await catalog.items('all')).toHaveLength(130);
  source.items = [photo('new'), ...source.items];
  expect(await catalog.items('all')).toHaveLength(130);
  source.current = 2;
  source.calls.length = 0;
  const lists = await Promise.all([catalog.items('all'), catalog.items('all'), catalog.items('all')]);
  expect(lists.map(({ length }) => length)).toEqual([131, 131, 131]);
  expect(source.calls).toEqual(['all 0+100', 'all 100+100']);
  await catalog.items('all');
  expect(source.calls).toHaveLength(2);
});

it('lists again what was under way when the edition came', async () => {
  const { source, catalog } = setUp();
  await catalog.items('all');
  source.current = 2;
  let open: () => void = () => undefined;
  source.gate = new Promise((resolve) => (open = resolve));
  const first = catalog.items('all');
  const items = [photo('new'), ...source.items];
  await Promise.resolve();
  source.current = 3;
  const second = catalog.items('all');
  source.items = items;
  open();
  await first;
  expect(await second).toHaveLength(131);
});

it('believes at once that nothing is left', async () => {
  const { source, catalog } = setUp();
  await catalog.items('all');
  await catalog.albums();
  Object.assign(source, { items: [], albums: [], current: 2 });
  expect(await catalog.items('all')).toHaveLength(0);
  expect(await catalog.albums()).toEqual([]);
  expect([await catalog.hasItems('all'), await catalog.hasAlbums()]).toEqual([false, false]);
});

it('knows of the first items and albums that an edition brings', async () => {
  const { source, catalog } = setUp();
  const { albums, items } = source;
  Object.assign(source, { items: [], albums: [] });
  expect([await catalog.hasItems('all'), await catalog.hasAlbums()]).toEqual([false, false]);
  Object.assign(source, { items, albums, current: 2 });
  expect([await catalog.hasItems('all'), await catalog.hasAlbums()]).toEqual([true, true]);
});

it('lists again after a restart what is stored', async () => {
  const { source, start, catalog } = setUp();
  await catalog.items('all');
  await catalog.close();
  source.items = [photo('new'), ...source.items];
  const later = start();
  expect(await later.items('all')).toHaveLength(131);
  await later.close();
});
