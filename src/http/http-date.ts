const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59);

/** IMF-fixdate, and the two older forms that a recipient must accept (RFC 9110 §5.6.7). */
const FORMS = [
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d{2}) [A-Z][a-z]{2} \d{4} (\d{2}:\d{2}:\d{2}) GMT$/,
  /^[A-Z][a-z]+day, (\d{2})-[A-Z][a-z]{2}-\d{2} (\d{2}:\d{2}:\d{2}) GMT$/,
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} ([ \d]\d) (\d{2}:\d{2}:\d{2}) \d{4}$/,
];

/** As IMF-fixdate. Dates before 1970 become 1970: macOS refuses to mount what is modified earlier. */
export function writeHttpDate(date: Date): string {
  const ms = clamp(date.getTime(), 0);
  return `${dayOf(ms).imf} ${timeOfDay(ms)} GMT`;
}

/** RFC 3339 in UTC without fractions, which Windows' MiniRedir cannot read. */
export function writeRfc3339(date: Date): string {
  const ms = clamp(date.getTime(), Date.UTC(1, 0));
  return `${dayOf(ms).rfc3339}T${timeOfDay(ms)}Z`;
}

/** Milliseconds since 1970; undefined if the text is no HTTP-date, which a recipient must then ignore. */
export function readHttpDate(text: string | undefined): number | undefined {
  const date = text?.trim() ?? '';
  for (const form of FORMS) {
    const [, day, time] = form.exec(date) ?? [];
    if (day === undefined || time === undefined) continue;
    const ms = Date.parse(date.endsWith('GMT') ? date : `${date} GMT`);
    // `Date.parse` takes 31 Feb for 2 March, and 24:00:00 for the next day.
    const isPossible = new Date(ms).getUTCDate() === Number(day) && timeOfDay(ms) === time;
    return isPossible ? ms : undefined;
  }
  return undefined;
}

function clamp(ms: number, earliest: number): number {
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(ms, earliest), LATEST_MS);
}

const DAY_MS = 86_400_000;
const TWO_DIGITS = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));

interface Day {
  readonly number: number;
  /** "Sun, 14 Jul 2024". */
  readonly imf: string;
  /** "2024-07-14". */
  readonly rfc3339: string;
}

/** Days written lately, each in its place: writing dates was half of a listing's time. */
const DAYS: (Day | undefined)[] = new Array<Day | undefined>(16_384);

function dayOf(ms: number): Day {
  const number = Math.floor(ms / DAY_MS);
  const place = number & (DAYS.length - 1);
  const known = DAYS[place];
  if (known?.number === number) return known;
  const date = new Date(ms);
  const day = { number, imf: date.toUTCString().slice(0, -13), rfc3339: date.toISOString().slice(0, 10) };
  DAYS[place] = day;
  return day;
}

/** The one written last, for both dates of an entry have it. */
let lastTime = { seconds: 0, text: '00:00:00' };

function timeOfDay(ms: number): string {
  const seconds = Math.floor((ms - Math.floor(ms / DAY_MS) * DAY_MS) / 1000);
  if (lastTime.seconds === seconds) return lastTime.text;
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const text = `${TWO_DIGITS[hours] ?? ''}:${TWO_DIGITS[minutes] ?? ''}:${TWO_DIGITS[seconds % 60] ?? ''}`;
  lastTime = { seconds, text };
  return text;
}
