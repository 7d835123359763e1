import { join } from 'node:path';
import { Catalog } from './catalog/catalog.js';
import { DiskStore } from './catalog/disk-store.js';
import { MemoryStore } from './catalog/memory-store.js';
import type { CatalogStore } from './catalog/store.js';
import { SYSTEM_CLOCK, type Clock } from './clock.js';
import type { Config, Mount } from './config/schema.js';
import { createDav } from './dav/server.js';
import { POLICIES } from './delivery/index.js';
import { AppError, toAppError } from './errors.js';
import { createHttpServer } from './http/server.js';
import { createLog, type Log } from './log.js';
import type { Album, Scope } from './model.js';
import { SOURCES } from './sources/index.js';
import type { MediaSource, SourceContext } from './sources/source.js';
import { Tree, type Root } from './tree/tree.js';
import { collectionPage } from './web/index-page.js';

/** How long running answers may go on once the server is asked to end. */
const GRACE_MS = 10_000;

/** The whole server, built but not listening. */
export interface App {
  /** Resolves with the addresses to open; port 0 is replaced by the real one. Throws LISTEN_FAILED. */
  listen(): Promise<readonly URL[]>;
  /** Stops accepting, lets running answers finish for ten seconds, then ends them. */
  close(): Promise<void>;
}

/** What a test or a command hands in instead of the defaults. */
export interface AppParts {
  readonly log?: Log;
  readonly clock?: Clock;
}

/**
 * Builds the server that the configuration describes. Asks Google for nothing: it starts while Google cannot be reached.
 *
 * Throws CONFIG_INVALID for what cannot be served, such as a data folder that cannot be written.
 */
export async function createApp(config: Config, parts: AppParts = {}): Promise<App> {
  const { clock, log } = withDefaults(parts);
  const [mount] = config.mounts;
  const store = await openStore(config, log);
  const source = await openSource(config, mount, { log, clock, store });
  const root = rootOf(mount);
  const catalog = new Catalog(source, store, {
    clock,
    log,
    ttlMs: config.catalog.ttlMs,
    fullRefreshMs: config.catalog.fullRefreshMs,
    maxEntries: config.catalog.maxEntries,
    readSize: mount.readSize,
    sizeWaitMs: config.sizes.waitMs,
  });
  const { host, port, basePath, allowedHosts } = config.server;
  const tree = new Tree([{ path: [], catalog, root, layout: 'photodav', timeZone: 'UTC', splitAt: 0 }]);
  const dav = createDav({
    policy: POLICIES['native-proxy'].create({}, [source]),
    basePath,
    log,
    collectionPage,
  });
  const closing = new AbortController();
  const http = createHttpServer({
    handle: (request, response) => dav.handle(request, response, tree),
    allowedHosts,
    log,
  });
  if (mount.readSize === 'prefetch') void catalog.prefetch(scopeOf(root));

  return {
    async listen() {
      const urls = await http.listen(host, port);
      void checkSource(source, catalog, root, log, closing.signal);
      return urls.map((url) => new URL(basePath === '/' ? '/' : `${basePath}/`, url));
    },
    async close() {
      closing.abort();
      await http.close(GRACE_MS);
      await catalog.close();
      await source.close?.();
      await store.close();
    },
  };
}

/** Yields every album that the configured source can see. Throws what the source throws. */
export async function* listAlbums(config: Config, parts: AppParts = {}): AsyncGenerator<Album, void, undefined> {
  const { clock, log } = withDefaults(parts);
  const [mount] = config.mounts;
  const store = await openStore(config, log);
  const source = await openSource(config, mount, { log, clock, store });
  try {
    for await (const { members } of source.listAlbums()) yield* members;
  } finally {
    await source.close?.();
    await store.close();
  }
}

/** Says in the log what a person must mend, before the first client finds out. A source that is known needs no question. */
async function checkSource(
  source: MediaSource,
  catalog: Catalog,
  root: Root,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  try {
    if (!(await catalog.isNew())) return;
    await source.check?.(signal);
    if (typeof root === 'object') await catalog.hasItems(root);
  } catch (reason) {
    if (signal.aborted) return;
    const { code, message, advice } = toAppError(reason);
    if (code === 'NOT_FOUND') {
      log.warn({ code, advice: 'run `photodav albums` for the ids' }, 'rootFolderId is no album of this account');
    } else log.warn({ code, advice }, `the library cannot be shown yet: ${message}`);
  }
}

function withDefaults({ clock = SYSTEM_CLOCK, log = createLog({ level: 'info' }) }: AppParts) {
  return { clock, log };
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

function openSource(
  { google, quota }: Config,
  mount: Mount,
  { log, clock, store }: { readonly log: Log; readonly clock: Clock; readonly store: CatalogStore },
): Promise<MediaSource> {
  const { endpoint, httpProxy, httpsProxy, noProxy } = google;
  const context: SourceContext = {
    log,
    clock,
    counters: store,
    google: {
      ...(endpoint ? { endpoint } : {}),
      proxy: {
        ...(httpProxy === undefined ? {} : { http: httpProxy }),
        ...(httpsProxy === undefined ? {} : { https: httpsProxy }),
        ...(noProxy === undefined ? {} : { no: noProxy }),
      },
      bytesPerDay: quota.bytesPerDay,
    },
  };
  return mount.source === 'library'
    ? SOURCES.library.create(mount.options, context)
    : SOURCES.demo.create(mount.options, context);
}

function rootOf({ rootFolderId }: Mount): Root {
  if (rootFolderId === 'root' || rootFolderId === 'all' || rootFolderId === 'albums') return rootFolderId;
  return { albumId: rootFolderId };
}

function scopeOf(root: Root): Scope {
  return typeof root === 'string' ? 'all' : root;
}
