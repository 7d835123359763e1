import { describe, expect, it } from '@jest/globals';
import { msUntilPacificMidnight, pacificDay } from '../../../../src/google/quota/pacific-day.js';

const HOUR_MS = 3_600_000;

describe("Google's day", () => {
  it.each([
    ['2026-01-15T07:59:59.999Z', '2026-01-14', 1],
    ['2026-01-15T08:00:00Z', '2026-01-15', 24 * HOUR_MS],
    ['2026-07-15T07:00:00Z', '2026-07-15', 24 * HOUR_MS],
    ['2026-03-08T08:00:00Z', '2026-03-08', 23 * HOUR_MS],
    ['2026-03-08T09:30:00Z', '2026-03-08', 21.5 * HOUR_MS],
    ['2026-11-01T07:00:00Z', '2026-11-01', 25 * HOUR_MS],
    ['2026-11-01T09:30:00Z', '2026-11-01', 22.5 * HOUR_MS],
    ['2026-12-31T20:00:00Z', '2026-12-31', 12 * HOUR_MS],
  ])('at %s is %s and ends in %i ms', (at, day, leftMs) => {
    const ms = Date.parse(at);
    expect(pacificDay(ms)).toBe(day);
    expect(msUntilPacificMidnight(ms)).toBe(leftMs);
    expect(pacificDay(ms + leftMs)).not.toBe(day);
    expect(pacificDay(ms + leftMs - 1)).toBe(day);
  });
});
