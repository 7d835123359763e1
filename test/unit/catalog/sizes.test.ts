import { describe, expect, it } from '@jest/globals';
import { ItemTable } from '../../../src/catalog/items/item-table.js';
import { MemoryStore } from '../../../src/catalog/store/memory-store.js';
import { Sizes } from '../../../src/catalog/sizes.js';
import type { JsonValue } from '../../../src/catalog/store.js';
import { createLog } from '../../../src/log.js';
import type { MediaItem } from '../../../src/model.js';
import { ManualClock } from '../../support/manual-clock.js';
import { photo } from '../../support/memory-source.js';

const log = createLog({ level: 'silent' });

/** Keeps the keys that were written. */
class WatchedStore extends MemoryStore {
  readonly written: string[] = [];

  override put(key: string, value: JsonValue): Promise<void> {
    this.written.push(key);
    return super.put(key, value);
  }
}

const library = (count: number): MediaItem[] => Array.from({ length: count }, (_, i) => photo(`item-${i}`));

function fill(store: MemoryStore, clock: ManualClock, items: readonly MediaItem[]): { table: ItemTable; sizes: Sizes } {
  const table = new ItemTable(store, 'ns');
  for (const item of items) table.intern(item);
  return { table, sizes: new Sizes(table, store, 'ns', clock, log) };
}

async function restart(store: MemoryStore): Promise<{ table: ItemTable; sizes: Sizes }> {
  const table = new ItemTable(store, 'ns');
  await table.load();
  const sizes = new Sizes(table, store, 'ns', new ManualClock(), log);
  await sizes.load();
  return { table, sizes };
}

describe('sizes', () => {
  it('outlive a restart with the items they are of, zero and the largest too', async () => {
    const store = new MemoryStore();
    const items = library(2_500);
    const { sizes } = fill(store, new ManualClock(), items);
    const known = new Map([[0, 0], [1, 1], [999, 2 ** 40], [1_000, 7], [2_499, Number.MAX_SAFE_INTEGER]]); // prettier-ignore
    for (const [i, size] of known) sizes.set(items[i]!, size);
    await sizes.close();
    const after = await restart(store);
    expect(items.map((item) => after.sizes.get(item))).toEqual(items.map((_, i) => known.get(i)));
  });

  it('are written a few seconds after they were learned, page by page', async () => {
    const store = new WatchedStore();
    const clock = new ManualClock();
    const { table, sizes } = fill(store, clock, library(2_500));
    await table.save();
    store.written.length = 0;
    sizes.set(photo('item-1500'), 1);
    sizes.set(photo('item-1501'), 2);
    expect(store.written).toEqual([]);
    await clock.advance(3_000);
    expect(store.written).toEqual(['ns/sizes/original/1']);
    await clock.advance(60_000);
    await sizes.close();
    expect(store.written).toHaveLength(1);
  });

  it('are not written before their items are', async () => {
    const store = new WatchedStore();
    const { sizes } = fill(store, new ManualClock(), library(1));
    sizes.set(photo('item-0'), 1);
    await sizes.close();
    expect(store.written).toEqual(['ns/items/0', 'ns/items', 'ns/sizes/original/0']);
  });

  it('stay when the table has grown since', async () => {
    const store = new MemoryStore();
    const { table, sizes } = fill(store, new ManualClock(), library(3));
    sizes.set(photo('item-1'), 11);
    await sizes.close();
    table.intern(photo('new'));
    await table.save();
    const after = await restart(store);
    expect(['item-1', 'new'].map((id) => after.sizes.get(photo(id)))).toEqual([11, undefined]);
  });

  it('of items that are gone are dropped, and never become those of others', async () => {
    const store = new MemoryStore();
    const items = library(2_500);
    const { sizes } = fill(store, new ManualClock(), items);
    for (const [i, item] of items.entries()) sizes.set(item, i);
    await sizes.close();
    await store.delete('ns/items/0');
    const damaged = await restart(store);
    expect(items.map((item) => damaged.sizes.get(item))).toEqual(items.map((_, i) => (i < 1_000 ? undefined : i)));
    await store.delete('ns/items');
    const other = fill(store, new ManualClock(), [photo('another'), ...items]);
    await other.table.save();
    const moved = await restart(store);
    expect(items.some((item) => moved.sizes.get(item) !== undefined)).toBe(false);
  });

  it('of items that the table does not know are not kept', () => {
    const { sizes } = fill(new MemoryStore(), new ManualClock(), library(1));
    sizes.set(photo('stranger'), 5);
    expect(sizes.get(photo('stranger'))).toBeUndefined();
  });

  it('are what was learned last', () => {
    const { sizes } = fill(new MemoryStore(), new ManualClock(), library(2));
    sizes.set(photo('item-0'), 5);
    sizes.set(photo('item-1'), 5);
    sizes.set(photo('item-0'), 6);
    expect([sizes.get(photo('item-0')), sizes.get(photo('item-1'))]).toEqual([6, 5]);
  });

  it('are tried again when they could not be written', async () => {
    const store = new WatchedStore();
    const clock = new ManualClock();
    const { sizes } = fill(store, clock, library(1));
    const put = store.put.bind(store);
    store.put = () => Promise.reject(new Error('disk full'));
    sizes.set(photo('item-0'), 5);
    await clock.advance(3_000);
    store.put = put;
    await sizes.close();
    expect((await restart(store)).sizes.get(photo('item-0'))).toBe(5);
  });
});
