import { describe, expect, it } from '@jest/globals';
import { Pacer } from '../../../src/emulator/pacer.js';

const MIB = 1 << 20;

/** Sends `total` bytes in chunks as files give them; each timer wakes late, by what `lateMs` says. */
function milliseconds(total: number, rate: number, lateMs: (pause: number) => number): number {
  let now = 1000;
  const pacer = new Pacer(rate, () => now);
  let pauses = 0;
  for (let sent = 0; sent < total;) {
    const length = Math.min(total - sent, 65_536, pacer.sliceBytes);
    sent += length;
    const pause = pacer.pauseMs(length);
    if (pause > 0) now += pause + lateMs(pauses++);
  }
  return now - 1000;
}

describe('a paced body', () => {
  it('of 300 MB takes as long as its rate says, though every timer is late', () => {
    const expected = (300e6 / (100 * MIB)) * 1000;
    const taken = milliseconds(300e6, 100 * MIB, (count) => count % 7);
    expect(Math.abs(taken - expected) / expected).toBeLessThan(0.005);
  });

  it('flows in small pieces where the rate is low', () => {
    const pacer = new Pacer(10_000, () => 0);
    expect(pacer.sliceBytes).toBe(1000);
    expect(pacer.pauseMs(1000)).toBe(100);
  });

  it('is not poured out after a client that did not read for ten seconds', () => {
    let now = 0;
    const pacer = new Pacer(1_000_000, () => now);
    pacer.pauseMs(100_000);
    now = 10_000;
    expect(pacer.pauseMs(100_000)).toBe(0);
    let burst = 0;
    while (pacer.pauseMs(10_000) === 0) burst += 10_000;
    expect(burst).toBeLessThanOrEqual(210_000);
  });

  it('without a rate never waits', () => {
    const pacer = new Pacer(0, () => 0);
    expect([pacer.sliceBytes, pacer.pauseMs(1e9)]).toEqual([Infinity, 0]);
  });
});
