import { openLibraries, openOneSource, type Libraries } from './app/libraries.js';
import { readLinkToken } from './app/link-token.js';
import { createLinkTo, isLinked } from './app/links.js';
import { createPolicies } from './app/policies.js';
import { addQuotaGauges } from './app/quota-gauges.js';
import { Refreshes } from './app/refreshes.js';
import { checkMount } from './app/start-check.js';
import { Trees, visibleTo, type Viewer } from './app/trees.js';
import { SYSTEM_CLOCK, type Clock } from './clock.js';
import type { Config, Mount } from './config/schema.js';
import type { User } from './config/users.js';
import { createDav } from './dav/server.js';
import { openUntilUsers } from './http/door.js';
import { Guesses } from './http/guesses.js';
import { createMetrics } from './http/metrics.js';
import { createHttpServer } from './http/server.js';
import { createSignIn } from './http/sign-in.js';
import { readTls } from './http/tls.js';
import { createLog, type Log } from './log.js';
import type { Album } from './model.js';
import type { MediaSource } from './sources/source.js';
import { createEndpoints } from './web/endpoints.js';
import { collectionPage } from './web/index-page.js';
import { createLinks } from './web/links.js';

/** How long running answers may go on once the server is asked to end. */
const GRACE_MS = 10_000;

/** The whole server, built but not listening. */
export interface App {
  /** Resolves with the addresses to open; port 0 is replaced by the real one. Throws LISTEN_FAILED. */
  listen(): Promise<readonly URL[]>;
  /** Fetches again what is shown, and believes what comes; what fails is logged. */
  refresh(): Promise<void>;
  /** Stops accepting, lets running answers finish for ten seconds, then ends them. */
  close(): Promise<void>;
}

/** What a test or a command hands in instead of the defaults. */
export interface AppParts {
  readonly log?: Log;
  readonly clock?: Clock;
  /** Who may enter now; those of the configuration if absent. Everybody may, as long as there have been none. */
  readonly users?: () => Promise<readonly User[]>;
}

/**
 * Builds the server that the configuration describes. Asks Google for nothing: it starts while Google cannot be reached.
 *
 * Throws CONFIG_INVALID for what cannot be served, such as a data folder that cannot be written.
 */
export async function createApp(config: Config, parts: AppParts = {}): Promise<App> {
  const { clock, log } = withDefaults(parts);
  const { host, port, basePath, allowedHosts } = config.server;
  const tls = config.server.tls && (await readTls(config.server.tls, { clock, log }));
  const users = parts.users ?? (() => Promise.resolve(config.users));
  const signIn = createSignIn({ users, clock, log });
  const hasUsers = config.users.length > 0;
  const door = hasUsers ? signIn : openUntilUsers(users, signIn, log);
  const libraries = await openLibraries(config, { clock, log });
  const { mounted, catalogs } = libraries;
  const trees = new Trees(mounted, config.tree);
  const tree = trees.for(undefined);
  const { linkToken, policyFor } = await closedIfItFails(libraries, async () => {
    const token = await readLinkToken(config, log);
    return {
      linkToken: token,
      policyFor: createPolicies(mounted, config.delivery, { linkToken: token, tree, clock, log }),
    };
  });
  const metrics = createMetrics();
  addQuotaGauges(metrics, libraries.governors);
  const dav = createDav({ policyFor, meter: metrics, basePath, log, collectionPage });

  const refreshes = new Refreshes(clock, log);
  const catalogsFor = (viewer: Viewer | undefined) => [
    ...new Set(visibleTo(viewer, mounted).map(({ catalog }) => catalog)),
  ];
  const endpoints = createEndpoints({
    basePath,
    refresh: (user: Viewer | undefined) => refreshes.ask(catalogsFor(user)),
    sendMetrics: (request, response) => metrics.answer(request, response),
  });
  const links = createLinks({
    token: linkToken,
    linkTo: createLinkTo(mounted, tree),
    guesses: new Guesses(clock, log),
    clock,
  });
  const http = createHttpServer({
    async handle(request, response, user) {
      if (!(await endpoints(request, response, user))) await dav.handle(request, response, trees.for(user));
    },
    ...(mounted.some(({ mount }) => isLinked(mount)) ? { beforeDoor: links } : {}),
    door,
    ...(tls ? { tls } : {}),
    allowedHosts: hasUsers ? 'any' : allowedHosts,
    log,
  });
  const closing = new AbortController();
  const works: Promise<void>[] = [];
  for (const { mount, root, catalog } of mounted) {
    if (mount.readSize === 'prefetch') void catalog.prefetch(typeof root === 'string' ? 'all' : root);
  }

  return {
    async listen() {
      const urls = await http.listen(host, port);
      for (const catalog of catalogs) works.push(working(catalog.source, log, closing.signal));
      for (const each of mounted) void checkMount(each, log, closing.signal);
      return urls.map((url) => new URL(basePath === '/' ? '/' : `${basePath}/`, url));
    },
    refresh: () => refreshes.now(catalogs),
    async close() {
      closing.abort();
      await http.close(GRACE_MS);
      await Promise.all(works);
      await libraries.close();
    },
  };
}

/** Yields every album that the source of the mount can see. Throws what the source throws. */
export async function* listAlbums(
  config: Config,
  mount: Mount,
  parts: AppParts = {},
): AsyncGenerator<Album, void, undefined> {
  const opened = await openOneSource(config, mount, withDefaults(parts));
  try {
    for await (const { members } of opened.source.listAlbums()) yield* members;
  } finally {
    await opened.close();
  }
}

/** What a source does beside answering, for as long as the server runs. */
async function working(source: MediaSource, log: Log, signal: AbortSignal): Promise<void> {
  await source.work?.(signal).catch((error: unknown) => {
    if (!signal.aborted) log.error({ err: error }, 'background work has ended');
  });
}

async function closedIfItFails<T>(libraries: Libraries, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    await libraries.close();
    throw error;
  }
}

function withDefaults({ clock = SYSTEM_CLOCK, log = createLog({ level: 'info' }) }: AppParts) {
  return { clock, log };
}
