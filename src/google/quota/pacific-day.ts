const FORMAT = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'America/Los_Angeles',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});
const HOUR_MS = 3_600_000;

/** The day Google counts quotas by, "2026-03-08": it begins at midnight in Los Angeles. */
export function pacificDay(ms: number): string {
  return FORMAT.format(ms);
}

/** Milliseconds until the next Pacific day begins; days have 23, 24 or 25 hours. */
export function msUntilPacificMidnight(ms: number): number {
  const today = pacificDay(ms);
  let before = ms;
  let after = ms + 26 * HOUR_MS;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (pacificDay(middle) === today) before = middle;
    else after = middle;
  }
  return after - ms;
}
