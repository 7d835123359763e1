import { join } from 'node:path';
import { DiskStore } from '../catalog/store/disk-store.js';
import type { CatalogStore } from '../catalog/store.js';
import type { Config } from '../config/schema.js';
import type { CounterStore } from '../google/quota/quota-counts.js';
import { withLock } from '../private-file.js';

/**
 * The counters of a store, for one process at a time: servers and commands that share a data folder count the requests of
 * one project, and a count that two write at once would be lost.
 */
export function sharedCounters(store: CatalogStore, { dataDir }: Pick<Config, 'dataDir'>): CounterStore {
  if (!(store instanceof DiskStore)) return store;
  const path = join(dataDir, 'catalog', 'counters');
  return {
    // Who only looks does not wait: what is being written meanwhile is told with the next count.
    add: (key, amount) => (amount === 0 ? store.add(key, 0) : withLock(path, () => store.add(key, amount))),
  };
}
