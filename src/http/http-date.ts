const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59);

/** IMF-fixdate, and the two older forms that a recipient must accept (RFC 9110 §5.6.7). */
const FORMS = [
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]+day, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
];

/** As IMF-fixdate. Dates before 1970 become 1970: macOS refuses to mount what is modified earlier. */
export function writeHttpDate(date: Date): string {
  return new Date(clamp(date.getTime(), 0)).toUTCString();
}

/** RFC 3339 in UTC without fractions, which Windows' MiniRedir cannot read. */
export function writeRfc3339(date: Date): string {
  return `${new Date(clamp(date.getTime(), Date.UTC(1, 0))).toISOString().slice(0, 19)}Z`;
}

/** Milliseconds since 1970; undefined if the text is no HTTP-date, which a recipient must then ignore. */
export function readHttpDate(text: string | undefined): number | undefined {
  const date = text?.trim();
  if (date === undefined || !FORMS.some((form) => form.test(date))) return undefined;
  const ms = Date.parse(date.endsWith('GMT') ? date : `${date} GMT`);
  return Number.isNaN(ms) ? undefined : ms;
}

function clamp(ms: number, earliest: number): number {
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(ms, earliest), LATEST_MS);
}
