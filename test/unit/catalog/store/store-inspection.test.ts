import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DiskStore } from '../../../../src/catalog/store/disk-store.js';
import { inspectStore } from '../../../../src/catalog/store/store-inspection.js';
import { createLog } from '../../../../src/log.js';
import { makeTempFolder } from '../../../support/clients.js';

const { signal } = new AbortController();

let folder = '';
beforeAll(async () => {
  folder = await makeTempFolder();
  const store = await DiskStore.open(folder, createLog({ level: 'silent' }));
  for (let page = 0; page < 20; page++) await store.put(`library:a/items/${page}`, { items: [] });
  await store.put('library:a/sizes/original/0', { sizes: [1, null, 3] });
  await store.close();
});
afterAll(() => rm(folder, { recursive: true }));

it('a store is read to its end where there is time', async () => {
  const found = await inspectStore(folder, { isEnough: () => false, signal });
  expect(found).toMatchObject({ values: 21, read: 21, damaged: 0, others: [] });
});

it('a store that takes too long is read as far as there is time, sizes first', async () => {
  let reads = 0;
  const found = await inspectStore(folder, { isEnough: () => reads++ === 3, signal });
  expect(found).toMatchObject({ values: 21, read: 3, damaged: 0 });
  expect(found.sizes.get('library:a')).toEqual({ items: 3, known: 2 });
});

it('a store that is not there holds nothing', async () => {
  const found = await inspectStore(`${folder}/absent`, { isEnough: () => false, signal });
  expect(found).toMatchObject({ values: 0, read: 0, bytes: 0 });
});
