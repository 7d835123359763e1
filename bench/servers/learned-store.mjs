import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import cacache from 'cacache';
import { SYSTEM_CLOCK } from '../../dist/clock.js';
import { DiskStore } from '../../dist/catalog/store/disk-store.js';
import { ItemTable } from '../../dist/catalog/items/item-table.js';
import { Sizes } from '../../dist/catalog/sizes.js';
import { createLog } from '../../dist/log.js';

const MIN_BYTES = 2_000_000;
const ITEMS_KEY = /^(.*)\/items$/;

/** Puts a size for each item into the store of a photodav that has ended, as if it had learned them all. */
export async function learnAllInStore(dataDir) {
  const folder = join(dataDir, 'catalog');
  const log = createLog({ level: 'silent' });
  const store = await DiskStore.open(folder, log);
  const [version] = readdirSync(folder);
  const keys = Object.keys(await cacache.ls(join(folder, version)));
  for (const namespace of keys.flatMap((key) => ITEMS_KEY.exec(key)?.[1] ?? [])) {
    const table = new ItemTable(store, namespace);
    await table.load();
    const sizes = new Sizes(table, store, namespace, SYSTEM_CLOCK, log);
    for (let number = 0; number < table.end; number += 1) sizes.set(table.item(number), MIN_BYTES + number);
    await sizes.close();
  }
  await store.close();
}
