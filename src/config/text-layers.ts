import { suggest, type Fault } from './faults.js';
import type { System } from './folders.js';
import type { Given, Layer, Origin } from './given.js';
import { OPTIONS, type Option } from './options.js';

/** Flags as given on the command line, by name with their dashes; true for one without a value. */
export type Flags = Readonly<Record<string, string | true>>;

/** Variables that are no option of the file, but choose it or stand for several. */
export const CONFIG_VARIABLE = 'PHOTODAV_CONFIG';
export const DEMO_VARIABLE = 'PHOTODAV_DEMO';

/** What the flags give. Unknown ones are refused by the command line itself. */
export function flagLayer(flags: Flags, { workingFolder }: System, options = OPTIONS): Layer {
  const layer = new Map<string, Given>();
  for (const option of options) {
    const text = option.flag === undefined ? undefined : flags[option.flag];
    if (text !== undefined) layer.set(option.path, given(option, String(text), 'flag', option.flag, workingFolder));
  }
  return layer;
}

/** What variables named PHOTODAV_… give; an empty one counts as unset, as container tools write those. */
export function environmentLayer({ env, workingFolder }: System, options = OPTIONS): Layer {
  const layer = new Map<string, Given>();
  for (const option of options) {
    const text = option.variable === undefined ? undefined : env[option.variable];
    if (text) layer.set(option.path, given(option, text, 'environment', option.variable, workingFolder));
  }
  return layer;
}

/** What the system's own variables give (HTTPS_PROXY and its kind); they yield to everything that names photodav. */
export function systemLayer({ env, workingFolder }: System, options = OPTIONS): Layer {
  const layer = new Map<string, Given>();
  for (const option of options) {
    const variable = option.systemVariables.find((name) => env[name]);
    const text = variable === undefined ? undefined : env[variable];
    if (text) layer.set(option.path, given(option, text, 'environment', variable, workingFolder));
  }
  return layer;
}

/** A fault for each variable with our prefix that names nothing, not in `others` either: a misspelt one must not be ignored. */
export function unknownVariables({ env }: System, others: readonly Option[] = []): readonly Fault[] {
  const options = [...others, ...OPTIONS];
  const known = [CONFIG_VARIABLE, DEMO_VARIABLE, ...options.flatMap((option) => option.variable ?? [])];
  return Object.keys(env)
    .filter((name) => name.startsWith('PHOTODAV_') && !known.includes(name))
    .map((name) => ({ message: `${name} (environment) is unknown; ${suggest(name, known)}` }));
}

function given(option: Option, text: string, origin: Origin, place: string | undefined, base: string): Given {
  return { value: fromText(option, text), origin, place: place ?? '', base };
}

/** Flags and variables are text; what is no number or boolean stays text, and is told as a fault later. */
function fromText({ kind }: Option, text: string): unknown {
  if (kind === 'number') return /^\d+$/.test(text.trim()) ? Number(text) : text;
  if (kind === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (kind === 'list')
    return text
      .split(',')
      .map((member) => member.trim())
      .filter((member) => member !== '');
  return text;
}
