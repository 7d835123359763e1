import { describe, expect, it } from '@jest/globals';
import type { MediaItem } from '../../../src/model.js';
import { renderedItem, suffixFor } from '../../../src/sources/rendition.js';

const BOX = { width: 640, height: 480 };
const item = (filename: string, mimeType: string): MediaItem => ({ id: 'one', filename, mimeType, createdAtMs: 0 });

describe('an item served as a rendition', () => {
  it.each([
    ['IMG_1.HEIC', 'image/heic', 'IMG_1.jpg'],
    ['drawing.png', 'image/png', 'drawing.jpg'],
    ['a/b.c.webp', 'image/webp', 'a/b.c.jpg'],
    ['IMG_1.JPEG', 'image/jpeg', 'IMG_1.JPEG'],
    ['odd.JPG', 'image/heic', 'odd.JPG'],
    ['no extension', 'image/png', 'no extension.jpg'],
    ['trip.2019', 'image/png', 'trip.2019.jpg'],
    ['no extension', 'image/jpeg', 'no extension'],
    ['.png', 'image/png', '.png.jpg'],
    ['', 'image/heic', ''],
  ])('named %s, of type %s, is %s', (filename, mimeType, name) => {
    expect(renderedItem(item(filename, mimeType), BOX)).toMatchObject({
      filename: name,
      mimeType: 'image/jpeg',
      version: '640x480',
    });
  });

  it('is what it was if it is a video, or if there is no box', () => {
    const video = item('film.mp4', 'video/mp4');
    const photo = item('IMG_1.HEIC', 'image/heic');
    expect([renderedItem(video, BOX), renderedItem(photo, undefined)]).toEqual([video, photo]);
  });

  it.each([
    ['image/jpeg', BOX, '=w640-h480'],
    ['image/jpeg', undefined, '=d'],
    ['video/mp4', BOX, '=dv'],
    ['video/mp4', undefined, '=dv'],
  ])('of type %s is asked for as %j by %s', (mimeType, box, suffix) => {
    expect(suffixFor(item('name', mimeType), box)).toBe(suffix);
  });
});
