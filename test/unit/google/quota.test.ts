import { describe, expect, it } from '@jest/globals';
import { Governor } from '../../../src/google/quota.js';
import { ManualClock } from '../../support/manual-clock.js';
import { memoryCounters } from '../../support/source-context.js';
import { SILENT } from './wire.js';

const NOON = Date.UTC(2026, 2, 8, 20);

async function governor(counters = memoryCounters(), clock = new ManualClock(NOON)): Promise<Governor> {
  return Governor.open({ project: '123', bytesPerDay: 10, counters, clock, log: SILENT });
}

describe('the governor', () => {
  it('stores what was counted once a second, not at each request', async () => {
    const [clock, counters] = [new ManualClock(NOON), memoryCounters()];
    const quota = await governor(counters, clock);
    for (let i = 0; i < 3; i++) quota.countBytes();
    quota.countApi();
    expect(counters.counts.get('quota:123:2026-03-08:bytes')).toBe(0);
    await clock.advance(1000);
    expect(Object.fromEntries(counters.counts)).toEqual({
      'quota:123:2026-03-08:api': 1,
      'quota:123:2026-03-08:bytes': 3,
      'quota:123:2026-03-08:spent': 0,
    });
    expect(quota.usage()).toEqual({ day: '2026-03-08', api: 1, bytes: 3, bytesPerDay: 10, isSpent: false });
    await quota.close();
  });

  it('stores the rest when it is closed, and goes on from there', async () => {
    const counters = memoryCounters();
    const first = await governor(counters);
    for (let i = 0; i < 4; i++) first.countBytes();
    await first.close();
    const second = await governor(counters);
    expect(second.mayLearnSizes()).toBe(true);
    second.countBytes();
    expect(second.mayLearnSizes()).toBe(false);
    await second.close();
  });

  it('begins a new count at midnight in Los Angeles, on a day of 23 hours too', async () => {
    const clock = new ManualClock(NOON);
    const quota = await governor(memoryCounters(), clock);
    quota.markSpent();
    expect(quota.mayLearnSizes()).toBe(false);
    expect(quota.secondsUntilReset()).toBe(11 * 3600);
    await clock.advance(11 * 3_600_000);
    expect(quota.usage()).toMatchObject({ day: '2026-03-09', bytes: 0, isSpent: false });
    expect(quota.mayLearnSizes()).toBe(true);
    await quota.close();
  });

  it('sees what another process counts for the same project', async () => {
    const [clock, counters] = [new ManualClock(NOON), memoryCounters()];
    const quota = await governor(counters, clock);
    await counters.add('quota:123:2026-03-08:bytes', 7);
    quota.countBytes();
    await clock.advance(1000);
    expect(quota.usage().bytes).toBe(8);
    await quota.close();
  });

  it('counts on when the store fails', async () => {
    const counters = { add: () => Promise.reject(new Error('disk full')) };
    const quota = await Governor.open({
      project: '1',
      bytesPerDay: 2,
      counters,
      clock: new ManualClock(NOON),
      log: SILENT,
    });
    quota.countBytes();
    expect(quota.mayLearnSizes()).toBe(false);
    await quota.close();
  });
});
