import { beforeEach, describe, expect, it } from '@jest/globals';
import { Guesses } from '../../../src/http/guesses.js';
import { createLog } from '../../../src/log.js';
import { Recorder } from '../../support/log-lines.js';
import { ManualClock } from '../../support/manual-clock.js';

let clock: ManualClock;
let recorder: Recorder;
let guesses: Guesses;

beforeEach(() => {
  clock = new ManualClock();
  recorder = new Recorder();
  guesses = new Guesses(clock, createLog({ level: 'info', destination: recorder }));
});

function guess(network: string, times: number): void {
  for (let i = 0; i < times; i++) guesses.wrong(network);
}

describe('wrong secrets from one network', () => {
  it('are looked at nine times a minute', async () => {
    for (let minute = 0; minute < 3; minute++) {
      guess('192.0.2.1', 9);
      expect(() => guesses.check('192.0.2.1')).not.toThrow();
      await clock.advance(60_000);
    }
    expect(recorder.lines).toEqual([]);
  });

  it('shut it out for a minute at the tenth, and no other', async () => {
    guess('192.0.2.1', 10);
    expect(() => guesses.check('192.0.2.1')).toThrow(
      expect.objectContaining({ code: 'NOT_SIGNED_IN', status: 429, retryAfterSeconds: 60 }),
    );
    expect(() => guesses.check('192.0.2.2')).not.toThrow();
    await clock.advance(59_500);
    expect(() => guesses.check('192.0.2.1')).toThrow(expect.objectContaining({ retryAfterSeconds: 1 }));
    await clock.advance(500);
    expect(() => guesses.check('192.0.2.1')).not.toThrow();
    guess('192.0.2.1', 9);
    expect(() => guesses.check('192.0.2.1')).not.toThrow();
  });

  it('are counted over any sixty seconds', async () => {
    guess('192.0.2.1', 5);
    await clock.advance(59_000);
    guess('192.0.2.1', 4);
    await clock.advance(1_000);
    guess('192.0.2.1', 5);
    expect(() => guesses.check('192.0.2.1')).not.toThrow();
    guess('192.0.2.1', 1);
    expect(() => guesses.check('192.0.2.1')).toThrow(/too many/);
  });
});

it('tells of them once a minute, however many come', async () => {
  for (let i = 0; i < 50; i++) guess(`192.0.2.${i}`, 10);
  expect(recorder.lines).toHaveLength(1);
  await clock.advance(60_000);
  guess('198.51.100.1', 10);
  expect(recorder.lines.map(({ addresses }) => addresses)).toEqual([1, 50]);
});
