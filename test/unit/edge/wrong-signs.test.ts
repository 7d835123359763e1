import { expect, it } from '@jest/globals';
import { WrongSigns } from '../../../src/edge/wrong-signs.js';
import { createLog } from '../../../src/log.js';
import { Recorder } from '../../support/log-lines.js';
import { ManualClock } from '../../support/manual-clock.js';

it('are told in one line a minute, with how many there were', async () => {
  const clock = new ManualClock();
  const recorder = new Recorder();
  const signs = new WrongSigns(clock, createLog({ level: 'info', destination: recorder }));
  for (let times = 0; times < 5; times++) signs.add();
  await clock.advance(59_999);
  signs.add();
  expect(recorder.lines.map(({ links }) => links)).toEqual([1]);
  await clock.advance(1);
  signs.add();
  expect(recorder.lines).toMatchObject([
    { links: 1 },
    { links: 6, level: 40, advice: expect.stringContaining('link token') },
  ]);
});
