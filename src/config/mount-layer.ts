import { SOURCES } from '../sources/index.js';
import { suggest, type Fault } from './faults.js';
import type { System } from './folders.js';
import { mergeLayers, type Given, type Layer } from './given.js';
import { besides, isOptionOf, labelAt, MOUNT, optionAt, OPTIONS } from './options.js';
import { DEMO_VARIABLE, type Flags } from './text-layers.js';

/** The mounts' options by dotted path, each one's `source` always among them. */
export interface MountLayer {
  readonly layer: Layer;
  readonly faults: readonly Fault[];
  /** How many mounts there are. */
  readonly count: number;
  /** True if the mounts that file and environment describe are put aside. */
  readonly isPutAside: boolean;
  readonly isDemoByDefault: boolean;
}

interface Layers {
  readonly flags: Layer;
  readonly environment: Layer;
  readonly file: Layer;
}

/**
 * Merges what is said of the mounts, and settles the source of each where none is named: the library if one of the
 * library's options is there, or an address for it to ask, else the demo. Flags and variables speak of a single mount.
 *
 * `--demo` puts aside the mounts that file and environment describe, so that the demo can be seen without undoing them.
 */
export function mountLayer(
  { flags, environment, file }: Layers,
  inFile: number,
  given: Flags,
  system: System,
): MountLayer {
  const demo = demoWish(given, system, flags);
  const isPutAside = demo.wish !== undefined;
  const count = isPutAside ? 1 : Math.max(1, inFile);
  const all = mergeLayers(...(isPutAside ? [flags] : count > 1 ? [file] : [file, environment, flags]));
  const layer = new Map([...all].filter(([path]) => /^mounts\.\d+\./.test(path)));
  const faults = [...demo.faults, ...(count > 1 ? ambiguous(mergeLayers(environment, flags), count) : [])];
  const prefixes = Array.from({ length: count }, (_, index) => `mounts.${index}.`);
  const hasEndpoint = mergeLayers(file, environment, flags).has('google.endpoint') && !isPutAside;
  const sources = prefixes.map((prefix) => {
    const path = `${prefix}source`;
    const source = demo.wish ?? layer.get(path) ?? impliedSource(layer, prefix, hasEndpoint);
    layer.set(path, source);
    return source;
  });
  for (const [path, { place }] of layer) {
    const source = String(layer.get(besides(path, `${MOUNT}source`))?.value);
    faults.push(...foreignOption(path, `${labelAt(path, count)} (${place})`, source));
  }
  const isDemoByDefault = sources.every(({ origin, value }) => origin === 'default' && value === 'demo');
  return { layer, faults, count, isPutAside, isDemoByDefault };
}

/** Flags and variables of a mount where there are several: which one do they mean? */
function ambiguous(layer: Layer, count: number): readonly Fault[] {
  return [...layer].flatMap(([path, { place }]) => {
    const option = path.startsWith(MOUNT) ? optionAt(path) : undefined;
    if (!option) return [];
    return [
      {
        message: `${option.label} (${place}) may belong to any of the ${count} mounts in the configuration file`,
        advice: 'leave it out, and write it in the file, in the mount that it is for',
      },
    ];
  });
}

function demoWish(given: Flags, { env, workingFolder }: System, flags: Layer) {
  const faults: Fault[] = [];
  const demo = (origin: Given['origin'], place: string): Given => ({
    value: 'demo',
    origin,
    place,
    base: workingFolder,
  });
  const source = flags.get(`${MOUNT}source`);
  const variable = env[DEMO_VARIABLE] ?? '';
  if (given['--demo'] !== undefined) {
    if (source && source.value !== 'demo')
      faults.push({ message: '--demo and --source name different sources; give one' });
    return { wish: demo('flag', '--demo'), faults };
  }
  if (!['', 'true', 'false'].includes(variable)) {
    faults.push({ message: `${DEMO_VARIABLE} "${variable}" is not valid; allowed: true or false` });
  }
  if (source) return { wish: source.value === 'demo' ? source : undefined, faults };
  return { wish: variable === 'true' ? demo('environment', DEMO_VARIABLE) : undefined, faults };
}

function impliedSource(given: Layer, prefix: string, hasEndpoint: boolean): Given {
  const paths = [...given.keys()].filter((path) => path.startsWith(prefix));
  const isLibrary = hasEndpoint || paths.some((path) => optionAt(path)?.sources?.includes('library'));
  return { value: isLibrary ? 'library' : 'demo', origin: 'default', place: '', base: '' };
}

/** An option of another source is refused: whoever wrote it expects something of it. */
function foreignOption(path: string, name: string, source: string): readonly Fault[] {
  const option = optionAt(path);
  if (!option || !Object.hasOwn(SOURCES, source) || isOptionOf(option, source)) return [];
  const own = OPTIONS.filter((each) => each.path.startsWith(MOUNT) && isOptionOf(each, source));
  const known = suggest(
    option.label,
    own.map(({ label }) => label),
  );
  return [{ message: `${name} is no option of source ${source}; ${known}` }];
}
