import type { Fault } from './faults.js';
import type { Layer } from './given.js';
import { labelAt, optionAt } from './options.js';

/** What config.example.json holds where only its reader knows the value, by dotted path. */
export const PLACEHOLDERS: Readonly<Record<string, string>> = {
  'mounts.0.clientId': '123456789012-abc.apps.googleusercontent.com',
  'mounts.0.clientSecret': 'GOCSPX-your-client-secret',
  'mounts.0.refreshToken': '1//your-refresh-token',
};

/** Nothing Google gives out: angle brackets, an ellipsis, "your client id" however it is written. */
const UNEDITED = /^(?:<.*>|\.{3}|…|(?:GOCSPX-|1\/\/)?your[-_ ].*)$/i;

/** A fault for each value that an example holds and nobody has replaced; it is not repeated. */
export function placeholderFaults(layer: Layer, mountCount: number): readonly Fault[] {
  return [...layer].flatMap(([path, { value, place }]) => {
    const placeholder = PLACEHOLDERS[optionAt(path)?.path ?? ''];
    if (placeholder === undefined || typeof value !== 'string') return [];
    if (value !== placeholder && !UNEDITED.test(value)) return [];
    return [{ message: `${labelAt(path, mountCount)} (${place}) is still the example's; your own belongs there` }];
  });
}
