import { SYSTEM_CLOCK } from '../../src/clock.js';
import { startEmulator } from '../../src/emulator/server.js';
import { SOURCES } from '../../src/sources/index.js';
import type { SourceContext } from '../../src/sources/source.js';
import { sourceContext } from '../support/source-context.js';
import { albumsOf, describeSource, itemsOf, type SourceUnderTest } from './source-contract.js';

const ITEMS = 620;

async function makeLibrary(context: Partial<SourceContext> = {}, isFull = false): Promise<SourceUnderTest> {
  const levers = { repeatFirstItem: true, emptyPageWithToken: true, originalTrailerBytes: 100 };
  const emulator = await startEmulator({ items: ITEMS, levers, gphotosdl: isFull });
  const { api, clientId, clientSecret, refreshToken, gphotosdl } = emulator.ready;
  const proxy = gphotosdl === undefined ? {} : { proxy: gphotosdl };
  const account = { clientId, clientSecret, refreshToken, includeArchived: false, ...proxy };
  const source = await SOURCES.library.create(account, sourceContext(api, context));
  return {
    source,
    items: emulator.listed().length,
    albums: Math.ceil(ITEMS / 250),
    openUpstream: () => emulator.counters().open ?? 0,
    async close() {
      await source.close?.();
      await emulator.close();
    },
  };
}

describeSource('library', () => makeLibrary());
describeSource('library', () => makeLibrary({ rendition: { width: 64, height: 64 } }), ' with a rendition');
// A turn that nobody waits for is given up.
describeSource('library', () => makeLibrary({ clock: SYSTEM_CLOCK }, true), ' in full resolution');

describeSource('demo', async () => {
  const source = await SOURCES.demo.create({}, sourceContext());
  const items = new Set((await itemsOf(source, 'all')).map(({ id }) => id)).size;
  const albums = (await albumsOf(source)).length;
  return { source, items, albums, close: async () => source.close?.() };
});
