import { setImmediate } from 'node:timers/promises';

const SLICE_MS = 5;

/** Does work that yields now and then, and lets others run in between. */
export async function inSlices<T>(work: Generator<void, T>): Promise<T> {
  let sinceMs = performance.now();
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    if (performance.now() - sinceMs < SLICE_MS) continue;
    await setImmediate();
    sinceMs = performance.now();
  }
}

/** Does such work without a pause. */
export function atOnce<T>(work: Generator<void, T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}
