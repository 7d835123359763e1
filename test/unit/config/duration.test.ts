import { describe, expect, it } from '@jest/globals';
import { parseDuration } from '../../../src/config/duration.js';

describe('a time with its unit', () => {
  it.each([
    ['500ms', 500],
    ['8s', 8_000],
    ['5m', 300_000],
    ['1.5h', 5_400_000],
    ['2 d', 172_800_000],
    ['0s', 0],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '5', 'm', '5 min', '-5m', '5m3s', '1e3s', '٣s', '9999999999s'])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});
