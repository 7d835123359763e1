import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import jpeg from 'jpeg-js';
import type { Emulator } from '../../../src/emulator/emulator.js';
import { upright } from '../../../src/emulator/pixels.js';
import { startEmulator } from '../../../src/emulator/server.js';
import { GoogleCaller, type ItemJson } from './google-caller.js';

let folder: string;
let emulator: Emulator;
let invented: Emulator;
let items: ReadonlyMap<string, ItemJson>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photodav-resizing-'));
  await writeFile(join(folder, 'halves.jpg'), halves(80, 40));
  await writeFile(join(folder, 'broken.jpg'), halves(80, 40).subarray(0, 300));
  await writeFile(join(folder, 'phone.heic'), 'nothing that can be decoded');
  emulator = await startEmulator({ library: folder });
  const { mediaItems = [] } = await (await GoogleCaller.signIn(emulator)).search();
  items = new Map(mediaItems.map((item) => [item.filename, item]));
  invented = await startEmulator({ items: 200 });
});
afterAll(async () => {
  await emulator.close();
  await invented.close();
  await rm(folder, { recursive: true });
});

/** Black on the left, white on the right. */
function halves(width: number, height: number): Buffer {
  const data = Buffer.alloc(width * height * 4, 255);
  for (let at = 0; at < data.length; at += 4) if ((at / 4) % width < width / 2) data.fill(0, at, at + 3);
  return jpeg.encode({ width, height, data }, 95).data;
}

const ask = async (item: ItemJson | undefined, suffix: string): Promise<[Response, Buffer]> => {
  const answer = await fetch(`${item!.baseUrl}=${suffix}`);
  return [answer, Buffer.from(await answer.arrayBuffer())];
};

describe('=w-h of a photo', () => {
  it('is the photo, smaller, as a JPEG to be shown', async () => {
    const [answer, bytes] = await ask(items.get('halves.jpg'), 'w20-h20');
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'content-length': String(bytes.length),
      'content-disposition': 'inline;filename="halves.jpg"',
    });
    const { width, height, data } = jpeg.decode(bytes);
    expect([width, height]).toEqual([20, 10]);
    expect([data[0]! < 40, data[19 * 4]! > 215]).toEqual([true, true]);
  });

  it('gives the same bytes each time, and ranges of them', async () => {
    const item = items.get('halves.jpg');
    const [, once] = await ask(item, 'w33');
    const again = await fetch(`${item!.baseUrl}=w33`, { headers: { range: 'bytes=10-' } });
    expect([again.status, Buffer.from(await again.arrayBuffer())]).toEqual([206, once.subarray(10)]);
    const head = await fetch(`${item!.baseUrl}=w33`, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(once.length));
  });

  it('crops with -c, and downloads with -d', async () => {
    const [answer, bytes] = await ask(items.get('halves.jpg'), 'w10-h10-c-d');
    expect(answer.headers.get('content-disposition')).toBe('attachment;filename="halves.jpg"');
    expect(jpeg.decode(bytes)).toMatchObject({ width: 10, height: 10 });
  });

  it.each(['broken.jpg', 'phone.heic'])('of %s, which cannot be decoded, is a picture all the same', async (name) => {
    const [answer, bytes] = await ask(items.get(name), 'w640-h480');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    expect(jpeg.decode(bytes).width).toBeGreaterThan(0);
  });
});

describe('=w-h of an invented item', () => {
  it.each(['PHOTO', 'VIDEO'])('has the aspect that its metadata tell: %s', async (type) => {
    const filters = { mediaTypeFilter: { mediaTypes: [type] } };
    const { mediaItems = [] } = await (await GoogleCaller.signIn(invented)).search({ filters });
    const [, bytes] = await ask(mediaItems[0], 'w64-h64-no');
    expect(jpeg.decode(bytes)).toMatchObject({ width: 64, height: 48 });
  });
});

describe('a picture of two pixels, red above blue', () => {
  const [red, blue] = [
    [200, 0, 0, 255],
    [0, 0, 200, 255],
  ];
  const stored = { width: 1, height: 2, data: new Uint8Array([...red, ...blue]) };

  it.each([
    [1, 1, 2, 'red above'],
    [2, 1, 2, 'red above'],
    [3, 1, 2, 'blue above'],
    [4, 1, 2, 'blue above'],
    [5, 2, 1, 'red left'],
    [6, 2, 1, 'blue left'],
    [7, 2, 1, 'blue left'],
    [8, 2, 1, 'red left'],
  ])('stored under orientation %d is %d by %d upright, %s', (orientation, width, height, what) => {
    const first = what.startsWith('red') ? red : blue;
    const turned = upright(stored, orientation);
    expect([turned.width, turned.height, [...turned.data.subarray(0, 4)]]).toEqual([width, height, first]);
  });
});
