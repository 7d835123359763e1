import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createClient, type FileStat, type WebDAVClient } from 'webdav';
import { AWKWARD_FILENAMES, FAST_START, PLAIN_ALBUM, VIDEO_ALBUM, type FileFact } from '../support/library.js';
import { startStage, type Stage } from '../support/stage.js';

// It takes hrefs that RFC 4918 forbids and mends them: what is on the wire is checked elsewhere.

const PHOTO = `/Albums/${PLAIN_ALBUM}/IMG_0012.jpg`;
const VIDEO = `/Albums/${VIDEO_ALBUM}/${FAST_START}`;

let stage: Stage;
let client: WebDAVClient;

/** Its own type of a stream is not Node's. */
const stream = (path: string, range?: { start: number; end?: number }): Promise<Buffer> =>
  buffer(client.createReadStream(path, range && { range }) as unknown as AsyncIterable<Uint8Array>);

const list = async (path: string): Promise<FileStat[]> => await client.getDirectoryContents(path);

/** Every file below a folder, by asking folder after folder. */
async function walk(path: string): Promise<FileStat[]> {
  const files: FileStat[] = [];
  for (const member of await list(path)) {
    if (member.type === 'directory') files.push(...(await walk(member.filename)));
    else files.push(member);
  }
  return files;
}

const bytesOf = async (path: string): Promise<Buffer> =>
  Buffer.from((await client.getFileContents(path)) as Uint8Array);
const factOf = (filename: string): FileFact => stage.facts.files.find((fact) => fact.filename === filename)!;
const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** With the status that the client was refused with. */
const refused = (status: number): object => expect.objectContaining({ status });

describe('webdav, the client for Node', () => {
  beforeAll(async () => {
    stage = await startStage({ videos: 'short' });
    client = createClient(stage.program.url);
  }, 60_000);
  afterAll(() => stage.close());

  it('lists the views', async () => {
    const views = (await list('/')).map(({ basename, type }) => [basename, type]);
    const names = ['Albums', 'All', 'By day', 'By month', 'By year', 'Favorites'];
    expect(views.sort()).toEqual(names.map((name) => [name, 'directory']));
  });

  it('lists every file of every album, with its size, type and date', async () => {
    const files = await walk('/Albums');
    const facts = stage.facts.albums.flatMap((album) => album.files);
    const listed = files.map(({ size, mime }) => [size, mime]);
    const expected = facts.map(({ bytes, path }) => [bytes, path.endsWith('.mp4') ? 'video/mp4' : 'image/jpeg']);
    expect(listed.sort()).toEqual(expected.sort());

    const photos = files.filter(({ mime }) => mime === 'image/jpeg');
    const dates = photos.map(({ size, lastmod }) => [size, Date.parse(lastmod)]);
    // A date before 1970 is shown as the first second that every client takes for a date.
    const taken = facts
      .filter(({ path }) => !path.endsWith('.mp4'))
      .map(({ bytes, takenAt }) => [bytes, Math.max(1_000, takenAt.getTime())]);
    expect(dates.sort()).toEqual(taken.sort());
  });

  it('is refused the whole tree at once, and not shown a part of it', async () => {
    await expect(client.getDirectoryContents('/', { deep: true })).rejects.toEqual(refused(403));
  });

  it('finds every file whose name hurts under the path that it was listed with', async () => {
    const album = (await list('/Albums')).find(({ basename }) => basename.startsWith('Café'))!;
    const members = await list(album.filename);
    expect(members).toHaveLength(AWKWARD_FILENAMES.length);
    const found: string[] = [];
    for (const { filename, size, etag } of members) {
      expect(await client.exists(filename)).toBe(true);
      expect(await client.stat(filename)).toMatchObject({ filename, size, etag, type: 'file' });
      found.push(digest(await bytesOf(filename)));
    }
    const { files } = stage.facts.albums.find(({ title }) => title.startsWith('Café'))!;
    expect(found.sort()).toEqual(files.map(({ sha256 }) => sha256).sort());
  });

  it('tells what is there from what is not', async () => {
    expect(await client.exists(PHOTO)).toBe(true);
    expect(await client.exists(`/Albums/${PLAIN_ALBUM}`)).toBe(true);
    expect(await client.exists(`/Albums/${PLAIN_ALBUM}/IMG_9999.jpg`)).toBe(false);
    await expect(client.stat('/Nothing')).rejects.toEqual(refused(404));
  });

  it('is told the same of a file alone as in its folder', async () => {
    const alone = await client.stat(PHOTO);
    const member = (await list(`/Albums/${PLAIN_ALBUM}`)).find(({ filename }) => filename === PHOTO);
    expect(alone).toMatchObject({ type: 'file', size: 300_000, mime: 'image/jpeg', basename: 'IMG_0012.jpg' });
    expect(alone).toEqual(member);
  });

  it('reads a file whole, at once and as a stream', async () => {
    const { sha256 } = factOf('IMG_0012.jpg');
    expect(digest(await bytesOf(PHOTO))).toBe(sha256);
    expect(digest(await stream(PHOTO))).toBe(sha256);
  });

  it.each<[string, { start: number; end?: number }]>([
    ['the start', { start: 0, end: 999 }],
    ['the middle', { start: 10_000, end: 29_999 }],
    ['all from a place on', { start: 40_000 }],
  ])('streams %s of a video', async (_, range) => {
    const content = await readFile(join(stage.facts.folder, factOf(FAST_START).path));
    const { start, end = content.length - 1 } = range;
    expect((await stream(VIDEO, range)).equals(content.subarray(start, end + 1))).toBe(true);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['upload a file', () => client.putFileContents(`/Albums/${PLAIN_ALBUM}/new.jpg`, 'new')],
    ['replace a file', () => client.putFileContents(PHOTO, 'new')],
    ['make a folder', () => client.createDirectory('/Albums/New')],
    ['delete a file', () => client.deleteFile(PHOTO)],
    ['delete an album', () => client.deleteFile(`/Albums/${PLAIN_ALBUM}`)],
    ['copy a file', () => client.copyFile(PHOTO, `/Albums/${PLAIN_ALBUM}/copy.jpg`)],
    ['move a file', () => client.moveFile(PHOTO, `/Albums/${PLAIN_ALBUM}/moved.jpg`)],
    ['lock a file', () => client.lock(PHOTO)],
  ])('is refused to %s', async (_, attempt) => {
    const before = await list(`/Albums/${PLAIN_ALBUM}`);
    await expect(attempt()).rejects.toEqual(refused(403));
    expect(await list(`/Albums/${PLAIN_ALBUM}`)).toEqual(before);
  });
});
