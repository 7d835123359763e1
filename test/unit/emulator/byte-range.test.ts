import { describe, expect, it } from '@jest/globals';
import { parseRange } from '../../../src/emulator/byte-range.js';

describe('a Range header over 100 bytes', () => {
  it.each([
    [undefined, 'all'],
    ['bytes=0-0', { first: 0, last: 0 }],
    ['bytes=10-19', { first: 10, last: 19 }],
    ['bytes=90-', { first: 90, last: 99 }],
    ['bytes=90-200', { first: 90, last: 99 }],
    ['bytes=-5', { first: 95, last: 99 }],
    ['bytes=-500', { first: 0, last: 99 }],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=20-10', 'all'],
    ['bytes=0-1,5-6', 'all'],
    ['bytes=-', 'all'],
    ['items=0-1', 'all'],
  ])('%s asks for %j', (header, expected) => {
    expect(parseRange(header, 100)).toEqual(expected);
  });
});
