import { describe, expect, it } from '@jest/globals';
import { Catalog, type FirstListing } from '../../../src/catalog/catalog.js';
import { MemoryStore } from '../../../src/catalog/store/memory-store.js';
import { createLog } from '../../../src/log.js';
import type { MediaItem } from '../../../src/model.js';
import { ManualClock, settle } from '../../support/manual-clock.js';
import { MemorySource, photo } from '../../support/memory-source.js';
import { numbersFrom } from '../../support/random.js';

const HOUR = 3_600_000;
const YEAR = 365.25 * 24 * HOUR;
const NEWEST = Date.UTC(2025, 11, 31);

type Shape = (share: number) => number;
/** When items were taken, as a share of twenty years back from now: all along, or ever more of them. */
const EVENLY: Shape = (share) => share;
const EVER_MORE: Shape = (share) => -Math.log(1 - share * 0.999) / 7;

function library(count: number, shape: Shape = EVENLY): MediaItem[] {
  const times = Array.from({ length: count }, (_, i) => NEWEST - shape(i / count) * 20 * YEAR);
  return times.sort((a, b) => b - a).map((ms, i) => photo(`item-${i}`, `${i}.jpg`, new Date(ms).toISOString()));
}

/** A catalog over a source whose calls are answered all together, round by round. */
function setUp(items: MediaItem[], firstListing: FirstListing = 'quick') {
  const source = new MemorySource();
  source.items = items;
  const clock = new ManualClock();
  const store = new MemoryStore();
  const start = (): Catalog =>
    new Catalog(source, store, {
      clock,
      log: createLog({ level: 'silent' }),
      ttlMs: HOUR,
      fullRefreshMs: 24 * HOUR,
      maxEntries: 1_000_000,
      readSize: 'off',
      firstListing,
      sizeWaitMs: 0,
    });
  let open: () => void = () => undefined;
  const hold = (): void => {
    source.gate = new Promise((resolve) => (open = resolve));
  };
  hold();
  /** Answers what was asked, and lets follow from it what will. */
  const nextRound = async (): Promise<void> => {
    const release = open;
    hold();
    release();
    await settle();
  };
  const catalog = start();
  /** Asks for all items, and counts the rounds until they are given. `between` may change the library after each. */
  const listed = async (between: (round: number) => void = () => undefined, asked = catalog) => {
    const state = { isSettled: false };
    const listing = asked.items('all').finally(() => (state.isSettled = true));
    listing.catch(() => undefined);
    await settle();
    let rounds = 0;
    for (; !state.isSettled; rounds++) {
      between(rounds);
      await nextRound();
    }
    return { rounds, calls: source.calls.length, ids: ids(await listing) };
  };
  /** Lets the listing go on to its last page; gives what is served then. */
  const finished = async (between: (round: number) => void = () => undefined): Promise<readonly string[]> => {
    for (let calls = -1, round = 0; calls < source.calls.length; round++) {
      calls = source.calls.length;
      between(round);
      await nextRound();
    }
    return ids(catalog.peekItems('all') ?? []);
  };
  return { source, clock, start, catalog, listed, finished };
}

const ids = (items: Iterable<MediaItem>): string[] => Array.from(items, ({ id }) => id);

describe('a first listing of a large library', () => {
  it.each<[string, Shape]>([
    ['of items all along', EVENLY],
    ['of ever more items', EVER_MORE],
    ['of some old items', (share) => (share < 0.99 ? share / 4 : 0.25 + (share - 0.99) * 75)],
    ['of bursts', (share) => Math.floor(share * 40) / 40 + (share % 0.025) / 1_000],
  ])('%s is answered in a sixth of the time that its pages take, for hardly more requests', async (_name, shape) => {
    const { source, listed, finished } = setUp(library(20_000, shape));
    const answer = await listed();
    expect(answer.rounds).toBeLessThanOrEqual(200 / 6);
    expect(answer.calls).toBeLessThanOrEqual(200 * 1.2);
    expect(answer.ids).toEqual(ids(source.items));
    expect(await finished()).toEqual(ids(source.items));
    expect(source.calls.length).toBeLessThanOrEqual(answer.calls + 200);
  });

  it('misses no day, wherever the cameras were', async () => {
    const { source, listed } = setUp(library(5_000));
    const next = numbersFrom(7);
    const offsets = new Map(source.items.map(({ id }) => [id, Math.round(next() * 26 - 12) * HOUR]));
    source.offsetOf = ({ id }) => offsets.get(id) ?? 0;
    expect((await listed()).ids).toEqual(ids(source.items));
  });

  it('finds in the end what has no date', async () => {
    const { source, listed, finished } = setUp(library(5_000));
    source.undated = new Set(ids(source.items).filter((_, i) => i % 50 === 49));
    const answer = await listed();
    expect(answer.ids.length).toBeGreaterThanOrEqual(4_900);
    expect(answer.ids.length).toBeLessThan(5_000);
    expect(await finished()).toEqual(ids(source.items));
  });

  it('shows what was added meanwhile', async () => {
    const { source, listed, finished } = setUp(library(5_000));
    const add = (round: number): void => {
      source.items.unshift(photo(`new-${round}`, 'new.jpg', new Date(NEWEST + (round + 1) * HOUR).toISOString()));
    };
    const answer = await listed(add);
    expect(answer.ids.filter((id) => id.startsWith('new')).length).toBeGreaterThanOrEqual(answer.rounds - 1);
    expect(new Set(answer.ids).size).toBe(answer.ids.length);
    const before = ids(source.items);
    const after = new Set(await finished());
    expect(before.filter((id) => !after.has(id))).toEqual([]);
  });

  it.each([1, 2, 3, 4, 5])('loses nothing and doubles nothing while items are removed (%i)', async (seed) => {
    const { source, listed, finished } = setUp(library(5_000));
    const next = numbersFrom(seed);
    const remove = (): void => void source.items.splice(Math.floor(next() * source.items.length), 1);
    await listed(remove);
    await finished((round) => round < 30 && remove());
    const served = await finished();
    const held = new Set(served);
    expect(held.size).toBe(served.length);
    expect(ids(source.items).filter((id) => !held.has(id))).toEqual([]);
  });

  it.each([1, 2, 3, 4, 5])('is complete when it is answered, though items are removed (%i)', async (seed) => {
    const { source, listed } = setUp(library(5_000), 'complete');
    for (const undated of [7, 1_234, 4_321]) source.undated.add(source.items[undated]!.id);
    const next = numbersFrom(seed);
    const remove = (): void => void source.items.splice(Math.floor(next() * source.items.length), 1);
    const served = (await listed((round) => round < 30 && remove())).ids;
    const held = new Set(served);
    expect(held.size).toBe(served.length);
    expect(ids(source.items).filter((id) => !held.has(id))).toEqual([]);
  });

  it('leaves the days of a failed request to the listing of all items', async () => {
    const { source, listed, finished } = setUp(library(5_000));
    source.failOnPage = 15;
    const answer = await listed();
    expect(answer.ids).toEqual(ids(source.items));
    expect(answer.rounds).toBeGreaterThan(10);
    expect(await finished()).toEqual(ids(source.items));
  });
});

describe('a first listing of a library that is not large', () => {
  it.each([
    [100, 1],
    [450, 5],
  ])('of %i items costs %i requests', async (count, requests) => {
    const { source, listed, finished } = setUp(library(count));
    expect((await listed()).ids).toEqual(ids(source.items));
    await finished();
    expect(source.calls).toHaveLength(requests);
  });

  it.each<[number, Shape]>([
    [900, EVENLY],
    [900, EVER_MORE],
    [3_000, () => 0],
  ])('of %i items costs one request more', async (count, shape) => {
    const { source, listed, finished } = setUp(library(count, shape));
    expect((await listed()).ids).toEqual(ids(source.items));
    await finished();
    expect(source.calls.filter((call) => call.startsWith('days'))).toHaveLength(1);
    expect(source.calls).toHaveLength(count / 100 + 1);
  });

  it.each<[number, Shape]>([
    [1_500, EVENLY],
    [1_500, EVER_MORE],
    [3_000, EVENLY],
    [3_000, EVER_MORE],
  ])('of %i items is answered no later than its pages are', async (count, shape) => {
    const { source, listed } = setUp(library(count, shape));
    const answer = await listed();
    expect(answer.ids).toEqual(ids(source.items));
    expect(answer.rounds).toBeLessThanOrEqual(count / 100);
    expect(answer.calls).toBeLessThanOrEqual((count / 100) * 1.6);
  });
});

describe('a first listing that is interrupted', () => {
  it('goes on with its pages, and with windows for what is left', async () => {
    const { source, clock, catalog, start, listed } = setUp(library(5_000));
    source.failOnPage = 3;
    await expect(listed()).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    await catalog.close();
    await clock.advance(10_000);
    source.calls.length = 0;
    expect((await listed(undefined, start())).ids).toEqual(ids(source.items));
    expect(source.calls[0]).toBe('all 300+100');
    expect(source.calls.length).toBeLessThan(70);
  });

  it('after it was answered is served, and goes on where it was', async () => {
    const { source, clock, catalog, listed, finished } = setUp(library(5_000));
    source.undated = new Set(['item-4000']);
    await listed();
    source.failOnPage = source.calls.length + 5;
    expect(await finished()).toHaveLength(4_999);
    await clock.advance(10_000);
    const before = source.calls.length;
    expect(await catalog.items('all')).toHaveLength(4_999);
    expect(await finished()).toHaveLength(5_000);
    expect(source.calls.slice(before)).toContain('all 4900+100');
    expect(source.calls.slice(before)).not.toContain('all 600+100');
  });

  it('after it was answered is served after a restart', async () => {
    const { source, catalog, start, listed, finished } = setUp(library(5_000));
    source.undated = new Set(['item-4000']);
    await listed();
    void catalog.close();
    await settle();
    source.items = source.items.filter(({ id }) => id !== 'item-3000');
    const restarted = start();
    expect(await restarted.items('all')).toHaveLength(4_999);
    await finished();
    expect(ids(await restarted.items('all'))).toEqual(ids(source.items));
  });
});
