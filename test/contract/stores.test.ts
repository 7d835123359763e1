import { mkdtemp, readdir, rm, truncate, writeFile, mkdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Catalog } from '../../src/catalog/catalog.js';
import { DiskStore } from '../../src/catalog/store/disk-store.js';
import { MemoryStore } from '../../src/catalog/store/memory-store.js';
import { createLog } from '../../src/log.js';
import { ManualClock } from '../support/manual-clock.js';
import { MemorySource, photo } from '../support/memory-source.js';
import { describeStore } from './store-contract.js';

const log = createLog({ level: 'silent' });
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photodav-store-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describeStore('memory', () => Promise.resolve(new MemoryStore()), { isKept: false });
describeStore('disk', () => DiskStore.open(folder, log), { isKept: true });

/** Every file below a folder that holds contents. */
async function contents(path: string): Promise<string[]> {
  const files = await readdir(path, { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile() && file.parentPath.includes('content-v2'))
    .map((file) => join(file.parentPath, file.name));
}

describe('the disk store', () => {
  it.each([
    ['cut short', (file: string) => truncate(file, 2)],
    ['overwritten', (file: string) => writeFile(file, 'garbage')],
    ['removed', (file: string) => rm(file)],
  ])('drops a value that was %s, and goes on', async (_, damage) => {
    const store = await DiskStore.open(folder, log);
    await store.put('a', 'damaged');
    for (const file of await contents(folder)) await damage(file);
    await store.put('b', 'whole');
    expect(await store.get('a')).toBeUndefined();
    expect(await store.get('b')).toBe('whole');
    await store.put('a', 'again');
    expect(await store.get('a')).toBe('again');
  });

  it('counts on when a counter was damaged', async () => {
    const store = await DiskStore.open(folder, log);
    await store.add('count', 3);
    for (const file of await contents(folder)) await truncate(file, 0);
    expect(await store.add('count', 2)).toBe(2);
  });

  it('keeps no more files than values, however often they are written', async () => {
    const store = await DiskStore.open(folder, log);
    for (let i = 0; i < 200; i++) await store.add('count', 1);
    await store.put('other', 200);
    await store.delete('other');
    expect(await contents(folder)).toHaveLength(1);
    expect(await store.add('count', 0)).toBe(200);
    const index = (await readdir(folder, { recursive: true, withFileTypes: true })).filter(
      (file) => file.isFile() && file.parentPath.includes('index-v5'),
    );
    const sizes = await Promise.all(index.map(async (file) => (await stat(join(file.parentPath, file.name))).size));
    expect(Math.max(...sizes)).toBeLessThan(30_000);
  });

  it('gives a whole value to who reads while it is replaced', async () => {
    const store = await DiskStore.open(folder, log);
    await store.put('k', 0);
    const writing = Promise.all(Array.from({ length: 100 }, (_, i) => store.put('k', i)));
    const reads = await Promise.all(Array.from({ length: 100 }, () => store.get('k')));
    await writing;
    expect(reads.every((value) => typeof value === 'number')).toBe(true);
  });

  it('removes a store of another version, and nothing else', async () => {
    await mkdir(join(folder, 'v0', 'old'), { recursive: true });
    await mkdir(join(folder, 'mine'));
    await DiskStore.open(folder, log);
    expect((await readdir(folder)).sort()).toEqual(['mine', 'v3']);
  });

  it('is for its owner only', async () => {
    await DiskStore.open(folder, log);
    expect((await stat(join(folder, 'v3'))).mode & 0o077).toBe(0);
  });
});

describe('a catalog over a damaged store', () => {
  it('fetches again only what is damaged', async () => {
    const source = new MemorySource();
    source.items = Array.from({ length: 1_500 }, (_, i) => photo(`item-${i}`));
    source.albums = [{ id: 'a', title: 'Rome', items: source.items.slice(0, 3) }];
    const clock = new ManualClock();
    const start = async (): Promise<Catalog> =>
      new Catalog(source, await DiskStore.open(folder, log), { clock, log, ttlMs: 300_000, fullRefreshMs: 86_400_000, maxEntries: 10_000, readSize: 'on-list', sizeWaitMs: 8_000 }); // prettier-ignore
    const catalog = await start();
    const [first, last] = [...(await catalog.items('all'))].filter((_, i) => i === 0 || i === 1_499);
    await catalog.albums();
    await catalog.size(first!);
    await catalog.size(last!);
    await catalog.close();

    const sizes = await Promise.all(
      (await contents(folder)).map(async (file) => [(await stat(file)).size, file] as const),
    );
    const [, largest] = sizes.sort(([a], [b]) => b - a)[0]!;
    await truncate(largest, 100);
    source.calls.length = 0;
    const restarted = await start();
    expect(await restarted.items('all')).toHaveLength(1_500);
    const pages = source.calls.filter((call) => call.startsWith('all'));
    expect(pages).toEqual(Array.from({ length: 15 }, (_, page) => `all ${page * 100}+100`));
    const { length: asked } = source.calls;
    expect(await restarted.albums()).toHaveLength(1);
    expect(await restarted.size(last!)).toBe(9_000);
    expect(source.calls).toHaveLength(asked);
    expect(await restarted.size(first!)).toBe(6_000);
    expect(source.calls.at(-1)).toBe('measure item-0');
    await restarted.close();
  });
});
