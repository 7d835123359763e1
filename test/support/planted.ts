import { Catalog } from '../../src/catalog/catalog.js';
import { MemoryStore } from '../../src/catalog/store/memory-store.js';
import { createLog } from '../../src/log.js';
import type { MediaSource } from '../../src/sources/source.js';
import type { MountedCatalog, Tree } from '../../src/tree/tree.js';
import { ManualClock } from './manual-clock.js';

/** A catalog of the source that remembers nothing and whose clock stands still. */
export function catalogOf(source: MediaSource): Catalog {
  return new Catalog(source, new MemoryStore(), {
    clock: new ManualClock(),
    log: createLog({ level: 'silent' }),
    ttlMs: 300_000,
    fullRefreshMs: 86_400_000,
    maxEntries: 10_000,
    readSize: 'on-list',
    sizeWaitMs: 8_000,
  });
}

/** The source at the root, in photodav's layout, unless said otherwise. */
export function mountOf(source: MediaSource, options: Partial<MountedCatalog> = {}): MountedCatalog {
  const { catalog = catalogOf(source), ...given } = options;
  return { path: [], catalog, root: 'root', layout: 'photodav', timeZone: 'UTC', splitAt: 0, ...given };
}

/** Names of the members at a path such as `Albums/Trips`; undefined if it is no collection. */
export async function namesAt(tree: Tree, path: string): Promise<string[] | undefined> {
  const members = await tree.members(path.split('/').filter(Boolean));
  return members && Array.from(members, ({ name }) => name);
}

/** Paths of all files below a path, sorted; asserts that each leads to the item that it was listed for. */
export async function filesBelow(tree: Tree, path: readonly string[] = []): Promise<string[]> {
  const files: string[] = [];
  for (const member of (await tree.members(path)) ?? []) {
    const segments = [...path, member.name];
    const found = await tree.resolve(segments);
    if (found?.name !== member.name || found.kind !== member.kind) throw new Error(`not found: ${segments.join('/')}`);
    if (member.kind === 'media' && found.kind === 'media' && member.item.id !== found.item.id) {
      throw new Error(`another item at ${segments.join('/')}`);
    }
    if (member.kind === 'collection') files.push(...(await filesBelow(tree, segments)));
    else files.push(segments.join('/'));
  }
  return files.sort();
}
