import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ItemTable } from '../../../../src/catalog/items/item-table.js';
import { keyedHash } from '../../../../src/catalog/items/keyed-hash.js';
import { MemoryStore } from '../../../../src/catalog/store/memory-store.js';
import { TextColumn } from '../../../../src/catalog/items/text-column.js';
import { TextIndex } from '../../../../src/catalog/items/text-index.js';
import type { MediaItem } from '../../../../src/model.js';
import { photo } from '../../../support/memory-source.js';

const told = ({ id, filename, mimeType, createdAtMs, version }: MediaItem): MediaItem => {
  return { id, filename, mimeType, createdAtMs, version };
};
const toldBy = (table: ItemTable): MediaItem[] => Array.from({ length: table.size }, (_, i) => told(table.item(i)));

async function restarted(store: MemoryStore): Promise<ItemTable> {
  const table = new ItemTable(store, 'ns');
  await table.load();
  return table;
}

const NAMES = [
  'IMG_0001.jpg',
  'Été.jpg',
  'ÿ',
  'Ā',
  '写真 2024.heic',
  '👨‍👩‍👧.png',
  '',
  'a\u0000b\n"c"',
  'lone \ud83d',
  '\ude00 lone',
  'x'.repeat(70_000),
];

describe('the table of items', () => {
  it('gives every item as it was, whatever its texts are, after a restart too', async () => {
    const items = NAMES.map((filename, i) => ({
      ...photo(`id-${i}`, filename),
      mimeType: i % 2 ? 'image/heic' : filename,
      createdAtMs: i % 3 ? -86_400_000.5 * i : 0,
      version: i % 4 ? undefined : `v${filename}`,
    }));
    const store = new MemoryStore();
    const table = new ItemTable(store, 'ns');
    expect(items.map((item) => table.intern(item))).toEqual([...items.keys()]);
    expect(toldBy(table)).toEqual(items);
    await table.save();
    expect(toldBy(await restarted(store))).toEqual(items);
  });

  it('finds each of many ids, and none that it does not have', async () => {
    const store = new MemoryStore();
    const table = new ItemTable(store, 'ns');
    const id = (i: number): string => `AF1QipM${'same in all of them '.repeat(4)}${i}`;
    for (let i = 0; i < 20_000; i++) table.intern(photo(id(i), `${i}.jpg`));
    await table.save();
    for (const one of [table, await restarted(store)]) {
      expect(one.size).toBe(20_000);
      for (let i = 0; i < 20_000; i += 7) expect(one.numberOf(id(i))).toBe(i);
      expect(one.item(19_999).filename).toBe('19999.jpg');
      expect([one.numberOf(id(20_000)), one.numberOf(''), one.numberOf('AF1QipM')]).toEqual(Array(3).fill(undefined));
      expect(() => one.item(20_000)).toThrow(RangeError);
    }
  });

  it('brings an item up to date under its number', () => {
    const table = new ItemTable(new MemoryStore(), 'ns');
    const first = { ...photo('a'), version: '1' };
    expect([table.intern(first), table.intern(photo('b')), table.intern({ ...first })]).toEqual([0, 1, 0]);
    expect(table.changes).toBe(0);
    const item = table.item(0);
    const changed = { ...photo('a', 'a longer name than before.jpg', '1999-01-01T00:00:00Z'), mimeType: 'video/mp4' };
    expect(table.intern(changed)).toBe(0);
    expect(table.changes).toBe(1);
    expect(told(item)).toEqual({ ...changed, version: undefined });
    expect(told(table.item(1))).toEqual({ ...photo('b'), version: undefined });
  });

  it('knows its own items by their numbers, and others by their ids', () => {
    const table = new ItemTable(new MemoryStore(), 'ns');
    const other = new ItemTable(new MemoryStore(), 'ns');
    for (const id of ['a', 'b']) table.intern(photo(id));
    for (const id of ['b', 'c']) other.intern(photo(id));
    expect(table.numberOfItem(table.item(1))).toBe(1);
    expect(table.numberOfItem(other.item(0))).toBe(1);
    expect(table.numberOfItem(photo('a'))).toBe(0);
    expect(table.numberOfItem(other.item(1))).toBeUndefined();
  });

  it('writes the pages that have changed, and no other', async () => {
    const store = new MemoryStore();
    const table = new ItemTable(store, 'ns');
    for (let i = 0; i < 2_500; i++) table.intern(photo(`item-${i}`));
    await table.save();
    for (const page of [0, 1, 2]) await store.put(`ns/items/${page}`, 'untouched');
    table.intern(photo('item-1500', 'renamed.jpg'));
    await table.save();
    expect(await store.get('ns/items/0')).toBe('untouched');
    expect(await store.get('ns/items/1')).not.toBe('untouched');
    expect(await store.get('ns/items/2')).toBe('untouched');
  });

  it('loses the items of a damaged page alone, and no other changes its number', async () => {
    const store = new MemoryStore();
    const table = new ItemTable(store, 'ns');
    for (let i = 0; i < 2_500; i++) table.intern(photo(`item-${i}`));
    await table.save();
    await store.delete('ns/items/1');
    const damaged = await restarted(store);
    expect(damaged.size).toBe(1_500);
    expect([999, 1_000, 1_999, 2_000].map((i) => damaged.numberOf(`item-${i}`))).toEqual([999, undefined, undefined, 2_000]); // prettier-ignore
    expect(damaged.intern(photo('item-1000'))).toBe(2_500);
    await damaged.save();
    const again = await restarted(store);
    expect(again.size).toBe(1_501);
    expect(again.numberOf('item-1000')).toBe(2_500);
    expect(told(again.item(2_499))).toMatchObject(photo('item-2499'));
  });

  it('is what a map from ids to items would be', async () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom(...NAMES.slice(0, 10)));
    const item = fc.record({
      id: fc.oneof(fc.constantFrom('a', 'b', 'ab', 'c', 'é', '写'), fc.string({ minLength: 1 })),
      filename: text,
      mimeType: fc.constantFrom('image/jpeg', 'video/mp4', ''),
      createdAtMs: fc.integer(),
      version: fc.option(text, { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(item, { maxLength: 60 }), fc.nat(60), async (items, savedAfter) => {
        const store = new MemoryStore();
        const table = new ItemTable(store, 'ns');
        const model = new Map<string, MediaItem>();
        for (const [i, one] of items.entries()) {
          model.set(one.id, one);
          expect(table.item(table.intern(one)).id).toBe(one.id);
          if (i === savedAfter) await table.save();
        }
        await table.save();
        expect(toldBy(table)).toEqual([...model.values()]);
        expect(toldBy(await restarted(store))).toEqual([...model.values()]);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the index of texts', () => {
  it('tells texts apart whose hashes are the same', () => {
    const texts = new TextColumn();
    const index = new TextIndex(texts, () => 0xffffffff);
    const names = Array.from({ length: 2_000 }, (_, i) => (i % 2 ? `photo ${i}` : `写真 ${i}`));
    for (const [position, name] of names.entries()) {
      expect(index.find(name)).toBeUndefined();
      texts.set(position, name);
      index.add(position, name);
    }
    expect(names.map((name) => index.find(name))).toEqual([...names.keys()]);
    expect(index.size).toBe(2_000);
  });
});

describe('the hash of a text', () => {
  it('spreads texts that are nearly the same', () => {
    const counts = new Uint32Array(256);
    for (let i = 0; i < 25_600; i++) counts[keyedHash(`IMG_${i}.jpg`) & 255]!++;
    // A hundred each, give or take ten: eight times that does not happen.
    expect(Math.max(...counts)).toBeLessThan(180);
    expect(Math.min(...counts)).toBeGreaterThan(20);
  });

  it('is that of the part alone', () => {
    expect(keyedHash('before:photo:after', 7, 12)).toBe(keyedHash('photo'));
    expect(keyedHash('写真a', 0, 2)).toBe(keyedHash('写真'));
    expect(keyedHash('photo')).not.toBe(keyedHash('photo\u0000'));
    expect(keyedHash('')).not.toBe(keyedHash('\u0000'));
  });
});
