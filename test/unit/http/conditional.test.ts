import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { IncomingHttpHeaders } from 'node:http';
import { decide, type Verdict } from '../../../src/http/conditional.js';
import { readHttpDate, writeHttpDate, writeRfc3339 } from '../../../src/http/http-date.js';
import { selectRange } from '../../../src/http/range.js';

const NOW = 'Sun, 14 Jul 2024 10:11:12 GMT';
const EARLIER = 'Sun, 14 Jul 2024 10:11:11 GMT';
const LATER = 'Sun, 14 Jul 2024 10:11:13 GMT';
const representation = { etag: '"tag"', modifiedAt: new Date('2024-07-14T10:11:12.500Z'), size: 100 };

const part = (first: number, last: number): Verdict => ({ status: 206, range: { first, last } });
const whole: Verdict = { status: 200 };
const is = (status: 304 | 412 | 416): Verdict => ({ status });

describe('conditions and ranges', () => {
  const cases: [string, IncomingHttpHeaders, Verdict][] = [
    ['nothing', {}, whole],
    ['If-Match, current', { 'if-match': '"tag"' }, whole],
    ['If-Match, current and weak, as VLC sends it back', { 'if-match': 'W/"tag"', range: 'bytes=5-9' }, part(5, 9)],
    ['If-Match, one of several', { 'if-match': '"a", "tag"' }, whole],
    ['If-Match, any', { 'if-match': '*' }, whole],
    ['If-Match, another', { 'if-match': '"other"', range: 'bytes=0-' }, is(412)],
    ['If-Match, garbage', { 'if-match': 'tag' }, is(412)],
    ['If-Unmodified-Since, same', { 'if-unmodified-since': NOW }, whole],
    ['If-Unmodified-Since, earlier', { 'if-unmodified-since': EARLIER }, is(412)],
    ['If-Unmodified-Since, garbage', { 'if-unmodified-since': 'yesterday' }, whole],
    ['If-Match wins over If-Unmodified-Since', { 'if-match': '"tag"', 'if-unmodified-since': EARLIER }, whole],
    ['If-None-Match, current', { 'if-none-match': '"tag"' }, is(304)],
    ['If-None-Match, weak', { 'if-none-match': 'W/"tag"' }, is(304)],
    ['If-None-Match, any', { 'if-none-match': '*' }, is(304)],
    ['If-None-Match, another', { 'if-none-match': '"other"' }, whole],
    ['If-None-Match wins over If-Modified-Since', { 'if-none-match': '"other"', 'if-modified-since': NOW }, whole],
    ['If-None-Match before Range', { 'if-none-match': '"tag"', range: 'bytes=0-' }, is(304)],
    ['If-Match before If-None-Match', { 'if-match': '"other"', 'if-none-match': '"tag"' }, is(412)],
    ['If-Modified-Since, same', { 'if-modified-since': NOW }, is(304)],
    ['If-Modified-Since, later', { 'if-modified-since': LATER }, is(304)],
    ['If-Modified-Since, earlier', { 'if-modified-since': EARLIER }, whole],
    ['If-Modified-Since, garbage', { 'if-modified-since': '2024-07-14' }, whole],
    ['If-Range, current', { 'if-range': '"tag"', range: 'bytes=1-2' }, part(1, 2)],
    ['If-Range, weak', { 'if-range': 'W/"tag"', range: 'bytes=1-2' }, whole],
    ['If-Range, another', { 'if-range': '"other"', range: 'bytes=1-2' }, whole],
    ['If-Range, the date', { 'if-range': NOW, range: 'bytes=1-2' }, part(1, 2)],
    ['If-Range, a later date', { 'if-range': LATER, range: 'bytes=1-2' }, whole],
    ['If-Range without Range', { 'if-range': '"tag"' }, whole],
    ['If-Range, another, beyond the end', { 'if-range': '"other"', range: 'bytes=100-' }, whole],
    ['first byte', { range: 'bytes=0-0' }, part(0, 0)],
    ['all of it', { range: 'bytes=0-' }, part(0, 99)],
    ['middle', { range: 'bytes=10-19' }, part(10, 19)],
    ['open end', { range: 'bytes=90-' }, part(90, 99)],
    ['end beyond the end', { range: 'bytes=90-1000' }, part(90, 99)],
    ['last byte', { range: 'bytes=99-99' }, part(99, 99)],
    ['suffix', { range: 'bytes=-10' }, part(90, 99)],
    ['suffix longer than the whole', { range: 'bytes=-1000' }, part(0, 99)],
    ['suffix of nothing', { range: 'bytes=-0' }, is(416)],
    ['beyond the end', { range: 'bytes=100-' }, is(416)],
    ['far beyond', { range: 'bytes=99999999999999999999-' }, is(416)],
    ['reversed', { range: 'bytes=9-5' }, whole],
    ['no numbers', { range: 'bytes=-' }, whole],
    ['empty', { range: 'bytes=' }, whole],
    ['commas only', { range: 'bytes=, ,' }, whole],
    ['letters', { range: 'bytes=a-b' }, whole],
    ['another unit', { range: 'items=0-5' }, whole],
    ['two headers', { range: 'bytes=0-1, bytes=2-3' }, whole],
    ['upper case and spaces', { range: ' BYTES=1-2 ' }, part(1, 2)],
    ['several apart: the first', { range: 'bytes=50-59,0-9' }, part(50, 59)],
    ['several that overlap', { range: 'bytes=0-9,5-19' }, part(0, 19)],
    ['several that touch', { range: 'bytes=10-19,0-9' }, part(0, 19)],
    ['several, one beyond the end', { range: 'bytes=200-300,5-6' }, part(5, 6)],
    ['several, all beyond the end', { range: 'bytes=200-300,400-' }, is(416)],
    ['several, one invalid', { range: 'bytes=0-9,x' }, whole],
  ];
  it.each(cases)('%s', (_, headers, verdict) => {
    expect(decide(headers, representation)).toEqual(verdict);
  });

  it.each([
    ['bytes=0-', { status: 416 }],
    ['bytes=-5', { status: 200 }],
    [undefined, { status: 200 }],
  ])('of an empty file, %s gives %j', (range, verdict) => {
    expect(decide(range === undefined ? {} : { range }, { ...representation, size: 0 })).toEqual(verdict);
  });

  it('select the bytes that a slow model selects', () => {
    const bound = fc.option(fc.nat(30), { nil: undefined });
    const specs = fc.array(fc.tuple(bound, bound), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(specs, fc.nat(20), (pairs, size) => {
        const header = `bytes=${pairs.map(([first, last]) => `${first ?? ''}-${last ?? ''}`).join(',')}`;
        const selected = selectRange(header, size);
        const model = pairs.map(([first, last]) => select(first, last, size));
        if (model.includes(undefined)) expect(selected).toBe('whole');
        else if (selected === 'unsatisfiable') expect(model.flat()).toEqual([]);
        else if (selected !== 'whole') {
          const bytes = Array.from({ length: selected.last - selected.first + 1 }, (_, i) => selected.first + i);
          const asked = new Set(model.flat());
          const isAll = asked.size === bytes.length && bytes.every((byte) => asked.has(byte));
          const first = model.find((found) => found!.length > 0);
          if (!isAll) expect(bytes).toEqual(first);
        } else expect(size).toBe(0);
      }),
      { numRuns: 500 },
    );
  });

  it('decides on garbage without an exception', () => {
    const header = fc.string({ unit: 'binary-ascii' });
    const headers = fc.record({ range: header, 'if-match': header, 'if-none-match': header, 'if-range': header });
    fc.assert(
      fc.property(headers, (sent) => {
        expect([200, 206, 304, 412, 416]).toContain(decide(sent, representation).status);
      }),
    );
  });
});

/** The positions that one spec asks for, counted one by one; undefined if it is invalid. */
function select(first: number | undefined, last: number | undefined, size: number): number[] | undefined {
  if (first === undefined && last === undefined) return undefined;
  if (first !== undefined && last !== undefined && first > last) return undefined;
  if (first === undefined && size === 0) return undefined;
  return Array.from({ length: size }, (_, i) => i).filter((i) =>
    first === undefined ? i >= size - last! : i >= first && i <= (last ?? Infinity),
  );
}

describe('dates', () => {
  it.each([
    ['1965-01-02T03:04:05Z', 'Thu, 01 Jan 1970 00:00:00 GMT', '1965-01-02T03:04:05Z'],
    ['2024-07-14T10:11:12.999Z', NOW, '2024-07-14T10:11:12Z'],
    ['+012345-01-01T00:00:00Z', 'Fri, 31 Dec 9999 23:59:59 GMT', '9999-12-31T23:59:59Z'],
    ['nonsense', 'Thu, 01 Jan 1970 00:00:00 GMT', '1970-01-01T00:00:00Z'],
  ])('%s is written so that every client reads it', (date, httpDate, rfc3339) => {
    expect(writeHttpDate(new Date(date))).toBe(httpDate);
    expect(writeRfc3339(new Date(date))).toBe(rfc3339);
  });

  it.each([
    [NOW, Date.UTC(2024, 6, 14, 10, 11, 12)],
    ['Sunday, 06-Nov-94 08:49:37 GMT', Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['Sun Nov  6 08:49:37 1994', Date.UTC(1994, 10, 6, 8, 49, 37)],
    ['Sun, 99 Nov 1994 08:49:37 GMT', undefined],
    ['Thu, 29 Feb 2024 00:00:00 GMT', Date.UTC(2024, 1, 29)],
    ['Sat, 31 Feb 2024 08:49:37 GMT', undefined],
    ['Wed, 29 Feb 2023 08:49:37 GMT', undefined],
    ['Sunday, 31-Feb-94 08:49:37 GMT', undefined],
    ['Sun Feb 31 08:49:37 1994', undefined],
    ['Sun, 06 Nov 1994 24:00:00 GMT', undefined],
    ['Sun, 06 Nov 1994 23:59:60 GMT', undefined],
    ['Sun, 06 Foo 1994 08:49:37 GMT', undefined],
    ['1994-11-06', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s is read as %s', (text, ms) => {
    expect(readHttpDate(text)).toBe(ms);
  });
});
