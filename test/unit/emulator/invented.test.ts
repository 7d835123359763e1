import { describe, expect, it } from '@jest/globals';
import { inventLibrary } from '../../../src/emulator/invented.js';

const LARGE = 100_000;

async function bytesOf(position: number, first: number, last: number): Promise<Buffer> {
  const library = inventLibrary(LARGE);
  const chunks: Uint8Array[] = [];
  for await (const chunk of library.read(library.at(position), first, last)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('an invented library', () => {
  const library = inventLibrary(LARGE);
  const items = Array.from({ length: LARGE }, (_, position) => library.at(position));

  it('spreads its items over twenty years, newest first', () => {
    const times = items.map(({ takenAtMs }) => takenAtMs);
    expect(times.every((time, position) => position === 0 || time <= (times[position - 1] ?? 0))).toBe(true);
    const years = new Set(times.map((time) => new Date(time).getUTCFullYear()));
    expect([years.size, Math.max(...years)]).toEqual([20, 2025]);
  });

  it('has about one video and one favorite in 50, and sizes of 2 to 200 KB', () => {
    expect(items.filter(({ video }) => video).length / LARGE).toBeCloseTo(1 / 50, 2);
    expect(items.filter(({ isFavorite }) => isFavorite).length / LARGE).toBeCloseTo(1 / 50, 2);
    const sizes = items.map(({ sizeBytes }) => sizeBytes).sort((one, other) => one - other);
    expect(sizes[0]).toBeGreaterThanOrEqual(2_000);
    expect(sizes.at(-1)).toBeLessThanOrEqual(200_000);
  });

  it('archives each hundredth item, and has no date for one in 500, which is not archived', () => {
    expect(items.filter(({ isArchived }) => isArchived)).toHaveLength(LARGE / 100);
    expect(items.filter(({ hasDate }) => !hasDate)).toHaveLength(LARGE / 500);
    expect(items.some(({ hasDate, isArchived }) => !hasDate && isArchived)).toBe(false);
  });

  it('finds an item by its id without a table, and only there', () => {
    for (const position of [0, 1, 4711, LARGE - 1]) {
      const { id } = library.at(position);
      expect(library.byId(id)?.serial).toBe(position);
      expect(library.byId(`${id.slice(0, -1)}${id.endsWith('A') ? 'B' : 'A'}`)).toBeUndefined();
    }
    expect(inventLibrary(10).byId(library.at(10).id)).toBeUndefined();
    expect(library.byId('')).toBeUndefined();
  });

  it('puts each 250 items into an album, oldest first', () => {
    expect(library.albums.size).toBe(400);
    const album = library.albums.at(399);
    expect([album.title, album.size]).toEqual(['Album 400', 250]);
    expect([album.at(0).serial, album.at(249).serial]).toEqual([LARGE - 1, LARGE - 250]);
    expect(library.albums.byId(album.id)?.title).toBe('Album 400');
    expect(inventLibrary(0).albums.size).toBe(0);
    expect(inventLibrary(251).albums.at(1).size).toBe(1);
  });

  it('makes the same bytes again, and any part of them alone', async () => {
    const position = items.findIndex(({ sizeBytes }) => sizeBytes > 150_000);
    const last = items[position]!.sizeBytes - 1;
    const whole = await bytesOf(position, 0, last);
    expect(whole.length).toBe(last + 1);
    expect((await bytesOf(position, 0, last)).equals(whole)).toBe(true);
    for (const [from, to] of [
      [0, 0],
      [3, 3],
      [100, 70_000],
      [253, 258],
      [65_535, 65_537],
      [last, last],
    ] as const) {
      expect((await bytesOf(position, from, to)).equals(whole.subarray(from, to + 1))).toBe(true);
    }
    expect((await bytesOf(position + 1, 1000, 1100)).equals(whole.subarray(1000, 1101))).toBe(false);
  });
});
