import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Emulator } from '../emulator/emulator.js';
import { AppError } from '../errors.js';
import { Governors } from '../google/governors.js';
import type { CounterStore } from '../google/quota/quota-counts.js';
import { openLibrary, type LibraryView } from './library.js';
import { sizeText } from './rendition.js';
import type { MediaSource, SourceContext, SourceKind } from './source.js';

/**
 * The library source, aimed at the built-in emulator of Google's APIs and the sample library beside it. It shows how
 * everything works without an account, and nothing of anybody's own photos.
 */
const options = z.strictObject({});

export type DemoOptions = z.infer<typeof options>;

export const DEMO = { name: 'demo', options, create: createDemo } as const satisfies SourceKind<DemoOptions>;

/** The same two folders up from `src` and from `dist`. */
const FOLDER = fileURLToPath(new URL('../../demo', import.meta.url));

async function createDemo(_given: DemoOptions, context: SourceContext): Promise<MediaSource> {
  const { rendition } = context;
  const emulator = await startDemo(context.clock);
  const { api, clientId, clientSecret, refreshToken } = emulator.ready;
  const google = { ...context.google, endpoint: new URL(api), proxy: {} };
  const governors = governorsWithoutLimits(context);
  const account = { clientId, clientSecret, refreshToken, includeArchived: false };
  let library: LibraryView;
  try {
    library = await openLibrary(account, { ...context, governors, google });
  } catch (error) {
    await emulator.close();
    throw error;
  }
  return {
    name: DEMO.name,
    namespace: rendition ? `${DEMO.name}:${sizeText(rendition)}` : DEMO.name,
    emptyReason: 'The demo library is empty: the folder "demo" of the installed package holds no photos.',
    listAlbums: (listing) => library.listAlbums(listing),
    listItems: (scope, listing) => library.listItems(scope, listing),
    listDays: (range, listing) => library.listDays(range, listing),
    album: (id, signal) => library.album(id, signal),
    find: (ids, signal) => library.find(ids, signal),
    measure: (item, signal) => library.measure(item, signal),
    mayLearnSizes: () => true,
    open: (item, open) => library.open(item, open),
    link: (item, signal, isDoubted) => library.link(item, signal, isDoubted),
    async close() {
      await library.close?.();
      await governors.close();
      await emulator.close();
    },
  };
}

/** The emulator with the folder as its account; CONFIG_INVALID if that is missing or damaged. */
export async function startDemo(clock: SourceContext['clock'], library = FOLDER): Promise<Emulator> {
  const { startEmulator } = await import('../emulator/server.js');
  const { SeedError } = await import('../emulator/manifest.js');
  try {
    return await startEmulator({ library, clock });
  } catch (error) {
    if (!(error instanceof SeedError)) throw error;
    throw new AppError('CONFIG_INVALID', 'demo: the photos that come with the program cannot be read', {
      cause: error,
      advice: 'install photodav again: its folder "demo" is missing or damaged',
    });
  }
}

/** The emulator grants as much as is asked for: there is nothing to wait for, and nothing worth remembering. */
function governorsWithoutLimits({ clock, log }: SourceContext): Governors {
  const perDay = { api: Infinity, bytes: Infinity };
  return new Governors({ perDay, probeIntervalMs: 0, counters: countersInMemory(), clock, log });
}

function countersInMemory(): CounterStore {
  const counts = new Map<string, number>();
  return {
    add(key, amount) {
      const total = (counts.get(key) ?? 0) + amount;
      counts.set(key, total);
      return Promise.resolve(total);
    },
  };
}
