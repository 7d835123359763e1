import { finished, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Album, ByteRange, DayRange, MediaItem, Scope } from '../../src/model.js';
import type { MediaSource, Page } from '../../src/sources/source.js';
import { eventually } from '../support/eventually.js';

/** A source to try, and what is true of the library behind it. */
export interface SourceUnderTest {
  readonly source: MediaSource;
  /** Items and albums that a complete listing holds. */
  readonly items: number;
  readonly albums: number;
  /** Favorites, if it is known how many. */
  readonly favorites?: number;
  /** Requests for bytes that are open upstream, where somebody counts them. */
  openUpstream?(): number;
  close(): Promise<void>;
}

const UNKNOWN: MediaItem = { id: 'x'.repeat(70), filename: 'gone.jpg', mimeType: 'image/jpeg', createdAtMs: 0 };

const DAY_MS = 86_400_000;
const EVER: DayRange = { first: '1900-01-01', last: '2100-12-31' };

/** What every source must do, whatever is behind it, and however it is set up. */
export function describeSource(name: string, make: () => Promise<SourceUnderTest>, setUp = ''): void {
  describe(`the source "${name}"${setUp}`, () => {
    let subject: SourceUnderTest;
    let source: MediaSource;
    let items: readonly MediaItem[];

    beforeAll(async () => {
      subject = await make();
      ({ source } = subject);
      items = await itemsOf(source, 'all');
    });
    afterAll(async () => (subject as SourceUnderTest | undefined)?.close());

    it('carries its name, a namespace without a secret, and a reason for being empty', () => {
      expect(source.name).toBe(name);
      expect(source.namespace).toMatch(new RegExp(`^${name}`));
      expect(source.emptyReason.length).toBeGreaterThan(40);
    });

    it('lists every item once after repeats are dropped, each with a name, a type and a time', () => {
      expect(new Set(items.map(({ id }) => id)).size).toBe(subject.items);
      for (const { filename, mimeType, createdAtMs } of items) {
        expect(filename).not.toBe('');
        expect(mimeType).toMatch(/^(image|video)\/./);
        expect(Number.isInteger(createdAtMs)).toBe(true);
      }
    });

    it('lists every album once, with the number of its items', async () => {
      const albums = await albumsOf(source);
      expect(albums).toHaveLength(subject.albums);
      expect(new Set(albums.map(({ id }) => id)).size).toBe(albums.length);
      for (const { id, itemCount } of albums.slice(0, 5)) {
        const members = await itemsOf(source, { albumId: id });
        expect(new Set(members.map((item) => item.id)).size).toBe(itemCount);
      }
    });

    it('lists the favorites as some of all items', async () => {
      const favorites = await itemsOf(source, 'favorites');
      const ids = new Set(items.map(({ id }) => id));
      expect(favorites.length).toBeLessThan(items.length);
      expect(favorites.every(({ id }) => ids.has(id))).toBe(true);
      if (subject.favorites !== undefined) expect(favorites).toHaveLength(subject.favorites);
    });

    it('goes on from the cursor of any page as if it had never stopped', async () => {
      const pageSize = Math.ceil(subject.items / 4);
      const pages = await all(source.listItems('all', { pageSize }));
      expect(pages.length).toBeGreaterThan(1);
      expect(pages.at(-1)?.next).toBeUndefined();
      const cursor = pages[0]!.next!;
      const rest = await all(source.listItems('all', { pageSize, cursor }));
      const expected = pages.slice(1).flatMap(({ members }) => members.map(({ id }) => id));
      expect(rest.flatMap(({ members }) => members.map(({ id }) => id))).toEqual(expected);
    });

    it('goes on from the cursor of a page of albums', async () => {
      const pages = await all(source.listAlbums({ pageSize: 2 }));
      const rest = await all(source.listAlbums({ pageSize: 2, cursor: pages[0]!.next! }));
      expect(rest.flatMap(({ members }) => members)).toEqual(pages.slice(1).flatMap(({ members }) => members));
    });

    it('says NOT_FOUND for a cursor that it does not know, an unknown album, and an unknown item', async () => {
      const cases = [
        async () => itemsOf(source, 'all', 'no-such-cursor'),
        async () => itemsOf(source, { albumId: 'y'.repeat(70) }),
        async () => source.measure(UNKNOWN),
        async () => source.open(UNKNOWN),
      ];
      for (const failing of cases) await expect(failing()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('lists each day of a range in the order of capture times, either way round', async () => {
      if (!source.listDays) return;
      const dated = await daysOf(source, EVER);
      const known = new Map(items.map((item) => [item.id, item]));
      expect(dated.length).toBeGreaterThan(0);
      expect(dated.every((item) => known.get(item.id)?.createdAtMs === item.createdAtMs)).toBe(true);
      expect(dated.map(timeOf)).toEqual(dated.map(timeOf).toSorted((a, b) => b - a));
      const oldestFirst = await daysOf(source, EVER, 'oldest-first');
      expect(oldestFirst.map(timeOf)).toEqual(dated.map(timeOf).toReversed());
    });

    it('lists an item in one of two ranges that meet, and in no range that is far away', async () => {
      if (!source.listDays) return;
      const dated = await daysOf(source, EVER);
      const middle = dated[Math.floor(dated.length / 2)]!.createdAtMs;
      const older = await daysOf(source, { first: EVER.first, last: dayOf(middle) });
      const newer = await daysOf(source, { first: dayOf(middle + DAY_MS), last: EVER.last });
      const ids = [...newer, ...older].map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.toSorted()).toEqual(dated.map(({ id }) => id).toSorted());
      expect(older.every((item) => item.createdAtMs < middle + 2 * DAY_MS)).toBe(true);
      expect(await daysOf(source, { first: '1901-01-01', last: '1901-12-31' })).toEqual([]);
    });

    it('goes on from the cursor of a page of days', async () => {
      if (!source.listDays) return;
      const pageSize = Math.ceil(subject.items / 4);
      const pages = await all(source.listDays(EVER, { pageSize }));
      const rest = await all(source.listDays(EVER, { pageSize, cursor: pages[0]!.next! }));
      const expected = pages.slice(1).flatMap(({ members }) => members.map(({ id }) => id));
      expect(rest.flatMap(({ members }) => members.map(({ id }) => id))).toEqual(expected);
    });

    it('gives one album as its listing does', async () => {
      if (!source.album) return;
      for (const album of await albumsOf(source)) expect(await source.album(album.id)).toEqual(album);
      await expect(source.album('y'.repeat(70))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('finds the items that there are, however many are asked for, and none that is gone', async () => {
      if (!source.find) return;
      const some = [...new Map(items.slice(0, 120).map((item) => [item.id, item])).values()];
      const ids = [...some.map(({ id }) => id), UNKNOWN.id];
      const found = await source.find(ids);
      expect([...found.keys()].toSorted()).toEqual(some.map(({ id }) => id).toSorted());
      expect(some.every((item) => found.get(item.id)?.filename === item.filename)).toBe(true);
      expect(await source.find([])).toEqual(new Map());
    });

    it('measures exactly what it opens, photos and videos alike', async () => {
      for (const item of samples(items)) {
        const size = await source.measure(item);
        const content = await source.open(item);
        const bytes = await buffer(content.body);
        expect({ name: item.filename, size, opened: content.size, read: bytes.length }).toEqual({
          name: item.filename,
          size: bytes.length,
          opened: bytes.length,
          read: bytes.length,
        });
      }
    });

    it.each(['first', 'middle', 'last', 'all but one'] as const)('gives the %s bytes of an item', async (which) => {
      for (const item of samples(items)) {
        const whole = await buffer((await source.open(item)).body);
        const range = rangeOf(which, whole.length);
        const content = await source.open(item, { range });
        const bytes = await buffer(content.body);
        expect(content.size).toBe(whole.length);
        if (content.range) expect(content.range).toEqual(range);
        const expected = content.range ? whole.subarray(range.first, range.last + 1) : whole;
        expect(bytes.equals(expected)).toBe(true);
      }
    });

    it('links to the bytes that it opens, and says what their host makes of a range', async () => {
      if (!source.link) return;
      for (const item of samples(items)) {
        const whole = await buffer((await source.open(item)).body);
        const { url, headers, honoursRange, expiresAtMs } = await source.link(item);
        // Where a video is sent from, past the redirect, none may be needed.
        if (!source.linksNeedHeader) expect(headers).toEqual({});
        else if (item.mimeType.startsWith('image/')) expect(Object.keys(headers)).toEqual(['authorization']);
        expect(expiresAtMs).toBeGreaterThan(0);
        const linked = await fetch(url, { headers, redirect: 'error' });
        expect(Buffer.from(await linked.arrayBuffer()).equals(whole)).toBe(true);
        const part = await fetch(url, { headers: { ...headers, Range: 'bytes=1-9' }, redirect: 'error' });
        expect([part.status, Buffer.from(await part.arrayBuffer())]).toEqual(
          honoursRange ? [206, whole.subarray(1, 10)] : [200, whole],
        );
      }
      await expect(source.link(UNKNOWN)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('gives the same bytes to many at once', async () => {
      const item = items[0]!;
      const whole = await buffer((await source.open(item)).body);
      const opened = await Promise.all(Array.from({ length: 8 }, async () => buffer((await source.open(item)).body)));
      expect(opened.every((bytes) => bytes.equals(whole))).toBe(true);
    });

    it("rejects with the signal's reason when nobody waits any more", async () => {
      const reason = new Error('the client left');
      const signal = AbortSignal.abort(reason);
      await expect(itemsOf(source, 'all', undefined, signal)).rejects.toBe(reason);
      await expect(source.measure(items[0]!, signal)).rejects.toBe(reason);
      if (source.listDays) await expect(all(source.listDays(EVER, { signal }))).rejects.toBe(reason);
      if (source.album) await expect(source.album('y'.repeat(70), signal)).rejects.toBe(reason);
      if (source.find) await expect(source.find([items[0]!.id], signal)).rejects.toBe(reason);
      await expect(source.open(items[0]!, { signal })).rejects.toBe(reason);
      if (source.link) await expect(source.link(items[0]!, signal)).rejects.toBe(reason);
    });

    it('ends the upstream request when the client leaves, or the body is dropped', async () => {
      const largest = await largestOf(source, samples(items));
      const leaving = new AbortController();
      const left = await source.open(largest, { signal: leaving.signal });
      left.body.once('data', () => leaving.abort(new Error('the client left')));
      await closed(left.body);
      const dropped = await source.open(largest);
      dropped.body.destroy();
      await closed(dropped.body);
      await eventually(() => (subject.openUpstream?.() ?? 0) === 0);
      expect(subject.openUpstream?.() ?? 0).toBe(0);
    });

    it('is found in order when it is checked, and ends the check when nobody waits any more', async () => {
      const reason = new Error('the server closes');
      await source.check?.();
      if (source.check) await expect(source.check(AbortSignal.abort(reason))).rejects.toBe(reason);
    });

    it('lets sizes be learned, unless each costs an opening', () => {
      expect(source.mayLearnSizes()).toBe(source.measuresByOpening !== true);
    });
  });
}

/** Every page of a listing. */
export async function all<T>(pages: AsyncIterable<Page<T>>): Promise<Page<T>[]> {
  const found: Page<T>[] = [];
  for await (const page of pages) found.push(page);
  return found;
}

export async function itemsOf(
  source: MediaSource,
  scope: Scope,
  cursor?: string,
  signal?: AbortSignal,
): Promise<readonly MediaItem[]> {
  const options = { ...(cursor === undefined ? {} : { cursor }), ...(signal ? { signal } : {}) };
  return (await all(source.listItems(scope, options))).flatMap(({ members }) => members);
}

export async function albumsOf(source: MediaSource): Promise<readonly Album[]> {
  return (await all(source.listAlbums())).flatMap(({ members }) => members);
}

/** Without repeats. */
async function daysOf(
  source: MediaSource,
  range: DayRange,
  order: 'newest-first' | 'oldest-first' = 'newest-first',
): Promise<readonly MediaItem[]> {
  const pages = source.listDays ? await all(source.listDays(range, { order })) : [];
  return [...new Map(pages.flatMap(({ members }) => members).map((item) => [item.id, item])).values()];
}

function timeOf({ createdAtMs }: MediaItem): number {
  return createdAtMs;
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** Two photos and a video. */
function samples(items: readonly MediaItem[]): readonly MediaItem[] {
  const video = items.find(({ mimeType }) => mimeType.startsWith('video/'));
  const photos = items.filter(({ mimeType }) => mimeType.startsWith('image/'));
  return [photos[0]!, photos.at(-1)!, ...(video ? [video] : [])];
}

async function largestOf(source: MediaSource, items: readonly MediaItem[]): Promise<MediaItem> {
  const sizes = await Promise.all(items.map(async (item) => source.measure(item)));
  return items[sizes.indexOf(Math.max(...sizes))]!;
}

function rangeOf(which: 'first' | 'middle' | 'last' | 'all but one', size: number): ByteRange {
  const middle = Math.floor(size / 2);
  const ranges = {
    first: { first: 0, last: 0 },
    middle: { first: middle - 10, last: middle + 10 },
    last: { first: size - 1, last: size - 1 },
    'all but one': { first: 1, last: size - 1 },
  };
  return ranges[which];
}

/** Resolves when the stream has ended, well or not. */
async function closed(body: Readable): Promise<void> {
  await new Promise((resolve) => finished(body, resolve));
}
