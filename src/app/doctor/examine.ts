import type { Clock } from '../../clock.js';
import { AppError } from '../../errors.js';
import { failure, failureFrom, skipped, type Finding } from './finding.js';

/** A check with what it looks at. */
export interface Examination {
  readonly check: string;
  /** The path of the mount that it is about; absent for what concerns all of them. */
  readonly mount?: string;
  readonly needs: readonly string[];
  run(signal: AbortSignal): Promise<Finding>;
}

/** A finding, and what it is about. */
export interface Result extends Finding {
  readonly check: string;
  readonly mount?: string;
}

export interface ExamineOptions {
  readonly clock: Clock;
  /** How long each may take. */
  readonly limitMs: number;
}

/**
 * Runs them all at the same time, each as soon as what it needs has not failed, and yields in their order. What is needed
 * stands before what needs it; of the same mount first, else of the program.
 *
 * Never rejects, and never hangs: one that does not end in time is a failure, and left to itself.
 */
export async function* examine(
  examinations: readonly Examination[],
  options: ExamineOptions,
): AsyncGenerator<Result, void, undefined> {
  const begun = new Map<string, Promise<Result>>();
  for (const each of examinations) {
    const { check, mount, needs } = each;
    const needed = needs.flatMap((name) => begun.get(keyOf(name, mount)) ?? begun.get(keyOf(name)) ?? []);
    const subject = { check, ...(mount === undefined ? {} : { mount }) };
    begun.set(
      keyOf(check, mount),
      Promise.all(needed).then(async (results) => {
        const missing = results.find(({ status }) => status === 'failure' || status === 'skipped');
        const found = missing ? skipped(`it needs "${missing.check}"`) : await within(options, each);
        return { ...subject, ...found };
      }),
    );
  }
  for (const result of begun.values()) yield await result;
}

async function within({ clock, limitMs }: ExamineOptions, examination: Examination): Promise<Finding> {
  const running = new AbortController();
  const waiting = new AbortController();
  const late = clock.sleep(limitMs, waiting.signal).then(() => tooLate(limitMs));
  try {
    return await Promise.race([examination.run(running.signal), late]);
  } catch (error) {
    return failureFrom(error);
  } finally {
    waiting.abort();
    running.abort(new AppError('SOURCE_UNAVAILABLE', 'the time for this check is up'));
  }
}

function tooLate(limitMs: number): Finding {
  return failure(
    'SOURCE_UNAVAILABLE',
    `no answer within ${limitMs / 1000} s`,
    'look at the network and the proxy, or at the disk where the check is about files, then try again',
    'docs/doctor.md#no-answer',
  );
}

function keyOf(check: string, mount = ''): string {
  return `${check} ${mount}`;
}
