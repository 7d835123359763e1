import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Edit } from '../../../src/emulator/edits.js';
import type { Emulator } from '../../../src/emulator/emulator.js';
import { startEmulator } from '../../../src/emulator/server.js';
import { ManualClock } from '../../support/manual-clock.js';
import { GoogleCaller, names, type AlbumJson, type ListJson } from './google-caller.js';

const ITEMS = 600;

let emulator: Emulator;
let caller: GoogleCaller;
beforeEach(async () => {
  emulator = await startEmulator({ items: ITEMS, clock: new ManualClock() });
  caller = await GoogleCaller.signIn(emulator);
});
afterEach(() => emulator.close());

const idsOf = (pages: readonly ListJson[]): string[] =>
  pages.flatMap(({ mediaItems = [] }) => mediaItems.map(({ id }) => id));
const all = async (): Promise<string[]> => idsOf(await caller.searchAll({ pageSize: 100 }));
const listedIds = (): string[] => emulator.listed().map(({ id }) => id);
const membersOf = async (albumId: string): Promise<string[]> =>
  idsOf(await caller.searchAll({ albumId, pageSize: 100 }));
async function album(index = 0): Promise<AlbumJson> {
  return (await caller.albums())[index]!;
}

describe('an invented library that changes', () => {
  it('puts a new item where its date belongs, and at the end of its albums', async () => {
    const { id: albumId } = await album(1);
    const before = await membersOf(albumId);
    const { id } = emulator.change({ add: { takenAt: '2015-06-01T12:00:00Z', albumIds: [albumId] } });
    const listed = await all();
    expect(listed).toEqual(listedIds());
    const times = (await caller.searchAll({ pageSize: 100 })).flatMap(({ mediaItems = [] }) =>
      mediaItems.map(({ mediaMetadata }) => Date.parse(mediaMetadata.creationTime)),
    );
    expect(times).toEqual(times.toSorted((one, other) => other - one));
    expect(times[listed.indexOf(id)]).toBe(Date.UTC(2015, 5, 1, 12));
    expect(await membersOf(albumId)).toEqual([...before, id]);
    expect((await album(1)).mediaItemsCount).toBe('251');
    const day = { dateFilter: { dates: [{ year: 2015, month: 6, day: 1 }] } };
    expect(idsOf(await caller.searchAll({ filters: day }))).toContain(id);
    const got = JSON.parse((await caller.get(`/v1/mediaItems/${id}`)).text) as { filename: string; baseUrl: string };
    expect(got.filename).toContain('000601');
    emulator.advanceClock(10_000);
    expect((await fetch(`${got.baseUrl}=d`)).status).toBe(200);
  });

  it('shows an item without a date in lists, under the time of its upload, and to no filter of dates', async () => {
    const { id } = emulator.change({ add: { takenAt: '2015-06-01T12:00:00Z', hasDate: false } });
    expect(await all()).toContain(id);
    const year = { dateFilter: { dates: [{ year: 2015 }] } };
    expect(idsOf(await caller.searchAll({ filters: year }))).not.toContain(id);
  });

  it('drops a removed item from the list and from its albums, and says that it was there once', async () => {
    const { id: albumId } = await album();
    const before = await membersOf(albumId);
    const id = before[100]!;
    emulator.change({ put: id, into: (await album(2)).id });
    emulator.change({ remove: id });
    expect(await all()).toEqual(listedIds());
    expect(await all()).not.toContain(id);
    expect(await membersOf(albumId)).toEqual(before.filter((each) => each !== id));
    expect(await membersOf((await album(2)).id)).not.toContain(id);
    expect((await caller.get(`/v1/mediaItems/${id}`)).status).toBe(404);
    expect(() => emulator.change({ remove: id })).toThrow(RangeError);
  });

  it('keeps its order through many comings and goings', async () => {
    const times = new Map<string, number>();
    for (const { mediaItems = [] } of await caller.searchAll({ pageSize: 100 })) {
      for (const { id, mediaMetadata } of mediaItems) times.set(id, Date.parse(mediaMetadata.creationTime));
    }
    for (let index = 0; index < 60; index += 1) {
      const takenAt = new Date(Date.UTC(2006 + (index % 21), index % 12, 1 + (index % 28)));
      times.set(emulator.change({ add: { takenAt: takenAt.toISOString() } }).id, takenAt.getTime());
      const gone = [...times.keys()][(index * 37) % times.size]!;
      emulator.change({ remove: gone });
      times.delete(gone);
    }
    const listed = await all();
    expect(listed).toEqual(listedIds());
    expect([...listed].sort()).toEqual([...times.keys()].sort());
    const order = listed.map((id) => times.get(id)!);
    expect(order).toEqual(order.toSorted((one, other) => other - one));
  });

  it('shows shifted pages to a listing under way', async () => {
    const first = await caller.search({ pageSize: 100 });
    emulator.change({ add: { takenAt: '2030-01-01T00:00:00Z' } });
    const second = await caller.search({ pageSize: 100, pageToken: first.nextPageToken });
    expect(names(second)[0]).toBe(names(first).at(-1));
  });

  it('follows what comes into an album and leaves it with count and cover', async () => {
    const { id: albumId, coverPhotoMediaItemId: cover } = await album();
    const guest = (await membersOf((await album(1)).id))[7]!;
    emulator.change({ put: guest, into: albumId });
    expect(await album()).toMatchObject({ mediaItemsCount: '251', coverPhotoMediaItemId: cover });
    expect((await membersOf(albumId)).at(-1)).toBe(guest);
    emulator.change({ take: cover!, outOf: albumId });
    const now = await album();
    expect(now.mediaItemsCount).toBe('250');
    expect(now.coverPhotoMediaItemId).toBe((await membersOf(albumId))[0]);
    expect(now.coverPhotoMediaItemId).not.toBe(cover);
    expect(await all()).toContain(cover);
  });

  it('swaps an item for another without a sign in count or cover', async () => {
    const before = await album();
    const members = await membersOf(before.id);
    const other = (await membersOf((await album(1)).id))[0]!;
    emulator.change({ swap: members[3]!, with: other, in: before.id });
    expect(await album()).toMatchObject({
      mediaItemsCount: before.mediaItemsCount,
      coverPhotoMediaItemId: before.coverPhotoMediaItemId,
    });
    expect(await membersOf(before.id)).toEqual(members.with(3, other));
  });

  it('renames an album and marks a favorite', async () => {
    const { id: albumId } = await album();
    expect(emulator.change({ rename: albumId, title: 'Renamed' })).toEqual({ id: albumId });
    expect((await album()).title).toBe('Renamed');
    const favorites = { filters: { featureFilter: { includedFeatures: ['FAVORITES'] } } };
    const id = (await all())[0]!;
    emulator.change({ favorite: id });
    expect(idsOf(await caller.searchAll(favorites))).toContain(id);
    emulator.change({ favorite: id, isFavorite: false });
    expect(idsOf(await caller.searchAll(favorites))).not.toContain(id);
  });

  it('refuses what cannot be, and changes nothing', async () => {
    const { id: albumId } = await album();
    const [cover, second] = await membersOf(albumId);
    const stranger = (await membersOf((await album(1)).id))[0]!;
    const refused: Edit[] = [
      { remove: 'nothing' },
      { put: cover!, into: albumId },
      { put: cover!, into: 'nothing' },
      { take: stranger, outOf: albumId },
      { swap: cover!, with: stranger, in: albumId },
      { swap: second!, with: cover!, in: albumId },
      { rename: 'nothing', title: 'x' },
      { add: { takenAt: '2020-01-01T00:00:00Z', albumIds: ['nothing'] } },
    ];
    const before = await all();
    for (const edit of refused) expect(() => emulator.change(edit)).toThrow(RangeError);
    expect(await all()).toEqual(before);
    expect((await membersOf(albumId)).slice(0, 2)).toEqual([cover, second]);
  });

  it('is changed over HTTP too', async () => {
    const post = (body: object): Promise<Response> =>
      fetch(`${emulator.ready.api}/_emulator/change`, { method: 'POST', body: JSON.stringify(body) });
    const answer = (await (await post({ add: { takenAt: '2026-02-03T04:05:06+01:00' } })).json()) as { id: string };
    expect((await all())[0]).toBe(answer.id);
    const listed = (await (await fetch(`${emulator.ready.api}/_emulator/listed`)).json()) as ListJson;
    expect(listed.mediaItems).toEqual(emulator.listed());
    expect((await post({ remove: 'nothing' })).status).toBe(400);
    expect((await post({ vanish: answer.id })).status).toBe(400);
  });
});
