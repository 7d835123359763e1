import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ItemList } from '../../../src/model.js';
import { datesOf, type Precision } from '../../../src/tree/dates.js';
import { photo } from '../../support/memory-source.js';

const taken = (...times: string[]): ItemList => times.map((time, i) => photo(`p${i}`, undefined, time));
const ids = (items: ItemList | undefined): string[] | undefined => items && Array.from(items, ({ id }) => id);

describe('dates', () => {
  it('are found at every precision, from the first to the last', () => {
    const dates = datesOf(taken('2024-07-14T10:00:00Z', '2023-12-31T23:59:59.999Z', '1968-05-03T00:00:00Z', '2024-07-02T00:00:00Z'), 'UTC'); // prettier-ignore
    const names = (precision: Precision): string[] => [...dates.names(precision)];
    expect(names('year')).toEqual(['1968', '2023', '2024']);
    expect(names('month')).toEqual(['1968-05', '2023-12', '2024-07']);
    expect(names('day')).toEqual(['1968-05-03', '2023-12-31', '2024-07-02', '2024-07-14']);
  });

  it('hold their items newest day first, and in the order of the listing within a day', () => {
    const dates = datesOf(taken('2024-07-02T08:00:00Z', '2024-07-14T08:00:00Z', '2023-01-01T00:00:00Z', '2024-07-14T09:00:00Z'), 'UTC'); // prettier-ignore
    const july = dates.items('month', '2024-07');
    expect(ids(july)).toEqual(['p1', 'p3', 'p0']);
    expect(july?.length).toBe(3);
    expect([july?.at(0)?.id, july?.at(2)?.id, july?.at(3)]).toEqual(['p1', 'p0', undefined]);
    expect(dates.items('month', '2024-08')).toBeUndefined();
  });

  it('are the same objects as long as the listing is', () => {
    const items = taken('2024-07-14T10:00:00Z');
    const items2024 = datesOf(items, 'UTC').items('year', '2024');
    expect(datesOf(items, 'UTC').items('year', '2024')).toBe(items2024);
    expect(datesOf(items, 'Asia/Tokyo').items('year', '2024')).not.toBe(items2024);
  });

  it.each([
    ['UTC', '2023-12-31T23:59:59Z', '2023-12-31'],
    ['Asia/Tokyo', '2023-12-31T14:59:59Z', '2023-12-31'],
    ['Asia/Tokyo', '2023-12-31T15:00:00Z', '2024-01-01'],
    ['Asia/Kathmandu', '2023-12-31T18:15:00Z', '2024-01-01'],
    ['America/Los_Angeles', '2024-03-10T07:59:59Z', '2024-03-09'],
    ['America/Los_Angeles', '2024-03-11T06:59:59Z', '2024-03-10'],
    ['America/Los_Angeles', '2024-03-11T07:00:00Z', '2024-03-11'],
    ['America/Los_Angeles', '2024-11-04T07:59:59Z', '2024-11-03'],
    // Clocks were put back at 00:01, into the day before.
    ['America/St_Johns', '2010-11-07T02:30:30Z', '2010-11-07'],
    ['America/St_Johns', '2010-11-07T02:31:30Z', '2010-11-06'],
    // Samoa had no 30 December.
    ['Pacific/Apia', '2011-12-30T09:59:59Z', '2011-12-29'],
    ['Pacific/Apia', '2011-12-30T10:00:00Z', '2011-12-31'],
    ['Europe/Amsterdam', '1900-01-01T00:00:00Z', '1900-01-01'],
    ['America/New_York', '0099-01-01T00:00:00Z', '0098-12-31'],
  ])('are those of the clocks of %s at %s', (timeZone, time, expected) => {
    expect([...datesOf(taken(time), timeZone).names('day')]).toEqual([expected]);
  });

  it.each(['Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Pacific/Apia', 'Africa/Casablanca'])(
    'agree with the system at any time in %s',
    (timeZone) => {
      const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
      fc.assert(
        fc.property(fc.integer({ min: Date.UTC(1900, 0), max: Date.UTC(2040, 0) }), (createdAtMs) => {
          const [day] = datesOf([{ ...photo('p'), createdAtMs }], timeZone).names('day');
          expect(day).toBe(format.format(createdAtMs));
        }),
        { numRuns: 100 },
      );
    },
  );

  it('lose no item', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -2e12, max: 2e12 })), (times) => {
        const items = times.map((createdAtMs, i) => ({ ...photo(`p${i}`), createdAtMs }));
        const dates = datesOf(items, 'UTC');
        for (const precision of ['year', 'month', 'day'] as const) {
          const found = Array.from(dates.names(precision), (name) => ids(dates.items(precision, name)) ?? []).flat();
          expect(found.sort()).toEqual(Array.from(items, ({ id }) => id).sort());
        }
      }),
    );
  });

  it('refuse a time zone that nobody knows', () => {
    expect(() => datesOf(taken(), 'Mars/Olympus')).toThrow(RangeError);
  });
});
