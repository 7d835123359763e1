import { distance } from 'fastest-levenshtein';
import { AppError } from '../errors.js';

/** One thing wrong with the configuration: what, where it came from, what is allowed. */
export interface Fault {
  readonly message: string;
  /** What to do about it, where the table's advice says too little. */
  readonly advice?: string;
  /** Which option or section of the file it lies in, as a dotted path; absent where it is the file as a whole. */
  readonly path?: string;
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

/** "did you mean …?", or what there is to choose from if nothing is near; `also` may be meant too, but is not listed. */
export function suggest(written: string, known: readonly string[], also: readonly string[] = []): string {
  const near = nearest(written, [...also, ...known]);
  return near === undefined ? `known are ${known.join(', ')}` : `did you mean ${near}?`;
}

/** The known name that was most likely meant, by its whole or by what follows its last `separator`. */
export function nearest(written: string, known: readonly string[], separator = '.'): string | undefined {
  const lower = written.toLowerCase();
  const lastName = (name: string) => name.slice(name.lastIndexOf(separator) + 1).toLowerCase();
  const far = (name: string) =>
    Math.min(distance(lower, name.toLowerCase()), distance(lastName(lower), lastName(name)) + 0.5);
  let near: { readonly name: string; readonly far: number } | undefined;
  for (const name of known) {
    const candidate = { name, far: far(name) };
    if (!near || candidate.far < near.far) near = candidate;
  }
  return near && near.far <= Math.max(2, written.length / 2) ? near.name : undefined;
}
