import { describe, expect, it } from '@jest/globals';
import { Turns } from '../../../src/http/turns.js';
import { settle } from '../../support/manual-clock.js';

/** Runs that end when the test says so; a label is a place, a dot and a name. */
function start({ maxRunning = 1, maxWaiting = 4, maxWaitingOfOne = 3 } = {}) {
  const turns = new Turns({ maxRunning, maxWaiting, maxWaitingOfOne, refuse: () => new Error('too many') });
  const begun: string[] = [];
  const refused: string[] = [];
  const running: (() => void)[] = [];
  const ask = (label: string): void => {
    const [place = '', name = ''] = label.split('.');
    const run = () => {
      begun.push(label);
      return new Promise<void>((resolve) => running.push(resolve));
    };
    turns.take({ place, name }, run).catch(() => refused.push(label));
  };
  return {
    begun,
    refused,
    ask: (...labels: readonly string[]) => {
      labels.forEach(ask);
    },
    /** Ends one run after another until nobody waits. */
    drain: async () => {
      await settle();
      while (running.length > 0) {
        running.shift()?.();
        await settle();
      }
    },
  };
}

describe('turns', () => {
  it('go round the places, and at one place round the names', async () => {
    const { ask, begun, drain } = start({ maxWaiting: 20 });
    ask('x.x', 'a.1', 'a.1', 'a.1', 'a.2', 'b.1', 'b.1', 'c.1');
    await drain();
    expect(begun).toEqual(['x.x', 'a.1', 'b.1', 'c.1', 'a.2', 'b.1', 'a.1', 'a.1']);
  });

  it('are given in the order of the questions where all are equal', async () => {
    const { ask, begun, drain } = start({ maxRunning: 2 });
    const asked = ['a.1', 'b.1', 'c.1', 'd.1', 'e.1', 'f.1'];
    ask(...asked);
    await drain();
    expect(begun).toEqual(asked);
  });

  it.each<[string, readonly string[], readonly string[]]>([
    ['a fourth of one name at one place', ['a.1', 'a.1', 'a.1', 'a.1'], ['a.1']],
    ['a fifth where all the others are alone', ['a.1', 'b.1', 'c.1', 'd.1', 'e.1'], ['e.1']],
    ['a fifth of one place that has no other', ['a.1', 'a.2', 'a.3', 'a.4', 'a.5'], ['a.5']],
    ['the last of the longest line, for another place', ['a.1', 'a.1', 'a.2', 'a.1', 'b.1'], ['a.1']],
    ['the last of the longest line, for another name', ['a.1', 'a.1', 'a.1', 'a.2', 'a.3'], ['a.1']],
    ['the newcomer, whose line would be as long', ['a.1', 'a.1', 'b.1', 'b.1', 'b.1'], ['b.1']],
    ['whoever is of the busiest place, for one who has little', ['a.1', 'a.2', 'a.3', 'b.1', 'b.1'], ['a.1']],
    ['a newcomer of the busiest place', ['a.1', 'a.2', 'a.3', 'b.1', 'a.4'], ['a.4']],
  ])('are not given to %s', async (_, asked, sentAway) => {
    const { ask, refused, begun, drain } = start();
    ask('x.x', ...asked);
    await settle();
    expect(refused).toEqual(sentAway);
    await drain();
    expect(begun).toHaveLength(1 + asked.length - sentAway.length);
  });

  it('come to whoever asks seldom, however many others ask at another place', async () => {
    const { ask, refused, begun, drain } = start();
    ask('x.x', ...Array.from({ length: 50 }, (_, n) => `a.${n}`));
    ask('b.1');
    await drain();
    expect(begun.indexOf('b.1')).toBe(2);
    expect(refused).not.toContain('b.1');
  });

  it('go on after a run that fails', async () => {
    const turns = new Turns({ maxRunning: 1, maxWaiting: 1, maxWaitingOfOne: 1, refuse: () => new Error('too many') });
    const asker = { place: 'a', name: '1' };
    const failing = turns.take(asker, () => Promise.reject(new Error('broken')));
    const next = turns.take(asker, () => Promise.resolve('done'));
    await expect(failing).rejects.toThrow('broken');
    await expect(next).resolves.toBe('done');
    await expect(turns.take(asker, () => Promise.resolve('again'))).resolves.toBe('again');
  });
});
