import { describe, expect, it } from '@jest/globals';
import { AppError } from '../../../../src/errors.js';
import { Refusals } from '../../../../src/sources/bytes/refusals.js';
import { ManualClock } from '../../../support/manual-clock.js';

function secondsLeft(refusals: Refusals): number | undefined {
  try {
    refusals.throwIfRefused('item');
    return undefined;
  } catch (error) {
    return error instanceof AppError ? error.retryAfterSeconds : NaN;
  }
}

describe('a refusal', () => {
  it('is remembered for a minute, and tells the seconds that are left', async () => {
    const clock = new ManualClock();
    const refusals = new Refusals(clock);
    expect(secondsLeft(refusals)).toBeUndefined();
    expect(refusals.remember('item', 403).retryAfterSeconds).toBe(60);
    await clock.advance(59_001);
    expect(secondsLeft(refusals)).toBe(1);
    await clock.advance(1_000);
    expect(secondsLeft(refusals)).toBeUndefined();
  });
});

describe('a base URL that replaced a refused one', () => {
  it('is on trial until it is accepted', () => {
    const refusals = new Refusals(new ManualClock());
    refusals.putOnTrial('item', 'second');
    refusals.accept('item', 'first');
    expect(refusals.isOnTrial('item', 'first')).toBe(false);
    expect(refusals.isOnTrial('item', 'second')).toBe(true);
    refusals.accept('item', 'second');
    expect(refusals.isOnTrial('item', 'second')).toBe(false);
  });

  it('is on trial for a minute', async () => {
    const clock = new ManualClock();
    const refusals = new Refusals(clock);
    refusals.putOnTrial('item', 'second');
    await clock.advance(60_001);
    expect(refusals.isOnTrial('item', 'second')).toBe(false);
  });
});
