import { setTimeout as delay } from 'node:timers/promises';

/** Time, handed in wherever it matters, so that a test can turn it. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      await delay(ms, undefined, signal ? { signal } : {});
    } catch (error) {
      // The timer rejects with an AbortError of its own.
      signal?.throwIfAborted();
      throw error;
    }
  },
};
