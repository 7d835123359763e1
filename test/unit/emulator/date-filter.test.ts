import { describe, expect, it } from '@jest/globals';
import { dateFilterSchema, dateMatcher } from '../../../src/emulator/date-filter.js';

const match = (filter: object, time: string): boolean =>
  dateMatcher(dateFilterSchema.parse(filter)).matches(Date.parse(time));

describe('a date filter', () => {
  it.each([
    ['a day', { dates: [{ year: 2024, month: 7, day: 14 }] }, '2024-07-14T23:59:59Z', true],
    ['a day', { dates: [{ year: 2024, month: 7, day: 14 }] }, '2024-07-15T00:00:00Z', false],
    ['a month', { dates: [{ year: 2024, month: 2 }] }, '2024-02-29T12:00:00Z', true],
    ['a month', { dates: [{ year: 2024, month: 12 }] }, '2025-01-01T00:00:00Z', false],
    ['a year', { dates: [{ year: 1969 }] }, '1969-12-31T23:59:59Z', true],
    ['a year', { dates: [{ year: 1969 }] }, '1970-01-01T00:00:00Z', false],
    ['an anniversary', { dates: [{ month: 7, day: 14 }] }, '1958-07-14T12:00:00Z', true],
    ['an anniversary', { dates: [{ month: 7, day: 14 }] }, '1958-07-15T12:00:00Z', false],
    ['the other of two', { dates: [{ year: 2000 }, { year: 2024 }] }, '2024-01-01T00:00:00Z', true],
    [
      'a range, its last day too',
      { ranges: [{ startDate: { year: 2020, month: 1, day: 1 }, endDate: { year: 2020, month: 1, day: 3 } }] },
      '2020-01-03T23:59:59Z',
      true,
    ],
    ['a range of years', { ranges: [{ startDate: { year: 1950 }, endDate: { year: 1959 } }] }, '1960-01-01Z', false],
  ])('takes %s: %j of %s is %s', (_what, filter, time, expected) => {
    expect(match(filter, time)).toBe(expected);
  });

  it.each([
    ['nothing', {}],
    ['all wildcards', { dates: [{}] }],
    ['a day without its month', { dates: [{ year: 2024, day: 1 }] }],
    ['a month of every year', { dates: [{ month: 7 }] }],
    ['a range that ends before it starts', { ranges: [{ startDate: { year: 2020 }, endDate: { year: 2019 } }] }],
    ['a range of two precisions', { ranges: [{ startDate: { year: 2020 }, endDate: { year: 2021, month: 1 } }] }],
    ['a range of every year', { ranges: [{ startDate: { month: 1, day: 1 }, endDate: { month: 2, day: 1 } }] }],
  ])('refuses %s', (_what, filter) => {
    expect(() => dateMatcher(dateFilterSchema.parse(filter))).toThrow('answered 400');
  });
});
