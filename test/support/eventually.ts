import { setTimeout as delay } from 'node:timers/promises';

/** Resolves once the condition holds, or at the limit: for what another process does a moment later. The test then looks. */
export async function eventually(condition: () => boolean | Promise<boolean>, limitMs = 2_000): Promise<void> {
  const limit = performance.now() + limitMs;
  while (!(await condition()) && performance.now() < limit) await delay(20);
}
