import { SYSTEM_CLOCK, type Clock } from '../../clock.js';
import type { System } from '../../config/folders.js';
import type { Config, Mount } from '../../config/schema.js';
import type { Flags } from '../../config/text-layers.js';
import { AppError } from '../../errors.js';
import type { Log } from '../../log.js';
import type { Check } from './check.js';
import { MOUNT_CHECKS, PROGRAM_CHECKS, SIGN_IN_CHECKS } from './checks.js';
import { examine, type Examination, type Result } from './examine.js';
import { needsSignIn, openMountSetup, type MountSetup } from './mount-setup.js';
import { openSetup, type Setup } from './setup.js';

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
  const closing = new AbortController();
  const setup = await openSetup(flags, { system, log, clock, nodeVersion, closing: closing.signal });
  try {
    const examinations = [...examinationsOf(PROGRAM_CHECKS, setup), ...mountsOf(setup, only).flatMap(ofMount)];
    yield* examine(examinations, { clock, limitMs });
  } finally {
    closing.abort(new AppError('SOURCE_UNAVAILABLE', 'nobody waits any more'));
    await setup.transport.close();
    await setup.governors.close();
  }
}

/** None where the configuration cannot be taken. */
function mountsOf(setup: Setup, only: DiagnoseParts['only']): readonly MountSetup[] {
  const { loaded, config } = setup;
  if (!('values' in loaded)) return [];
  const mounts = only ? [only(config)] : config.mounts;
  return mounts.map((mount) => openMountSetup(setup, mount));
}

function ofMount(setup: MountSetup): readonly Examination[] {
  const { path } = setup.mount;
  const signedIn = needsSignIn(setup) ? examinationsOf(SIGN_IN_CHECKS, setup, path) : [];
  return [...signedIn, ...examinationsOf(MOUNT_CHECKS, setup, path)];
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
