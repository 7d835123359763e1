import { expect, it } from '@jest/globals';
import { ManualClock } from '../../support/manual-clock.js';
import { createGovernors, memoryCounters } from '../../support/source-context.js';

const NOON = Date.UTC(2026, 2, 8, 20);
const DAY_MS = 86_400_000;

function setUp() {
  const [clock, counters] = [new ManualClock(NOON), memoryCounters()];
  return { clock, counters, governors: createGovernors({ perDay: { api: 3, bytes: 2 }, clock, counters }) };
}

it('are one for each project, also for those who ask at once', async () => {
  const { governors } = setUp();
  const [one, same, other] = await Promise.all([governors.for('1'), governors.for('1'), governors.for('2')]);
  expect(same).toBe(one);
  expect(other).not.toBe(one);
  await governors.close();
});

it('tell how much of each part is used, and forget it at midnight in Los Angeles', async () => {
  const { clock, governors } = setUp();
  expect(await governors.usage()).toEqual([]);
  const [one, other] = [await governors.for('1'), await governors.for('2')];
  one.api.ask();
  for (let i = 0; i < 2; i++) other.bytes.ask();
  const api = { part: 'api', perDay: 3, isSpent: false };
  const bytes = { part: 'bytes', perDay: 2, isSpent: false };
  expect(await governors.usage()).toEqual([
    { project: '1', ...api, used: 1 },
    { project: '1', ...bytes, used: 0 },
    { project: '2', ...api, used: 0 },
    { project: '2', ...bytes, used: 2, isSpent: true },
  ]);
  await clock.advance(DAY_MS);
  expect((await governors.usage()).map(({ used, isSpent }) => [used, isSpent])).toEqual(Array(4).fill([0, false]));
  await governors.close();
});

it('store the counts of all projects at the end', async () => {
  const { counters, governors } = setUp();
  (await governors.for('1')).api.ask();
  (await governors.for('2')).api.ask();
  await governors.close();
  expect([1, 2].map((project) => counters.counts.get(`quota:${project}:2026-03-08:api`))).toEqual([1, 1]);
});
