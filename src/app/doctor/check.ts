import type { Finding } from './finding.js';

/** One thing that is looked at; `S` is what it is handed. A row of docs/doctor.md each. */
export interface Check<S> {
  readonly name: string;
  /** The checks that must not have failed, by name: without them this one would tell the same fault again, or nothing. */
  readonly needs?: readonly string[];
  /** False where there is nothing to look at; always looked at if absent. */
  applies?(setup: S): boolean;
  /** What is thrown counts as a failure. The signal is aborted when the time for it is up. */
  run(setup: S, signal: AbortSignal): Promise<Finding>;
}
