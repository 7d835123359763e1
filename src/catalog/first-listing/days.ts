export const DAY_MS = 86_400_000;

/** Days since 1970-01-01, UTC; negative before. */
export function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS);
}

/** Milliseconds since 1970, UTC, at which the day begins. */
export function startOf(day: number): number {
  return day * DAY_MS;
}

/** `2024-07-14` */
export function dayText(day: number): string {
  return new Date(startOf(day)).toISOString().slice(0, 10);
}
