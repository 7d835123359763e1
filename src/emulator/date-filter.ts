import { z } from 'zod';
import { googleError } from './google-errors.js';

const date = z.strictObject({
  year: z.number().int().min(0).max(9999).default(0),
  month: z.number().int().min(0).max(12).default(0),
  day: z.number().int().min(0).max(31).default(0),
});
type PartialDate = z.infer<typeof date>;

export const dateFilterSchema = z.strictObject({
  dates: z.array(date).max(5).default([]),
  ranges: z
    .array(z.strictObject({ startDate: date, endDate: date }))
    .max(5)
    .default([]),
});

/** A `dateFilter`, ready to ask. Days are UTC days. */
export interface DateMatcher {
  /** Nothing before this matches, and nothing from `beforeMs` on; infinite where every year counts. */
  readonly fromMs: number;
  readonly beforeMs: number;
  matches(takenAtMs: number): boolean;
}

interface Span {
  readonly fromMs: number;
  readonly beforeMs: number;
}

/**
 * Dates and ranges are alternatives; 0 is a wildcard: day 0 is the month, month 0 the year, year 0 every year.
 *
 * Throws GoogleError 400 for combinations that Google refuses.
 */
export function dateMatcher({ dates, ranges }: z.infer<typeof dateFilterSchema>): DateMatcher {
  for (const each of dates) check(each);
  const anniversaries = dates.filter(({ year }) => year === 0);
  const spans = [...dates.filter(({ year }) => year !== 0).map(spanOf), ...ranges.map(spanOfRange)];
  if (anniversaries.length + spans.length === 0) throw googleError(400);
  return {
    fromMs: anniversaries.length > 0 ? -Infinity : Math.min(...spans.map(({ fromMs }) => fromMs)),
    beforeMs: anniversaries.length > 0 ? Infinity : Math.max(...spans.map(({ beforeMs }) => beforeMs)),
    matches: (ms) =>
      spans.some(({ fromMs, beforeMs }) => ms >= fromMs && ms < beforeMs) ||
      anniversaries.some((anniversary) => isAnniversary(ms, anniversary)),
  };
}

function check({ year, month, day }: PartialDate): void {
  if (month === 0 && day !== 0) throw googleError(400);
  if (day === 0 && year === 0) throw googleError(400);
}

function isAnniversary(ms: number, { month, day }: PartialDate): boolean {
  const at = new Date(ms);
  return at.getUTCMonth() + 1 === month && at.getUTCDate() === day;
}

function spanOf({ year, month, day }: PartialDate): Span {
  if (month === 0) return { fromMs: utc(year, 0, 1), beforeMs: utc(year + 1, 0, 1) };
  if (day === 0) return { fromMs: utc(year, month - 1, 1), beforeMs: utc(year, month, 1) };
  return { fromMs: utc(year, month - 1, day), beforeMs: utc(year, month - 1, day + 1) };
}

function spanOfRange({ startDate, endDate }: { startDate: PartialDate; endDate: PartialDate }): Span {
  for (const each of [startDate, endDate]) {
    check(each);
    if (each.year === 0) throw googleError(400);
  }
  const isSamePrecision =
    (startDate.month === 0) === (endDate.month === 0) && (startDate.day === 0) === (endDate.day === 0);
  const { fromMs } = spanOf(startDate);
  const { beforeMs } = spanOf(endDate);
  if (!isSamePrecision || beforeMs <= fromMs) throw googleError(400);
  return { fromMs, beforeMs };
}

/** `Date.UTC` without its reading of the years 0 to 99 as 1900 to 1999. */
function utc(year: number, monthIndex: number, day: number): number {
  return new Date(0).setUTCFullYear(year, monthIndex, day);
}
