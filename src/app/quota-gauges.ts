import type { Governors, Usage } from '../google/governors.js';
import { addGauge, type Metrics } from '../http/metrics.js';

interface Row {
  readonly name: string;
  readonly help: string;
  readonly read: (usage: Usage) => number;
}

const ROWS: readonly Row[] = [
  {
    name: 'photodav_quota_used',
    help: 'requests to Google that were counted on this Pacific day',
    read: ({ used }) => used,
  },
  {
    name: 'photodav_quota_limit',
    help: 'requests that Google grants per Pacific day, as configured',
    read: ({ perDay }) => perDay,
  },
  {
    name: 'photodav_quota_spent',
    help: '1 while nothing is left of the day',
    read: ({ isSpent }) => Number(isSpent),
  },
];

/** Tells in the metrics how much of each project's day is used, API requests and requests for bytes apart. */
export function addQuotaGauges({ registry }: Metrics, governors: Governors): void {
  for (const { name, help, read } of ROWS) {
    addGauge(registry, { name, help, labelNames: ['project', 'part'] }, async () =>
      (await governors.usage()).map((usage) => ({
        labels: { project: usage.project, part: usage.part },
        value: read(usage),
      })),
    );
  }
}
