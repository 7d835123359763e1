import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SeedError } from '../../../src/emulator/manifest.js';
import type { Emulator } from '../../../src/emulator/emulator.js';
import { startEmulator } from '../../../src/emulator/server.js';
import { jpeg, png } from '../../support/pictures.js';
import { GoogleCaller, names } from './google-caller.js';

let folder: string;
let running: Emulator[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photodav-seed-'));
  running = [];
});
afterEach(async () => {
  for (const emulator of running) await emulator.close();
  await rm(folder, { recursive: true, force: true });
});

async function put(path: string, content: Buffer | string, modifiedAt = '2020-05-06T07:08:09Z'): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
  await utimes(join(folder, path), new Date(modifiedAt), new Date(modifiedAt));
}

function photo(takenAt: string, seed = takenAt): Buffer {
  return jpeg({ takenAt: new Date(takenAt), make: 'Aurora Works', model: 'Model A-1', sizeBytes: 2000, seed });
}

async function start(): Promise<{ emulator: Emulator; caller: GoogleCaller }> {
  const emulator = await startEmulator({ library: folder });
  running.push(emulator);
  return { emulator, caller: await GoogleCaller.signIn(emulator) };
}

describe('a folder as an account', () => {
  it('makes albums of sub-folders, and ignores what is no media', async () => {
    await put('Summer/b.jpg', photo('2024-07-02T10:00:00Z'));
    await put('Summer/a.jpg', photo('2024-07-03T10:00:00Z'));
    await put('Empty/.keep/deeper.jpg', photo('2024-01-01T00:00:00Z'));
    await mkdir(join(folder, 'Nothing yet'));
    await put('loose.png', png('loose'));
    for (const path of ['notes.txt', 'Summer/Thumbs.db', 'Summer/._a.jpg', '.git/HEAD']) await put(path, 'x');
    await put('Summer/empty.jpg', '');
    const { caller } = await start();
    expect((await caller.albums()).map(({ title, mediaItemsCount }) => [title, mediaItemsCount])).toEqual([
      ['Summer', '2'],
      ['Nothing yet', undefined],
    ]);
    expect(names(await caller.search())).toEqual(['a.jpg', 'b.jpg', 'loose.png']);
    const [summer, nothing] = await caller.albums();
    expect(names(await caller.search({ albumId: summer!.id }))).toEqual(['b.jpg', 'a.jpg']);
    expect(await caller.search({ albumId: nothing!.id })).toEqual({});
  });

  it('reads capture time, size and camera from the picture', async () => {
    await put('camera.jpg', photo('2014-10-02T15:01:23Z'));
    const { caller } = await start();
    expect((await caller.search()).mediaItems![0]!.mediaMetadata).toEqual({
      creationTime: '2014-10-02T15:01:23Z',
      width: '16',
      height: '12',
      photo: { cameraMake: 'Aurora Works', cameraModel: 'Model A-1' },
    });
  });

  it.each([['1999-12-31T23:59:59Z'], ['1969-12-31T23:59:59Z'], ['1958-06-01T12:00:00Z']])(
    'takes a picture of %s',
    async (takenAt) => {
      await put('old.jpg', photo(takenAt));
      const { caller } = await start();
      expect((await caller.search()).mediaItems![0]!.mediaMetadata.creationTime).toBe(takenAt);
      const year = Number(takenAt.slice(0, 4));
      expect(names(await caller.search({ filters: { dateFilter: { dates: [{ year }] } } }))).toEqual(['old.jpg']);
    },
  );

  it('takes the time of the file where the picture tells none, or is none', async () => {
    await put('drawing.png', png('x'), '1965-03-04T05:06:07Z');
    await put('broken.jpg', 'not a picture', '2020-05-06T07:08:09Z');
    const { caller } = await start();
    const { mediaItems } = await caller.search();
    expect(mediaItems!.map(({ mediaMetadata }) => mediaMetadata)).toEqual([
      { creationTime: '2020-05-06T07:08:09Z', photo: {} },
      { creationTime: '1965-03-04T05:06:07Z', width: '16', height: '16', photo: {} },
    ]);
  });

  it('finds by its date only what tells one', async () => {
    await put('drawing.png', png('x'), '2014-10-02T05:06:07Z');
    await put('camera.jpg', photo('2014-10-02T15:01:23Z'), '2024-01-01T00:00:00Z');
    const { caller } = await start();
    const day = { dateFilter: { dates: [{ year: 2014, month: 10, day: 2 }] } };
    expect(names(await caller.search({ filters: day }))).toEqual(['camera.jpg']);
    const since = { startDate: { year: 1900, month: 1, day: 1 }, endDate: { year: 2100, month: 1, day: 1 } };
    expect(names(await caller.search({ filters: { dateFilter: { ranges: [since] } } }))).toEqual(['camera.jpg']);
  });

  it('reads time, size and frames of a video from its container', async () => {
    await put('clip.mp4', movie(Date.parse('2019-03-01T08:09:10Z')));
    const { caller } = await start();
    const [clip] = (await caller.search()).mediaItems!;
    expect(clip).toMatchObject({
      mimeType: 'video/mp4',
      mediaMetadata: { creationTime: '2019-03-01T08:09:10Z', video: { status: 'READY' } },
    });
    expect(Buffer.from(await (await fetch(`${clip!.baseUrl}=dv`)).arrayBuffer())).toEqual(
      await readFile(join(folder, 'clip.mp4')),
    );
  });

  it('sends the bytes of the file, by range too', async () => {
    const content = photo('2024-07-02T10:00:00Z');
    await put('Summer/a.jpg', content);
    const { caller } = await start();
    const { baseUrl } = (await caller.search()).mediaItems![0]!;
    expect(Buffer.from(await (await fetch(`${baseUrl}=d`)).arrayBuffer())).toEqual(content);
    const part = await fetch(`${baseUrl}=d`, { headers: { range: 'bytes=5-9' } });
    expect(Buffer.from(await part.arrayBuffer())).toEqual(content.subarray(5, 10));
  });

  it('keeps its ids, and gives the same bytes in another place an id of their own', async () => {
    await put('one/a.jpg', photo('2024-07-02T10:00:00Z'));
    await put('two/a.jpg', photo('2024-07-02T10:00:00Z'));
    const [first, second] = [await start(), await start()];
    const ids = async ({ caller }: { caller: GoogleCaller }): Promise<string[]> =>
      [...((await caller.search()).mediaItems ?? []), ...(await caller.albums())].map(({ id }) => id);
    expect(await ids(second)).toEqual(await ids(first));
    expect(new Set(await ids(first)).size).toBe(4);
  });

  it('read again, has the new and not the gone; a new video is being processed', async () => {
    await put('gone.jpg', photo('2024-07-02T10:00:00Z'));
    const { emulator, caller } = await start();
    const gone = (await caller.search()).mediaItems![0]!;
    await rm(join(folder, 'gone.jpg'));
    await put('new.mp4', movie(Date.parse('2024-07-03T10:00:00Z')));
    await emulator.rescan();
    const [clip] = (await caller.search()).mediaItems!;
    expect([clip!.filename, clip!.mediaMetadata.video!.status]).toEqual(['new.mp4', 'PROCESSING']);
    expect((await fetch(`${clip!.baseUrl}=dv`)).status).toBe(404);
    expect((await fetch(`${gone.baseUrl}=d`)).status).toBe(404);
    expect((await caller.get(`/v1/mediaItems/${gone.id}`)).status).toBe(404);
    emulator.advanceClock(5000);
    expect((await caller.search()).mediaItems![0]!.mediaMetadata.video!.status).toBe('READY');
    expect((await fetch(`${clip!.baseUrl}=dv`)).status).toBe(200);
  });
});

describe('library.json', () => {
  const pictures = async (): Promise<void> => {
    await put('rock/1.jpg', photo('2024-07-02T10:00:00Z'));
    await put('2.jpg', photo('2024-07-01T10:00:00Z'));
  };

  it('gives names that no file system carries, favorites, the archive, and further albums', async () => {
    await pictures();
    await put('3.jpg', photo('2024-06-01T10:00:00Z'));
    const manifest = {
      albumTitles: { rock: "Rock'n'Roll / #1" },
      filenames: { '2.jpg': 'a/b\n"c".jpg' },
      favorites: ['2.jpg'],
      archived: ['3.jpg'],
      alsoIn: { "Rock'n'Roll / #1": ['2.jpg'], Best: ['3.jpg'] },
    };
    await put('library.json', JSON.stringify(manifest));
    const { caller } = await start();
    const albums = await caller.albums();
    expect(albums.map(({ title }) => title)).toEqual(["Rock'n'Roll / #1", 'Best']);
    expect(names(await caller.search({ albumId: albums[0]!.id }))).toEqual(['1.jpg', 'a/b\n"c".jpg']);
    expect(names(await caller.search({ albumId: albums[1]!.id }))).toEqual(['3.jpg']);
    const favorites = await caller.search({ filters: { featureFilter: { includedFeatures: ['FAVORITES'] } } });
    expect(names(favorites)).toEqual(['a/b\n"c".jpg']);
    expect(names(await caller.search())).toEqual(['1.jpg', 'a/b\n"c".jpg']);
    expect(names(await caller.search({ filters: { includeArchivedMedia: true } }))).toHaveLength(3);
    const bytes = await fetch(`${favorites.mediaItems![0]!.baseUrl}=d`);
    expect(bytes.headers.get('content-disposition')).toBe(
      `attachment;filename="a/b__c_.jpg";filename*=UTF-8''a%2Fb%0A%22c%22.jpg`,
    );
  });

  it.each([
    ['is no JSON', '{', 'it is not JSON'],
    ['has a key that means nothing', '{"favourites":[]}', 'favourites'],
    ['names a file that is not there', '{"favorites":["x.jpg"]}', 'x.jpg'],
    ['names a folder that is not there', '{"albumTitles":{"pop":"Pop"}}', 'pop'],
  ])('that %s is refused', async (_what, text, named) => {
    await pictures();
    await put('library.json', text);
    const failed = startEmulator({ library: folder });
    await expect(failed).rejects.toThrow(SeedError);
    await expect(failed).rejects.toThrow(named);
  });

  it('and a folder that is not there is refused', async () => {
    await expect(startEmulator({ library: join(folder, 'none') })).rejects.toThrow(SeedError);
  });
});

/** An MP4 that has a date and nothing to see (ISO 14496-12: seconds since 1904). */
function movie(createdAtMs: number): Buffer {
  const box = (type: string, ...content: Buffer[]): Buffer => {
    const body = Buffer.concat(content);
    const head = Buffer.alloc(8);
    head.writeUInt32BE(body.length + 8);
    head.write(type, 4, 'latin1');
    return Buffer.concat([head, body]);
  };
  const header = Buffer.alloc(100);
  const seconds = createdAtMs / 1000 + 2_082_844_800;
  header.writeUInt32BE(seconds, 4);
  header.writeUInt32BE(seconds, 8);
  header.writeUInt32BE(1000, 12);
  header.writeUInt32BE(1000, 16);
  header.writeUInt32BE(2, 96);
  return Buffer.concat([
    box('ftyp', Buffer.from('mp42\0\0\0\0mp42isom', 'latin1')),
    box('moov', box('mvhd', header)),
    box('mdat', Buffer.alloc(64, 7)),
  ]);
}
