import { describe, expect, it } from '@jest/globals';
import { HandedOut } from '../../../../src/sources/bytes/handed-out.js';
import { ManualClock } from '../../../support/manual-clock.js';

describe('a base URL that is handed out', () => {
  it('is looked at every ten seconds while it is asked for again', async () => {
    const clock = new ManualClock();
    const handedOut = new HandedOut(clock);
    const trusted: boolean[] = [];
    for (let second = 0; second <= 25; second += 5) {
      trusted.push(handedOut.mayTrust('a'));
      await clock.advance(5_000);
    }
    expect(trusted).toEqual([true, true, false, true, false, true]);
    expect(handedOut.mayTrust('b')).toBe(true);
  });
});
