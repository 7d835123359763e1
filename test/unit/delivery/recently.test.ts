import { expect, it } from '@jest/globals';
import { Recently } from '../../../src/delivery/recently.js';
import { ManualClock } from '../../support/manual-clock.js';

it('knows what was noted within the while, and the last thousand of it', async () => {
  const clock = new ManualClock();
  const recently = new Recently(clock, 1_000);
  recently.note('first');
  expect([recently.has('first'), recently.has('another')]).toEqual([true, false]);
  await clock.advance(999);
  for (let i = 0; i < 999; i++) recently.note(`later ${i}`);
  recently.note('later 0');
  expect(recently.has('first')).toBe(true);
  recently.note('one more');
  expect([recently.has('first'), recently.has('later 0'), recently.has('later 1')]).toEqual([false, true, true]);
  await clock.advance(1_000);
  expect(recently.has('one more')).toBe(false);
});
