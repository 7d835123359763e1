import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { sharedCounters } from '../../../src/app/shared-counters.js';
import { DiskStore } from '../../../src/catalog/store/disk-store.js';
import { MemoryStore } from '../../../src/catalog/store/memory-store.js';
import { createLog } from '../../../src/log.js';
import { makeTempFolder } from '../../support/clients.js';

const COUNTS = 15;

let dataDir = '';
beforeEach(async () => {
  dataDir = await makeTempFolder();
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

it('lose no count where two that know nothing of each other add to one', async () => {
  const open = (): Promise<DiskStore> => DiskStore.open(join(dataDir, 'catalog'), createLog({ level: 'silent' }));
  const both = [await open(), await open()].map((store) => sharedCounters(store, { dataDir }));
  await Promise.all(
    both.map(async (counters) => {
      for (let count = 0; count < COUNTS; count++) await counters.add('requests', 1);
    }),
  );
  expect(await both[0]!.add('requests', 0)).toBe(both.length * COUNTS);
});

it('are those of a store in memory, which no other process has', () => {
  const store = new MemoryStore();
  expect(sharedCounters(store, { dataDir })).toBe(store);
});
