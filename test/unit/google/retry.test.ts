import { describe, expect, it } from '@jest/globals';
import { backoffMs, retryAfterMs } from '../../../src/google/retry.js';

const NOW = Date.UTC(2026, 0, 15, 12);

describe('the wait before the next attempt', () => {
  it.each([
    [1, 1000, 0, 1000],
    [2, 1000, 0, 2000],
    [4, 1000, 0, 8000],
    [30, 1000, 0, 32_000],
    [1, 1000, 30_000, 31_000],
  ])('after attempt %i, base %i, floor %i, is at most %i ms and spread evenly', (attempt, base, floor, most) => {
    const waits = Array.from({ length: 200 }, () => backoffMs(attempt, base, floor));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(floor);
    expect(Math.max(...waits)).toBeLessThanOrEqual(most);
    expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan((most - floor) / 2);
  });

  it('is one to two seconds where Retry-After says none', () => {
    const waits = Array.from({ length: 100 }, () => backoffMs(1, 1000, 30_000, 0));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(1000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(2000);
    expect(new Set(waits).size).toBeGreaterThan(50);
  });

  it('is what Retry-After says, and nothing else', () => {
    expect(backoffMs(1, 1000, 30_000, 5000)).toBe(5000);
  });
});

describe('Retry-After', () => {
  it.each([
    ['30', 30_000],
    [' 0 ', 0],
    ['Thu, 15 Jan 2026 12:00:07 GMT', 7000],
    ['Thu, 15 Jan 2026 11:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [null, undefined],
  ])('%j is %j ms', (header, expected) => {
    expect(retryAfterMs(header, NOW)).toBe(expected);
  });
});
