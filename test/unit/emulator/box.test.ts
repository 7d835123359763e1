import { describe, expect, it } from '@jest/globals';
import { fit, parseBox } from '../../../src/emulator/box.js';

describe('the suffix of a smaller picture', () => {
  it.each([
    ['w640-h480', { width: 640, height: 480, isCropped: false, isDownload: false }],
    ['h480', { width: Infinity, height: 480, isCropped: false, isDownload: false }],
    ['w16383-h1-c-d', { width: 16_383, height: 1, isCropped: true, isDownload: true }],
    ['w100-no', { width: 100, height: Infinity, isCropped: false, isDownload: false }],
  ])('%s is understood', (suffix, box) => {
    expect(parseBox(suffix)).toEqual(box);
  });

  it.each(['', 'd', 'no', 'w0-h5', 'w16384', 'w100-c', 'w640-h480-rw', 's0', 'w640h480'])('"%s" is none', (suffix) => {
    expect(parseBox(suffix)).toBeUndefined();
  });
});

describe('a picture of 4000 by 3000', () => {
  it.each([
    ['w640-h480', 640, 480],
    ['w640-h640', 640, 480],
    ['w1000', 1000, 750],
    ['h3', 4, 3],
    ['w8000-h8000', 4000, 3000],
    ['w300-h300-c', 300, 300],
    ['w8000-h4000-c', 4000, 2000],
  ])('becomes with %s one of %d by %d', (suffix, width, height) => {
    expect(fit(4000, 3000, parseBox(suffix)!)).toMatchObject({ width, height });
  });

  it('is cropped around its middle', () => {
    expect(fit(4000, 3000, parseBox('w30-h30-c')!).from).toEqual({ left: 500, top: 0, width: 3000, height: 3000 });
  });
});
