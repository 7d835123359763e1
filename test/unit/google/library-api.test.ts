import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LibraryApi, type GoogleMediaItem } from '../../../src/google/library-api.js';
import { LIBRARY_SERVICE } from '../../../src/google/services.js';
import { Transport } from '../../../src/google/transport.js';
import { oddServer, restAt, SILENT, type OddServer } from './wire.js';

let transport: Transport;
let server: OddServer;
let api: LibraryApi;
/** What Google answers, one after another; the last for ever. */
let answers: readonly object[];

beforeEach(async () => {
  transport = new Transport({});
  server = await oddServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answers[Math.min(server.requests.length, answers.length) - 1]));
  });
  api = new LibraryApi(await restAt(server, { service: LIBRARY_SERVICE, transport }), SILENT);
});
afterEach(async () => {
  await transport.close();
  await server.close();
});

async function itemsWhenListed(mediaItems: unknown): Promise<readonly GoogleMediaItem[]> {
  answers = [{ mediaItems }];
  const found: GoogleMediaItem[] = [];
  for await (const { members } of api.items({})) found.push(...members);
  return found;
}

const SOUND = {
  id: 'sound',
  filename: 'a.jpg',
  mimeType: 'image/jpeg',
  baseUrl: 'https://lh3.googleusercontent.com/lr/x',
  mediaMetadata: { creationTime: '2024-02-29T12:00:00Z' },
};

describe('a page with one odd item', () => {
  it.each<[string, object]>([
    ['an empty capture time', { mediaMetadata: { creationTime: '' } }],
    ['a sixtieth second', { mediaMetadata: { creationTime: '2016-12-31T23:59:60Z' } }],
    ['a year of five digits', { mediaMetadata: { creationTime: '12024-01-01T00:00:00Z' } }],
    ['a capture time that is a number', { mediaMetadata: { creationTime: 5 } }],
    ['no metadata', { mediaMetadata: undefined }],
    ['metadata that are text', { mediaMetadata: 'none' }],
    ['metadata that are null', { mediaMetadata: null }],
    ['video metadata that are text', { mediaMetadata: { video: 'yes' } }],
  ])('keeps the item with %s, without its capture time', async (_what, over) => {
    const [odd, sound] = await itemsWhenListed([{ ...SOUND, ...over, id: 'odd' }, SOUND]);
    expect(odd).toMatchObject({ id: 'odd', filename: 'a.jpg', baseUrl: SOUND.baseUrl });
    expect(odd?.mediaMetadata.creationTime).toBeUndefined();
    expect(sound).toMatchObject(SOUND);
  });

  it.each<[string, object, object]>([
    ['a name that is a number', { filename: 7 }, { filename: '' }],
    ['a type that is null', { mimeType: null }, { mimeType: 'application/octet-stream' }],
    ['a base URL that is a list', { baseUrl: [] }, { baseUrl: undefined }],
    [
      'a state of its video that is a number',
      { mediaMetadata: { creationTime: SOUND.mediaMetadata.creationTime, video: { status: 1 } } },
      { mediaMetadata: { creationTime: SOUND.mediaMetadata.creationTime, video: {} } },
    ],
  ])('keeps the item with %s, and what else it tells', async (_what, over, expected) => {
    const [odd] = await itemsWhenListed([{ ...SOUND, ...over }]);
    expect(odd).toEqual({ ...SOUND, ...expected });
  });

  it.each([undefined, '', 5, null])('leaves out the item whose id is %j', async (id) => {
    expect(await itemsWhenListed([{ ...SOUND, id }, SOUND, null, 'item'])).toHaveLength(1);
  });

  it.each([null, {}, 'none', 3])('is a failure when all its items are %j', async (mediaItems) => {
    await expect(itemsWhenListed(mediaItems)).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
  });
});

it('keeps an album with what can be read of it', async () => {
  answers = [{ albums: [{ id: 'a', title: 5, mediaItemsCount: 'many', coverPhotoMediaItemId: {} }, { title: 'b' }] }];
  const page = await api.albums().next();
  expect(page.value).toEqual({ members: [{ id: 'a', title: '' }] });
});

it('tells the items of a batch in which one result is odd', async () => {
  answers = [{ mediaItemResults: [null, { mediaItem: { id: 5 } }, { status: { code: 5 } }, { mediaItem: SOUND }] }];
  const known = await api.batchGet(['a', 'b', 'c', 'sound']);
  expect([...known.keys()]).toEqual(['c', 'sound']);
});

describe('pages that go in a circle', () => {
  it.each([1, 2, 3, 7, 20])('of %i end in SOURCE_UNAVAILABLE', async (length) => {
    const lead = [{ nextPageToken: 'lead' }, { nextPageToken: '0' }];
    const circle = Array.from({ length }, (_, i) => ({ nextPageToken: String((i + 1) % length) }));
    answers = [...lead, ...Array.from({ length: 10 }, () => circle).flat(), {}];
    const read = async (): Promise<void> => {
      for await (const { members } of api.items({})) expect(members).toEqual([]);
    };
    await expect(read()).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    expect(server.requests.length).toBeLessThan(5 * length + 5);
  });
});
