import { AppError } from '../../errors.js';
import { msUntilPacificMidnight } from './pacific-day.js';
import type { Part } from './quota-shares.js';

export const NAMES: Readonly<Record<Part, string>> = { api: 'API requests', bytes: 'requests for bytes' };

export interface Spent {
  readonly part: Part;
  readonly used: number;
  readonly perDay: number;
  readonly nowMs: number;
}

/** What to say while the quota of the day is spent: which, how much was counted, and when it is renewed. */
export function spentError({ part, used, perDay, nowMs }: Spent, cause: Error | undefined): AppError {
  const untilMs = msUntilPacificMidnight(nowMs);
  const of = Number.isFinite(perDay) ? ` of ${perDay}` : '';
  const message =
    `google photos: the project's quota of ${NAMES[part]} for the day is spent (${used}${of} counted); ` +
    `it is renewed at ${timeText(nowMs + untilMs)}`;
  return new AppError('QUOTA_EXCEEDED', message, {
    ...(cause ? { cause } : {}),
    advice: `wait until then, or ask Google for more in your project's console and set quota.${part}PerDay to it`,
    retryAfterSeconds: Math.ceil(untilMs / 1000),
  });
}

/** What to say while Google refuses a part, but not for the day. */
export function pausedError(part: Part, forMs: number, cause: Error | undefined): AppError {
  return new AppError('QUOTA_EXCEEDED', `google photos: ${NAMES[part]} are refused for a while`, {
    ...(cause ? { cause } : {}),
    advice: 'wait a moment; other programs that use the same client id share its quota',
    retryAfterSeconds: Math.max(1, Math.ceil(forMs / 1000)),
  });
}

/** "2026-03-09T07:00Z" */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(/:\d\d\.\d{3}Z$/, 'Z');
}
