import { describe, expect, it } from '@jest/globals';
import { createLog } from '../../../src/log.js';
import { Governor, type GovernorOptions } from '../../../src/google/quota.js';
import { Recorder } from '../../support/log-lines.js';
import { ManualClock } from '../../support/manual-clock.js';
import { memoryCounters } from '../../support/source-context.js';
import { SILENT } from './wire.js';

const HOUR = 3_600_000;
const PROBE = 15 * 60_000;
/** 13:00 in Los Angeles on a day of 23 hours. */
const NOON = Date.UTC(2026, 2, 8, 20);
const DAY = 'quota:123:2026-03-08';

function setUp(over: Partial<GovernorOptions> = {}, startMs = NOON) {
  const [clock, counters] = [new ManualClock(startMs), memoryCounters()];
  const start = (): Promise<Governor> =>
    Governor.open({
      project: '123',
      perDay: { api: 100, bytes: 10 },
      probeIntervalMs: PROBE,
      counters,
      clock,
      log: SILENT,
      ...over,
    });
  return { clock, counters, start };
}

/** How many requests are granted of `count`. */
function granted(part: Governor['api'], count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    try {
      part.ask();
      sum += 1;
    } catch (error) {
      expect(error).toMatchObject({ code: 'QUOTA_EXCEEDED' });
    }
  }
  return sum;
}

describe('the counts', () => {
  it('are stored once a second, not at each request', async () => {
    const { clock, counters, start } = setUp();
    const quota = await start();
    for (let i = 0; i < 3; i++) quota.bytes.ask();
    quota.api.ask();
    expect(counters.counts.get(`${DAY}:bytes`)).toBe(0);
    await clock.advance(1000);
    expect(counters.counts.get(`${DAY}:bytes`)).toBe(3);
    expect(counters.counts.get(`${DAY}:api`)).toBe(1);
    expect([quota.api.used, quota.bytes.used]).toEqual([1, 3]);
    await quota.close();
  });

  it('go on after a restart from what was stored at the end', async () => {
    const { start } = setUp();
    const first = await start();
    granted(first.bytes, 4);
    await first.close();
    const second = await start();
    expect(second.mayLearnSizes()).toBe(true);
    second.bytes.ask();
    expect(second.mayLearnSizes()).toBe(false);
    await second.close();
  });

  it('hold what another process counts for the same project', async () => {
    const { clock, counters, start } = setUp();
    const quota = await start();
    await counters.add(`${DAY}:bytes`, 7);
    quota.bytes.ask();
    await clock.advance(1000);
    expect(quota.bytes.used).toBe(8);
    await quota.close();
  });

  it('hold what is counted while they are stored', async () => {
    const { counters } = setUp();
    let during = (): void => undefined;
    const add = async (key: string, amount: number): Promise<number> => {
      during();
      await Promise.resolve();
      return counters.add(key, amount);
    };
    const quota = await setUp({ counters: { add } }).start();
    during = () => {
      during = () => undefined;
      quota.bytes.ask();
    };
    quota.api.ask();
    await quota.close();
    expect(counters.counts.get(`${DAY}:bytes`)).toBe(1);
  });

  it('are made good once a disk that was full has room again', async () => {
    const { clock, counters } = setUp();
    let isFull = false;
    const add = (key: string, amount: number): Promise<number> =>
      isFull ? Promise.reject(new Error('disk full')) : counters.add(key, amount);
    const quota = await setUp({ counters: { add }, clock }).start();
    isFull = true;
    granted(quota.bytes, 3);
    await clock.advance(1000);
    isFull = false;
    quota.bytes.ask();
    await quota.close();
    expect(counters.counts.get(`${DAY}:bytes`)).toBe(4);
  });

  it('are made good where the store has lost them', async () => {
    const { clock, counters, start } = setUp();
    const quota = await start();
    granted(quota.bytes, 3);
    await clock.advance(1000);
    counters.counts.clear();
    quota.bytes.ask();
    await quota.close();
    expect(counters.counts.get(`${DAY}:bytes`)).toBe(4);
  });

  it('go on when the store fails', async () => {
    const quota = await setUp({ counters: { add: () => Promise.reject(new Error('disk full')) } }).start();
    expect(granted(quota.bytes, 20)).toBe(10);
    await quota.close();
  });
});

describe('midnight in Los Angeles', () => {
  it.each([
    ['23', '2026-03-08', Date.UTC(2026, 2, 8, 8), 23],
    ['24', '2026-03-09', Date.UTC(2026, 2, 9, 7), 24],
    ['25', '2026-11-01', Date.UTC(2026, 10, 1, 7), 25],
  ])('renews the quota after a day of %s hours, and not before', async (_hours, day, startMs, hours) => {
    const { clock, counters, start } = setUp({}, startMs);
    const quota = await start();
    expect(granted(quota.api, 101)).toBe(100);
    expect(quota.api.refusal()).toMatchObject({ retryAfterSeconds: hours * 3600 });
    await clock.advance(hours * HOUR - 1);
    expect(counters.counts.get(`quota:123:${day}:api`)).toBe(100);
    expect(quota.api.isSpent).toBe(true);
    await clock.advance(1);
    expect([quota.api.used, quota.api.isSpent, quota.mayLearnSizes(), quota.mayRefresh()]).toEqual([
      0,
      false,
      true,
      true,
    ]);
    expect(granted(quota.api, 101)).toBe(100);
    await quota.close();
  });

  it('renews what Google said was spent, and does not hear an answer that crosses it', async () => {
    const { clock, start } = setUp();
    const quota = await start();
    quota.api.ask().spent(undefined);
    const late = quota.bytes.ask();
    await clock.advance(11 * HOUR);
    expect([quota.api.mayAsk(), quota.api.mayAsk()]).toEqual([true, true]);
    late.spent(undefined);
    expect(granted(quota.bytes, 3)).toBe(3);
    await quota.close();
  });
});

describe('shares', () => {
  it('stop work in order: sizes, refreshing, and people at the last request', async () => {
    const quota = await setUp().start();
    const allowed = (): boolean[] => [quota.mayLearnSizes(), quota.mayRefresh(), quota.api.mayAsk()];
    granted(quota.api, 79);
    expect(allowed()).toEqual([true, true, true]);
    quota.api.ask();
    expect(allowed()).toEqual([false, true, true]);
    granted(quota.api, 15);
    expect(allowed()).toEqual([false, false, true]);
    granted(quota.api, 5);
    expect(allowed()).toEqual([false, false, false]);
    await quota.close();
  });

  it('stop learning sizes at half of the bytes', async () => {
    const quota = await setUp().start();
    granted(quota.bytes, 4);
    expect(quota.mayLearnSizes()).toBe(true);
    quota.bytes.ask();
    expect(quota.mayLearnSizes()).toBe(false);
    await quota.close();
  });

  it('keep the parts apart: bytes that are spent do not stop listings, nor listings bytes', async () => {
    const quota = await setUp().start();
    granted(quota.bytes, 10);
    expect([quota.bytes.mayAsk(), quota.api.mayAsk(), quota.mayRefresh()]).toEqual([false, true, true]);
    const other = await setUp().start();
    granted(other.api, 100);
    expect([other.api.mayAsk(), other.bytes.mayAsk()]).toEqual([false, true]);
    await quota.close();
    await other.close();
  });

  it('are without end where there is no limit', async () => {
    const quota = await setUp({ perDay: { api: Infinity, bytes: Infinity } }).start();
    expect(granted(quota.api, 20_000)).toBe(20_000);
    expect([quota.mayLearnSizes(), quota.mayRefresh()]).toEqual([true, true]);
    expect(quota.api.ask().spent(undefined).message).toContain('(20001 counted)');
    await quota.close();
  });
});

describe('a part that is spent', () => {
  it('grants as many requests as there are, however many ask at once', async () => {
    const quota = await setUp().start();
    const asks = Array.from({ length: 500 }, () => Promise.resolve().then(() => quota.api.ask()));
    const settled = await Promise.allSettled(asks);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(100);
    expect(quota.api.used).toBe(100);
    await quota.close();
  });

  it('is told with what is spent, how much was counted, and when it is renewed', async () => {
    const quota = await setUp().start();
    granted(quota.bytes, 10);
    expect(quota.bytes.refusal()).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      message:
        "google photos: the project's quota of requests for bytes for the day is spent (10 of 10 counted); " +
        'it is renewed at 2026-03-09T07:00Z',
      retryAfterSeconds: 11 * 3600,
    });
    expect(quota.bytes.refusal().advice).toContain('quota.bytesPerDay');
    await quota.close();
  });

  it('is asked once in an interval, beginning after the last request', async () => {
    const { clock, start } = setUp();
    const quota = await start();
    granted(quota.api, 100);
    await clock.advance(PROBE - 1);
    expect([quota.api.mayAsk(), quota.mayRefresh(), granted(quota.api, 50)]).toEqual([false, false, 0]);
    await clock.advance(1);
    expect([quota.api.mayAsk(), quota.mayRefresh(), quota.mayLearnSizes()]).toEqual([true, true, false]);
    expect(granted(quota.api, 50)).toBe(1);
    expect(quota.mayRefresh()).toBe(false);
    await clock.advance(PROBE);
    expect(granted(quota.api, 50)).toBe(1);
    await quota.close();
  });

  it('is given to people again, and to refreshes, once a probe was answered; not to learning', async () => {
    const { clock, start } = setUp();
    const quota = await start();
    granted(quota.api, 100);
    await clock.advance(PROBE);
    quota.api.ask().granted();
    expect([quota.mayLearnSizes(), quota.mayRefresh(), granted(quota.api, 50)]).toEqual([false, true, 50]);
    quota.api.ask().spent(undefined);
    expect([quota.mayRefresh(), granted(quota.api, 50)]).toEqual([false, 0]);
    await quota.close();
  });

  it('is given to all again if Google was wrong about it', async () => {
    const { clock, counters, start } = setUp();
    const quota = await start();
    quota.api.ask().spent(undefined);
    expect([quota.mayLearnSizes(), granted(quota.api, 5)]).toEqual([false, 0]);
    await clock.advance(PROBE);
    quota.api.ask().granted();
    expect([quota.mayLearnSizes(), quota.mayRefresh(), granted(quota.api, 98)]).toEqual([true, true, 98]);
    // The limit is believed again.
    expect(granted(quota.api, 5)).toBe(0);
    await quota.close();
    expect(counters.counts.get(`${DAY}:apiSpent`)).toBe(0);
  });

  it('is not given again by an answer to what was asked before', async () => {
    const quota = await setUp().start();
    const earlier = quota.api.ask();
    quota.api.ask().spent(undefined);
    earlier.granted();
    expect(quota.api.isSpent).toBe(true);
    const last = await setUp({ perDay: { api: 1, bytes: 1 } }).start();
    last.api.ask().granted();
    expect(granted(last.api, 5)).toBe(0);
    await quota.close();
    await last.close();
  });

  it('has another probe at once where the answer tells nothing, one again', async () => {
    const { clock, start } = setUp();
    const quota = await start();
    quota.api.ask().spent(undefined);
    await clock.advance(PROBE);
    quota.api.ask().undecided();
    expect(granted(quota.api, 5)).toBe(1);
    await quota.close();
  });

  it('has two probes in an interval at most, though no answer ever tells', async () => {
    const { clock, start } = setUp();
    const quota = await start();
    quota.api.ask().spent(undefined);
    const sent = (): number => {
      let count = 0;
      for (; quota.api.mayAsk() && count < 20; count++) quota.api.ask().undecided();
      return count;
    };
    await clock.advance(PROBE);
    expect(sent()).toBe(2);
    await clock.advance(PROBE - 1);
    expect(sent()).toBe(0);
    await clock.advance(1);
    expect(sent()).toBe(2);
    await quota.close();
  });

  it('stays so after a restart, but for one probe', async () => {
    const { clock, start } = setUp();
    const first = await start();
    first.api.ask().spent(undefined);
    granted(first.bytes, 10);
    await first.close();
    const second = await start();
    expect([second.api.isSpent, second.bytes.isSpent]).toEqual([true, true]);
    expect([granted(second.api, 5), granted(second.bytes, 5)]).toEqual([1, 1]);
    await clock.advance(11 * HOUR);
    expect([granted(second.api, 5), granted(second.bytes, 5)]).toEqual([5, 5]);
    await second.close();
  });

  it('is told in the log once, with until when, and once when it is given again', async () => {
    const recorder = new Recorder();
    const { clock, start } = setUp({ log: createLog({ level: 'info', destination: recorder }) });
    const quota = await start();
    granted(quota.api, 500);
    for (let i = 0; i < 50; i++) expect([quota.mayLearnSizes(), quota.mayRefresh()]).toEqual([false, false]);
    await clock.advance(PROBE);
    quota.api.ask().granted();
    expect(recorder.lines.map(({ level, msg, until }) => [level, msg, until])).toEqual([
      [30, expect.stringMatching(/80 % of the day's API requests.*sizes/), undefined],
      [30, expect.stringMatching(/95 % of the day's API requests.*listings/), undefined],
      [40, expect.stringMatching(/quota of API requests is spent/), '2026-03-09T07:00Z'],
      [30, expect.stringMatching(/API requests are made again/), undefined],
    ]);
    await quota.close();
  });
});

describe('a refusal that is not for the day', () => {
  it('pauses the part for a minute, then twice as long with each probe that is refused', async () => {
    const { clock, start } = setUp();
    const quota = await start();
    const [first, second] = [quota.bytes.ask(), quota.bytes.ask()];
    expect(first.refused(undefined)).toMatchObject({ code: 'QUOTA_EXCEEDED', retryAfterSeconds: 60 });
    second.refused(undefined);
    expect([granted(quota.bytes, 5), quota.mayLearnSizes(), quota.bytes.isSpent]).toEqual([0, false, false]);
    await clock.advance(60_000);
    expect(quota.bytes.ask().refused(undefined)).toMatchObject({ retryAfterSeconds: 120 });
    await clock.advance(119_999);
    expect(granted(quota.bytes, 5)).toBe(0);
    await clock.advance(1);
    quota.bytes.ask().granted();
    expect(granted(quota.bytes, 3)).toBe(3);
    await quota.close();
  });

  it('pauses for as long as Google says, but no longer than until the next probe', async () => {
    const { clock, start } = setUp();
    const quota = await start();
    expect(quota.api.ask().refused(undefined, 30_000)).toMatchObject({ retryAfterSeconds: 30 });
    await clock.advance(30_000);
    for (let i = 0; i < 10; i++) {
      quota.api.ask().refused(undefined);
      await clock.advance(PROBE);
    }
    expect(granted(quota.api, 5)).toBe(1);
    await quota.close();
  });
});
