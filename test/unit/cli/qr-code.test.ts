import { describe, expect, it } from '@jest/globals';
import { canDraw, qrCode } from '../../../src/cli/qr-code.js';

const LINK = `https://photos.google.com/integration/picker/auth/${'a'.repeat(60)}`;
const WINDOW = { columns: 80, rows: 40, hasColors: true };

describe('a QR code', () => {
  it('is drawn where the window has room, in its own colours', () => {
    for (const line of qrCode(LINK, WINDOW)!.split('\n')) {
      expect([line.slice(0, 8), line.slice(-4)]).toEqual(['\u001b[97;40m', '\u001b[0m']);
      expect(line.slice(8, -4)).toMatch(/^[█▀▄ ]+$/);
    }
  });

  it('does without colours where there are none', () => {
    expect(qrCode(LINK, { ...WINDOW, hasColors: false })).toMatch(/^[█▀▄ \n]+$/);
  });

  it.each([
    ['wide', { columns: 40 }],
    ['high', { rows: 23 }],
  ])('is left out where the window is not %s enough', (_, window) => {
    expect(qrCode(LINK, { ...WINDOW, ...window })).toBeUndefined();
  });

  it.each([
    [true, {}],
    [true, { TERM: 'xterm', LANG: 'de_DE.UTF-8' }],
    [true, { LANG: 'C', LC_ALL: 'C.utf8' }],
    [false, { LANG: 'C' }],
    [false, { LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.ISO-8859-1' }],
    [false, { TERM: 'dumb' }],
  ])('can be drawn: %s, with %j', (isDrawn, env) => {
    expect(canDraw(env)).toBe(isDrawn);
  });
});
