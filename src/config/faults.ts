import { distance } from 'fastest-levenshtein';
import { AppError } from '../errors.js';

/** One thing wrong with the configuration: what, where it came from, what is allowed. */
export interface Fault {
  readonly message: string;
  /** What to do about it, where the table's advice says too little. */
  readonly advice?: string;
}

/** All faults as one CONFIG_INVALID, so that nobody has to find them one by one. */
export function configError(faults: readonly Fault[]): AppError {
  const messages = [...new Set(faults.map((fault) => fault.message))];
  const advice = [...new Set(faults.flatMap((fault) => fault.advice ?? []))].join('; ');
  const message =
    messages.length === 1
      ? messages.join('')
      : `the configuration has ${messages.length} faults\n${messages.map((line) => `  ${line}`).join('\n')}`;
  return new AppError('CONFIG_INVALID', message, advice === '' ? {} : { advice });
}

/** "did you mean …?", or what there is to choose from if nothing is near. */
export function suggest(written: string, known: readonly string[]): string {
  const lastName = (name: string) => name.slice(name.lastIndexOf('.') + 1);
  const far = (name: string) =>
    Math.min(distance(written.toLowerCase(), name.toLowerCase()), distance(lastName(written), lastName(name)) + 0.5);
  const nearest = [...known].sort((a, b) => far(a) - far(b))[0];
  if (nearest !== undefined && far(nearest) <= Math.max(2, written.length / 2)) return `did you mean ${nearest}?`;
  return `known are ${known.join(', ')}`;
}
