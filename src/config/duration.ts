import { z } from 'zod';
import { OPTION_FACTS } from './option-facts.js';

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const DURATION = /^(\d{1,9}(?:\.\d{1,3})?) ?(ms|s|m|h|d)$/;

/** Milliseconds of a time written with its unit ("500ms", "8s", "5m", "1.5h", "2d"), or undefined if it is none. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (!match?.[1] || !match[2]) return undefined;
  return Math.round(Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS]);
}

/** Schema of a time from `min` to `max`, all written with units; its output is milliseconds. */
export function duration(min: string, max: string) {
  const allowed = `a time with its unit, from ${min} to ${max}`;
  const minMs = parseDuration(min) ?? 0;
  const maxMs = parseDuration(max) ?? Infinity;
  const text = z.string().regex(DURATION).register(OPTION_FACTS, { allowed, placeholder: 'time' });
  return text.transform((value, context) => {
    const ms = parseDuration(value);
    if (ms !== undefined && ms >= minMs && ms <= maxMs) return ms;
    context.addIssue({ code: 'custom' });
    return z.NEVER;
  });
}
