import { join } from 'node:path';
import { Catalog, type ReadSize } from '../catalog/catalog.js';
import { DiskStore } from '../catalog/store/disk-store.js';
import { MemoryStore } from '../catalog/store/memory-store.js';
import type { CatalogStore } from '../catalog/store.js';
import type { Clock } from '../clock.js';
import type { Config, Mount } from '../config/schema.js';
import { deliveredSource } from '../delivery/delivered-source.js';
import type { SharedBytes } from '../delivery/shared-bytes.js';
import { AppError } from '../errors.js';
import { Governors } from '../google/governors.js';
import type { Log } from '../log.js';
import { SOURCES } from '../sources/index.js';
import type { PinRoom } from '../sources/pins/pin-room.js';
import type { MediaSource, SourceContext } from '../sources/source.js';
import type { Root } from '../tree/tree.js';
import { openSharedBytes } from './shared-bytes.js';
import { sharedCounters } from './shared-counters.js';
import { checkSignIns } from './sign-in-checks.js';
import { openPinRoom, openSignIns, sourceContext } from './source-context.js';

/** What shows a library: where, and what of it. */
export interface MountedLibrary {
  readonly mount: Mount;
  readonly root: Root;
  readonly catalog: Catalog;
}

/** Every library that the configuration names, open. */
export interface Libraries {
  /** In the order of the configuration; mounts of one account have one catalog. */
  readonly mounted: readonly MountedLibrary[];
  readonly catalogs: readonly Catalog[];
  /** What their sources have asked Google for. */
  readonly governors: Governors;
  close(): Promise<void>;
}

interface Parts {
  readonly log: Log;
  readonly clock: Clock;
}

interface SourceParts extends Parts {
  readonly governors: Governors;
  readonly pinRoom?: PinRoom;
  readonly shared?: SharedBytes | undefined;
}

const READ_SIZES: readonly ReadSize[] = ['off', 'on-list', 'prefetch'];

/** Opens the libraries; asks Google for nothing. Throws CONFIG_INVALID, and leaves nothing open then. */
export async function openLibraries(config: Config, parts: Parts): Promise<Libraries> {
  await checkSignIns(config, openSignIns(config, parts.log), parts.clock);
  const store = await openStore(config, parts.log);
  const shared = await openSharedBytes(config, parts);
  const governors = createGovernors(config, store, parts);
  const pinRoom = openPinRoom(config);
  const sources = new Map<string, MediaSource>();
  const namespaces: string[] = [];
  try {
    for (const mount of config.mounts) {
      const source = await openSource(config, mount, { ...parts, governors, pinRoom, shared });
      namespaces.push(source.namespace);
      // Two catalogs of one account would write over each other in the store.
      if (sources.has(source.namespace)) await source.close?.();
      else sources.set(source.namespace, source);
    }
  } catch (error) {
    for (const source of sources.values()) await source.close?.();
    await shared?.close();
    await governors.close();
    await store.close();
    throw error;
  }
  const catalogs = new Map(
    Array.from(sources, ([namespace, source]) => {
      const mounts = config.mounts.filter((_, i) => namespaces[i] === namespace);
      return [namespace, openCatalog(config, source, store, strongest(mounts), parts)];
    }),
  );
  return {
    mounted: config.mounts.flatMap((mount, i) => {
      const catalog = catalogs.get(namespaces[i] ?? '');
      return catalog ? [{ mount, root: rootOf(mount), catalog }] : [];
    }),
    catalogs: [...catalogs.values()],
    governors,
    async close() {
      await shared?.close();
      for (const catalog of catalogs.values()) {
        await catalog.close();
        await catalog.source.close?.();
      }
      await governors.close();
      await store.close();
    },
  };
}

/** Opens the source of one mount alone; `close` ends it. */
export async function openOneSource(
  config: Config,
  mount: Mount,
  parts: Parts,
): Promise<{ readonly source: MediaSource; close(): Promise<void> }> {
  const { governors, close } = await openGovernors(config, parts);
  try {
    const source = await openSource(config, mount, { ...parts, governors });
    return {
      source,
      async close() {
        await source.close?.();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Where requests are counted, for whoever opens no libraries; `close` ends it. */
export async function openGovernors(
  config: Config,
  parts: Parts,
): Promise<{ readonly governors: Governors; readonly close: () => Promise<void> }> {
  const store = await openStore(config, parts.log);
  const governors = createGovernors(config, store, parts);
  return {
    governors,
    async close() {
      await governors.close();
      await store.close();
    },
  };
}

/** What is known of a source, kept in `store`. */
export function openCatalog(
  { catalog, sizes }: Config,
  source: MediaSource,
  store: CatalogStore,
  readSize: ReadSize,
  { log, clock }: Parts,
): Catalog {
  const { ttlMs, fullRefreshMs, maxEntries, firstListing } = catalog;
  return new Catalog(source, store, {
    clock,
    log,
    ttlMs,
    fullRefreshMs,
    maxEntries,
    firstListing,
    readSize,
    sizeWaitMs: sizes.waitMs,
  });
}

/** Sizes that one mount learns are known to all. */
function strongest(mounts: readonly Mount[]): ReadSize {
  const index = Math.max(...mounts.map(({ readSize }) => READ_SIZES.indexOf(readSize)));
  return READ_SIZES[index] ?? 'on-list';
}

async function openStore({ catalog, dataDir }: Config, log: Log): Promise<CatalogStore> {
  if (catalog.store === 'memory') return new MemoryStore();
  try {
    return await DiskStore.open(join(dataDir, 'catalog'), log);
  } catch (cause) {
    throw new AppError('CONFIG_INVALID', 'the data folder cannot be written', {
      cause,
      advice: 'name a folder of your own with --data-dir, or choose --catalog-store memory',
    });
  }
}

/** Where requests to Google are counted, today's so far from the store. */
export function createGovernors(config: Config, store: CatalogStore, { clock, log }: Parts): Governors {
  const { apiPerDay, bytesPerDay, probeIntervalMs } = config.quota;
  const counters = sharedCounters(store, config);
  return new Governors({ perDay: { api: apiPerDay, bytes: bytesPerDay }, probeIntervalMs, counters, clock, log });
}

async function openSource(
  config: Config,
  mount: Mount,
  { log, clock, governors, pinRoom, shared }: SourceParts,
): Promise<MediaSource> {
  const context = sourceContext(config, mount, { log, clock, governors, ...(pinRoom ? { pinRoom } : {}) });
  const source = await createSource(mount, context);
  return deliveredSource(source, { shared, clock, log });
}

/** The source of a mount, as it is. Throws what its kind does. */
export function createSource(mount: Mount, context: SourceContext): Promise<MediaSource> {
  switch (mount.source) {
    case 'library':
      return SOURCES.library.create(mount.options, context);
    case 'picker':
      return SOURCES.picker.create(mount.options, context);
    case 'demo':
      return SOURCES.demo.create(mount.options, context);
  }
}

/** What stands at the top of a mount. */
export function rootOf({ rootFolderId }: Mount): Root {
  if (rootFolderId === 'root' || rootFolderId === 'all' || rootFolderId === 'albums') return rootFolderId;
  return { albumId: rootFolderId };
}
