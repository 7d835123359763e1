import type { PickSummary } from '../app/picks/summary.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** `2026-11-21 18:30 UTC`. */
export function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/**
 * How long a time is told in a unit, and how much of it may lack: seven days are still seven when a pick has taken some
 * minutes of them.
 */
const UNITS = [
  { unit: 'day', ms: DAY_MS, fromMs: 2 * DAY_MS, slackMs: HOUR_MS },
  { unit: 'hour', ms: HOUR_MS, fromMs: 2 * HOUR_MS, slackMs: MINUTE_MS },
  { unit: 'minute', ms: MINUTE_MS, fromMs: MINUTE_MS, slackMs: 0 },
] as const;

/** `in 3 days`, rounded down but for what hardly lacks. */
export function leftText(endsAtMs: number, nowMs: number): string {
  const leftMs = endsAtMs - nowMs;
  const found = UNITS.find(({ fromMs, slackMs }) => leftMs + slackMs >= fromMs);
  if (!found) return 'in less than a minute';
  return `in ${counted(Math.floor((leftMs + found.slackMs) / found.ms), found.unit)}`;
}

export function counted(count: number, unit: string): string {
  return `${count.toLocaleString('en')} ${unit}${count === 1 ? '' : 's'}`;
}

/** A pick as `photodav picks list` shows it, fields separated by tabs. */
export function pickLine(pick: PickSummary, nowMs: number): string {
  const fields = [
    pick.id,
    pick.folder,
    counted(pick.items, 'item'),
    `picked ${timeText(pick.pickedAtMs)}`,
    end(pick, nowMs),
  ];
  return [...fields, ...(pick.pins ? [pinText(pick)] : [])].join('\t');
}

function end({ isOpen, hasEnded, endsAtMs }: PickSummary, nowMs: number): string {
  if (isOpen) return 'waits for somebody to pick';
  return hasEnded ? 'ended' : `ends ${leftText(endsAtMs, nowMs)}`;
}

function pinText({ items, pins }: PickSummary): string {
  const { whole, bytes, lost, damaged } = pins ?? { whole: 0, bytes: 0, lost: 0, damaged: 0 };
  const facts = [`pinned ${whole} of ${items}`, sizeText(bytes)];
  if (damaged > 0) facts.push(`${damaged} damaged`);
  if (lost > 0) facts.push(`${lost} lost`);
  return facts.join(', ');
}

function sizeText(bytes: number): string {
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let [value, unit] = [bytes, 'bytes'];
  for (const next of units) {
    if (value < 1024) break;
    [value, unit] = [value / 1024, next];
  }
  return unit === 'bytes' ? `${value} bytes` : `${value.toFixed(1)} ${unit}`;
}
