import { createLog } from '../../src/log.js';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignIns } from '../../src/google/auth/sign-ins.js';
import { Governors, type GovernorsOptions } from '../../src/google/governors.js';
import type { CounterStore } from '../../src/google/quota/quota-counts.js';
import { PinRoom } from '../../src/sources/pins/pin-room.js';
import type { SourceContext } from '../../src/sources/source.js';
import { HurriedClock } from './hurried-clock.js';

/** What a source is handed in a test: no log, no proxy, nobody waits, and Google at `endpoint`. */
export function sourceContext(endpoint?: string, over: Partial<SourceContext> = {}): SourceContext {
  const { clock = new HurriedClock(), log = createLog({ level: 'silent' }) } = over;
  return {
    log,
    clock,
    governors: createGovernors({ clock, log }),
    // A folder that is not there: nobody has signed in.
    signIns: new SignIns({ folder: join(tmpdir(), 'photodav-no-sign-ins'), label: 'google', log }),
    pinRoom: new PinRoom({ folder: join(tmpdir(), 'photodav-no-pins'), maxBytes: 2 ** 30 }),
    picksFolder: join(tmpdir(), 'photodav-no-picks'),
    google: {
      ...(endpoint === undefined ? {} : { endpoint: new URL(endpoint) }),
      proxy: {},
      idleTimeoutMs: 30_000,
    },
    ...over,
  };
}

/** Governors with Google's own limits and counters in memory; nobody waits. */
export function createGovernors(over: Partial<GovernorsOptions> = {}): Governors {
  return new Governors({
    perDay: { api: 10_000, bytes: 75_000 },
    probeIntervalMs: 900_000,
    counters: memoryCounters(),
    clock: new HurriedClock(),
    log: createLog({ level: 'silent' }),
    ...over,
  });
}

/** Counters as a store keeps them; `counts` is what it holds. */
export function memoryCounters(): CounterStore & { readonly counts: Map<string, number> } {
  const counts = new Map<string, number>();
  return {
    counts,
    add(key, amount) {
      const total = (counts.get(key) ?? 0) + amount;
      counts.set(key, total);
      return Promise.resolve(total);
    },
  };
}
