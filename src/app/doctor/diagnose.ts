import { SYSTEM_CLOCK, type Clock } from '../../clock.js';
import type { System } from '../../config/folders.js';
import type { Config, Mount } from '../../config/schema.js';
import type { Flags } from '../../config/text-layers.js';
import type { Log } from '../../log.js';
import type { Check } from './check.js';
import { PROGRAM_CHECKS } from './checks.js';
import { examine, type Examination, type Result } from './examine.js';
import { openSetup } from './setup.js';

export interface DiagnoseParts {
  readonly system: System;
  readonly log: Log;
  /** The mount to look at, of those configured; all of them if absent. */
  readonly only?: (config: Config) => Mount;
  readonly clock?: Clock;
  readonly nodeVersion?: string;
  /** How long each check may take; ten seconds if absent. */
  readonly limitMs?: number;
}

const LIMIT_MS = 10_000;

/**
 * Looks at everything that decides whether a person sees their photos, and yields what was found, in the order of
 * docs/doctor.md. Changes nothing, and ends in bounded time whatever does not answer. Throws only what `only` throws.
 */
export async function* diagnose(flags: Flags, parts: DiagnoseParts): AsyncGenerator<Result, void, undefined> {
  const { system, log, only, clock = SYSTEM_CLOCK, nodeVersion = process.versions.node, limitMs = LIMIT_MS } = parts;
  const setup = await openSetup(flags, { system, log, clock, nodeVersion });
  try {
    const isTaken = 'values' in setup.loaded;
    if (only && isTaken) only(setup.config);
    yield* examine(examinationsOf(PROGRAM_CHECKS, setup), { clock, limitMs });
  } finally {
    await setup.transport.close();
  }
}

function examinationsOf<S>(checks: readonly Check<S>[], setup: S, mount?: string): readonly Examination[] {
  return checks
    .filter((check) => check.applies?.(setup) ?? true)
    .map((check) => ({
      check: check.name,
      ...(mount === undefined ? {} : { mount }),
      needs: check.needs ?? [],
      run: (signal) => check.run(setup, signal),
    }));
}
