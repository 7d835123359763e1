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
    quota.markSpent('api');
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

  it('lets one call through in 15 minutes once the day is spent, and all once Google answers again', async () => {
    const [clock, counters] = [new ManualClock(NOON), memoryCounters()];
    const quota = await governor(counters, clock);
    quota.markSpent('api');
    expect([quota.mayAsk('api'), quota.mayAsk('bytes'), quota.mayLearnSizes()]).toEqual([false, true, false]);
    expect(quota.refusal()).toMatchObject({ code: 'QUOTA_EXCEEDED', retryAfterSeconds: 11 * 3600 });
    await clock.advance(15 * 60_000);
    expect([quota.mayAsk('api'), quota.mayAsk('api')]).toEqual([true, false]);
    quota.markGranted('api');
    expect([quota.mayAsk('api'), quota.mayAsk('api'), quota.mayLearnSizes()]).toEqual([true, true, true]);
    await quota.close();
    expect(counters.counts.get('quota:123:2026-03-08:spent')).toBe(0);
  });

  it('lets one call through after a restart on a spent day, and all on the next', async () => {
    const [clock, counters] = [new ManualClock(NOON), memoryCounters()];
    const first = await governor(counters, clock);
    first.markSpent('api');
    await first.close();
    const second = await governor(counters, clock);
    expect([second.mayAsk('api'), second.mayAsk('api')]).toEqual([true, false]);
    await clock.advance(11 * 3_600_000);
    expect([second.mayAsk('api'), second.mayAsk('api')]).toEqual([true, true]);
    await second.close();
  });

  it('stores what is counted while it stores', async () => {
    const counters = memoryCounters();
    let during = (): void => undefined;
    const add = async (key: string, amount: number): Promise<number> => {
      during();
      await Promise.resolve();
      return counters.add(key, amount);
    };
    const options = { project: '123', bytesPerDay: 10, clock: new ManualClock(NOON), log: SILENT };
    const quota = await Governor.open({ ...options, counters: { add } });
    during = () => {
      during = () => undefined;
      quota.countBytes();
    };
    quota.countApi();
    await quota.close();
    expect(counters.counts.get('quota:123:2026-03-08:bytes')).toBe(1);
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
