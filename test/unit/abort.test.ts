import { describe, expect, it } from '@jest/globals';
import { untilAborted } from '../../src/abort.js';

const never = new Promise<never>(() => undefined);
const reason = new Error('the client left');

describe('work that is waited for until an abort', () => {
  it('settles as it does by itself, with a signal or none', async () => {
    const { signal } = new AbortController();
    const failure = new Error('broken');
    expect([await untilAborted(Promise.resolve(1)), await untilAborted(Promise.resolve(2), signal)]).toEqual([1, 2]);
    await expect(untilAborted(Promise.reject(failure), signal)).rejects.toBe(failure);
  });

  it('is left with the reason, whether the abort comes later or came before', async () => {
    const leaving = new AbortController();
    const waiting = untilAborted(never, leaving.signal);
    leaving.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(untilAborted(never, leaving.signal)).rejects.toBe(reason);
  });
});
