import { z } from 'zod';
import { nearest, type Fault } from './faults.js';
import type { Given, Layer } from './given.js';
import { labelAt, optionAround, type Option } from './options.js';

/** Options of another source, which the mount has told by name, and secrets that miss because their file does. */
export function isEcho({ code, path }: z.core.$ZodIssue, unread: readonly string[]): boolean {
  if (path.at(-1) !== 'options') return false;
  const mount = `${path.slice(0, 2).map(String).join('.')}.`;
  return code === 'unrecognized_keys' || (code === 'custom' && unread.some((secret) => secret.startsWith(mount)));
}

export function describeIssue(issue: z.core.$ZodIssue, layer: Layer, mounts: readonly string[]): Fault {
  const mountCount = Math.max(1, mounts.length);
  // A source's own options are handed over under `options`, which nobody writes.
  const path = issue.path
    .map(String)
    .filter((name, index) => !(index === 2 && name === 'options'))
    .join('.');
  const option = optionAround(path);
  const advice = issue.code === 'custom' ? (issue.params?.advice as unknown) : undefined;
  const told = typeof advice === 'string' ? { advice } : {};
  const reason = issue.code === 'custom' && issue.message !== 'Invalid input' ? issue.message : undefined;
  if (option) {
    // A list's member is told as the list.
    const own = path.split('.').slice(0, option.path.split('.').length).join('.');
    return { message: describe(labelAt(own, mountCount), reason, option, layer.get(own)), ...told };
  }
  const [, index] = /^mounts\.(\d+)$/.exec(path) ?? [];
  const mount = index === undefined || mountCount === 1 ? '' : `mounts[${index}] (${mounts[Number(index)] ?? ''}): `;
  return { message: mount + (reason ?? `${path} is not valid: ${issue.message}`), ...told };
}

/** What is wrong with an option: the reason if there is one, else what is allowed. */
export function describe(label: string, reason: string | undefined, option: Option, given: Given | undefined): string {
  const name = given?.place ? `${label} (${given.place})` : label;
  if (reason !== undefined)
    return given && !option.isPrivate ? `${name} ${JSON.stringify(given.value)}: ${reason}` : `${name}: ${reason}`;
  const { flag, variable } = option;
  if (!given)
    return `${name} is missing${variable === undefined ? '' : `; set ${[flag, variable].filter(Boolean).join(' or ')}`}`;
  const value = option.isPrivate ? '' : ` ${JSON.stringify(given.value)}`;
  return `${name}${value} is not valid; allowed: ${option.allowed}${meantWord(option, given.value)}`;
}

/** The word that was meant, where words are to choose from; AList's of the policies are near enough to ours. */
function meantWord({ schema }: Option, given: unknown): string {
  const near = schema instanceof z.ZodEnum ? nearest(String(given), schema.options.map(String)) : undefined;
  return near === undefined ? '' : `; did you mean ${near}?`;
}
