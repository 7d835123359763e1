/** Longer than this is never waited for: the caller is told when to come back instead. */
export const MAX_WAIT_MS = 120_000;

/**
 * The wait before the attempt after the `attempt`th: exponential from `baseMs`, with full jitter, at most 32 s more
 * than `floorMs`. A `Retry-After` replaces all of it, but for less than a second: then it is one to two.
 */
export function backoffMs(attempt: number, baseMs: number, floorMs = 0, retryAfterMs?: number): number {
  if (retryAfterMs !== undefined) return retryAfterMs < 1000 ? 1000 + Math.random() * 1000 : retryAfterMs;
  return floorMs + Math.random() * Math.min(32_000, baseMs * 2 ** (attempt - 1));
}

/** `Retry-After` in milliseconds from now: seconds or a date (RFC 9110 §10.2.3); undefined if it is neither. */
export function retryAfterMs(header: string | null | undefined, nowMs: number): number | undefined {
  if (!header) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const dateMs = Date.parse(header);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}
