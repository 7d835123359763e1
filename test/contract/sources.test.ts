import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SYSTEM_CLOCK } from '../../src/clock.js';
import { startEmulator } from '../../src/emulator/server.js';
import { openPickerAccount } from '../../src/sources/picker/picker-account.js';
import { SOURCES } from '../../src/sources/index.js';
import type { SourceContext } from '../../src/sources/source.js';
import { makeTempFolder } from '../support/clients.js';
import { makePick } from '../support/make-pick.js';
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

/** Three folders, of which two share an item, fed by four picks. */
async function makePicker(over: Partial<SourceContext> = {}): Promise<SourceUnderTest> {
  const clock = SYSTEM_CLOCK;
  const levers = { repeatFirstItem: true, emptyPageWithToken: true, originalTrailerBytes: 100 };
  const emulator = await startEmulator({ items: ITEMS, levers });
  const folder = await makeTempFolder();
  const context = sourceContext(emulator.ready.api, { clock, picksFolder: join(folder, 'picks'), ...over });
  const { clientId, clientSecret, refreshToken } = emulator.ready;
  const signIn = { clientId, clientSecret, refreshToken };
  const account = await openPickerAccount(signIn, context);
  const ids = emulator.listed().map(({ id }) => id);
  await makePick(emulator, account, { folder: 'Summer', clock, count: 300 });
  await makePick(emulator, account, { folder: 'Summer', clock, count: 400 });
  await makePick(emulator, account, { folder: 'By year', clock, ids: ids.slice(399, 500) });
  await makePick(emulator, account, { folder: 'Trips/2024', clock, ids: ids.slice(500) });
  await account.close();
  emulator.resetCounters();
  const source = await SOURCES.picker.create(signIn, context);
  return {
    source,
    items: ids.length,
    albums: 3,
    favorites: 0,
    openUpstream: () => emulator.counters().open ?? 0,
    async close() {
      await source.close?.();
      await emulator.close();
      await rm(folder, { recursive: true });
    },
  };
}

describeSource('picker', () => makePicker());
describeSource('picker', () => makePicker({ rendition: { width: 64, height: 64 } }), ' with a rendition');

describeSource('demo', async () => {
  const source = await SOURCES.demo.create({}, sourceContext());
  const items = new Set((await itemsOf(source, 'all')).map(({ id }) => id)).size;
  const albums = (await albumsOf(source)).length;
  return { source, items, albums, close: async () => source.close?.() };
});
