import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import type { Governors } from '../../src/google/governors.js';
import type { Box } from '../../src/model.js';
import { LIBRARY } from '../../src/sources/library.js';
import type { MediaSource } from '../../src/sources/source.js';
import { HurriedClock } from '../support/hurried-clock.js';
import { createGovernors, sourceContext } from '../support/source-context.js';
import { itemsOf } from './source-contract.js';

const GRANTED = 10;
const PROBE_MS = 15 * 60_000;

let emulator: Emulator;
let clock: HurriedClock;
let governors: Governors;
let sources: readonly MediaSource[];

async function createSource(rendition?: Box): Promise<MediaSource> {
  const { api, clientId, clientSecret, refreshToken } = emulator.ready;
  const account = { clientId, clientSecret, refreshToken, includeArchived: false };
  return LIBRARY.create(account, sourceContext(api, { clock, governors, ...(rendition ? { rendition } : {}) }));
}

/** All sources ask as often as one alone may; gives how many requests were answered. */
async function askAll(ask: (source: MediaSource, n: number) => Promise<void>): Promise<number> {
  const asked = sources.flatMap((source) => Array.from({ length: GRANTED }, (_, n) => ask(source, n)));
  const settled = await Promise.allSettled(asked);
  for (const { reason } of settled.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[]) {
    expect(reason).toMatchObject({ code: 'QUOTA_EXCEEDED' });
  }
  return settled.filter(({ status }) => status === 'fulfilled').length;
}

beforeEach(async () => {
  emulator = await startEmulator({ items: 50 });
  clock = new HurriedClock();
});

afterEach(async () => {
  for (const source of sources) await source.close?.();
  await governors.close();
  await emulator.close();
});

describe('two sources of one project', () => {
  it('open what it is granted between them, and then send one probe', async () => {
    governors = createGovernors({ clock, perDay: { api: 10_000, bytes: GRANTED } });
    sources = [await createSource(), await createSource({ width: 64, height: 64 })];
    emulator.levers.quotaBytesPerDay = GRANTED;
    const photos = (await itemsOf(sources[0]!, 'all')).filter(({ mimeType }) => mimeType.startsWith('image/'));
    const open = async (source: MediaSource, n: number) => void (await source.open(photos[n]!)).body.destroy();
    expect(await askAll(open)).toBe(GRANTED);
    expect(emulator.counters()['media.get']).toBe(GRANTED);
    expect(sources.map((source) => source.mayLearnSizes())).toEqual([false, false]);
    await clock.sleep(PROBE_MS);
    expect(await askAll(open)).toBe(0);
    expect(emulator.counters()['media.get']).toBe(GRANTED + 1);
  });

  it('call the API as often as it is granted between them, and then send one probe', async () => {
    governors = createGovernors({ clock, perDay: { api: GRANTED, bytes: 10 } });
    sources = [await createSource(), await createSource({ width: 64, height: 64 })];
    emulator.levers.quotaApiPerDay = GRANTED;
    const check = async (source: MediaSource) => source.check?.();
    expect(await askAll(check)).toBe(GRANTED);
    expect(emulator.counters()['albums.list']).toBe(GRANTED);
    await clock.sleep(PROBE_MS);
    expect(await askAll(check)).toBe(0);
    expect(emulator.counters()['albums.list']).toBe(GRANTED + 1);
  });
});
