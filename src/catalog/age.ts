/** True if something of this age is still within its limit; false too for an age below zero: the clock was ahead once. */
export function isWithin(ageMs: number, limitMs: number): boolean {
  return ageMs >= 0 && ageMs < limitMs;
}
