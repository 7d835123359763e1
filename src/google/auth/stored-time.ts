import { z } from 'zod';

const FIRST_MS = Date.parse('0001-01-01T00:00:00Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59Z');

/** A time in a file of ours, as RFC 3339 has it; milliseconds since 1970 once it is read. */
export const storedTime = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

/** What `storedTime` reads. Whatever Google tells: years of another form than four digits would make the file unreadable. */
export function timeText(ms: number): string {
  return new Date(Math.min(Math.max(ms, FIRST_MS), LAST_MS)).toISOString();
}
