import { describe, expect, it } from '@jest/globals';
import { leftText, pickLine } from '../../../src/cli/pick-words.js';

const NOW = Date.UTC(2026, 10, 21, 18, 30);
const HOUR_MS = 3_600_000;

describe('photodav picks list', () => {
  const pick = { id: 'abc', folder: 'Summer', items: 1_200, isOpen: false, hasEnded: false };
  const times = { pickedAtMs: NOW - HOUR_MS, endsAtMs: NOW + 70 * HOUR_MS };

  it.each([
    [{}, 'ends in 2 days'],
    [{ hasEnded: true }, 'ended'],
    [{ isOpen: true }, 'waits for somebody to pick'],
    [
      { pins: { whole: 1_100, bytes: 3 * 2 ** 30, lost: 0, damaged: 0 } },
      'ends in 2 days\tpinned 1100 of 1200, 3.0 GiB',
    ],
    [
      { hasEnded: true, pins: { whole: 7, bytes: 900, lost: 1_193, damaged: 2 } },
      'ended\tpinned 7 of 1200, 900 bytes, 2 damaged, 1193 lost',
    ],
  ])('tells of %j', (over, end) => {
    const line = pickLine({ ...pick, ...times, ...over }, NOW);
    expect(line).toBe(`abc\tSummer\t1,200 items\tpicked 2026-11-21 17:30 UTC\t${end}`);
  });
});

it.each([
  [168 - 0.1, 'in 7 days'],
  [168 - 1.1, 'in 6 days'],
  [46.9, 'in 46 hours'],
  [23.99, 'in 24 hours'],
  [1.9, 'in 114 minutes'],
  [0.99, 'in 59 minutes'],
  [0.01, 'in less than a minute'],
])('what is left of %d hours is told as a person would, and never much too long', (hours, text) => {
  expect(leftText(NOW + hours * HOUR_MS, NOW)).toBe(text);
});
