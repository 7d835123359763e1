import { setTimeout as delay } from 'node:timers/promises';

type Condition = () => boolean | Promise<boolean>;

/** Less than the half minute after which the program itself leaves what stands still. */
const LIMIT_MS = 25_000;
const LOOKS = 25;

/** Resolves once the condition holds, or at the limit: for what another process does a moment later. The test then looks. */
export async function eventually(condition: Condition, limitMs = LIMIT_MS): Promise<void> {
  await happens(condition, limitMs);
}

/** As `eventually`, for what all of the rest needs: throws at the limit. */
export async function until(condition: Condition, limitMs = LIMIT_MS): Promise<void> {
  if (!(await happens(condition, limitMs))) throw new Error('it did not happen in time');
}

/** Resolves once the value is the same at `LOOKS` looks in a row: a machine that stood still for a while has looked once. */
export async function stands(value: () => number): Promise<void> {
  let last = value();
  for (let same = 0; same < LOOKS;) {
    await delay(20);
    const now = value();
    same = now === last ? same + 1 : 0;
    last = now;
  }
}

async function happens(condition: Condition, limitMs: number): Promise<boolean> {
  const limit = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() > limit) return false;
    await delay(20);
  }
  return true;
}
