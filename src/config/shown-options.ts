import type { Origin } from './given.js';
import type { LoadedConfig } from './load.js';
import { optionAt, written, type Option } from './options.js';

/** An option as it may be shown to anybody: nothing of a secret but that it is set, and no password of an address. */
export interface ShownOption {
  /** As people write it, such as `mounts[0].layout`. */
  readonly option: string;
  /** As in the file; absent if it is not set, or hidden. */
  readonly value?: unknown;
  /** What the words of the value that stand for others come to. */
  readonly standsFor?: Readonly<Record<string, readonly string[]>>;
  /** True for a value that is set and never shown. */
  readonly isHidden?: true;
  readonly origin: Origin;
  /** The flag, the variable, or the file with its line; empty for a default. */
  readonly place: string;
}

/** Every option of the mounts there are and of the program; of users, the names. */
export function shownOptions({ given, origins }: LoadedConfig): readonly ShownOption[] {
  const ofUsers = /^users\.\d+\.(?!name$)/;
  return Object.keys(origins).flatMap((path) => {
    const option = optionAt(path);
    if (!option || ofUsers.test(path)) return [];
    const own = given.get(path);
    const source = own ?? given.get(`${path}File`);
    const from = { origin: source?.origin ?? 'default', place: source?.place ?? '' } as const;
    const value = option.isSecret ? undefined : own ? shownValue(option, own.value) : option.defaultValue;
    const told = option.isSecret && source ? { isHidden: true as const } : value === undefined ? {} : { value };
    const words = Object.entries(option.standsFor).filter(([word]) => Array.isArray(value) && value.includes(word));
    const standsFor = words.length === 0 ? {} : { standsFor: Object.fromEntries(words) };
    return [{ option: written(path), ...told, ...standsFor, ...from }];
  });
}

/** Addresses without the user and the password that may stand in them, up to the last @: one may be in the password. */
function shownValue({ isPrivate }: Option, value: unknown): unknown {
  return isPrivate && typeof value === 'string' ? value.replace(/^([a-z]+:\/\/)?.*@/is, '$1***@') : value;
}
