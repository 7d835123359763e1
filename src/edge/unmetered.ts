import type { Clock } from '../clock.js';
import { AppError } from '../errors.js';
import { msUntilPacificMidnight } from '../google/quota/pacific-day.js';
import type { Ask, Meter } from '../google/quota/quota-part.js';

/** Google's rule is 30 s at least. */
const PAUSE_MS = 60_000;

/** Counts nothing: what a link costs is the gateway's to count. What Google refuses is told to the client, and not remembered. */
export function unmetered(clock: Clock): Meter {
  const ask: Ask = {
    isProbe: false,
    granted: () => undefined,
    undecided: () => undefined,
    spent: (cause) => refusal(cause, msUntilPacificMidnight(clock.now())),
    refused: (cause, afterMs = PAUSE_MS) => refusal(cause, afterMs),
  };
  return { ask: () => ask };
}

function refusal(cause: Error | undefined, afterMs: number): AppError {
  return new AppError('QUOTA_EXCEEDED', "google photos: the project's quota of requests for bytes is spent", {
    ...(cause ? { cause } : {}),
    retryAfterSeconds: Math.ceil(afterMs / 1000),
  });
}
