import { SOURCES } from '../sources/index.js';
import { suggest, type Fault } from './faults.js';
import type { System } from './folders.js';
import { mergeLayers, type Given, type Layer } from './given.js';
import { MOUNT, OPTIONS } from './options.js';
import { DEMO_VARIABLE, type Flags } from './text-layers.js';

/** The mount's options by dotted path, `source` always among them. */
export interface MountLayer {
  readonly layer: Layer;
  readonly faults: readonly Fault[];
  readonly isDemoByDefault: boolean;
}

interface Layers {
  readonly flags: Layer;
  readonly environment: Layer;
  readonly file: Layer;
}

/**
 * Merges what is said of the mount, and settles its source where none is named: the library if one of the library's
 * options is there, or an address for it to ask, else the demo.
 *
 * `--demo` puts aside the mount that file and environment describe, so that the demo can be seen without undoing them.
 */
export function mountLayer({ flags, environment, file }: Layers, given: Flags, system: System): MountLayer {
  const demo = demoWish(given, system, flags);
  const layers = demo.wish ? [flags] : [file, environment, flags];
  const all = mergeLayers(...layers);
  const merged = new Map([...all].filter(([path]) => path.startsWith(MOUNT)));
  const source = demo.wish ?? merged.get(`${MOUNT}source`) ?? impliedSource(all);
  merged.set(`${MOUNT}source`, source);
  return {
    layer: merged,
    faults: [...demo.faults, ...foreignOptions(merged, String(source.value))],
    isDemoByDefault: source.origin === 'default' && source.value === 'demo',
  };
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
  return { wish: variable === 'true' && !source ? demo('environment', DEMO_VARIABLE) : undefined, faults };
}

function impliedSource(given: Layer): Given {
  const isLibrary = OPTIONS.some(
    ({ path, source }) => (source === 'library' || path === 'google.endpoint') && given.has(path),
  );
  return { value: isLibrary ? 'library' : 'demo', origin: 'default', place: '', base: '' };
}

/** Options of another source are refused: whoever wrote them expects something of them. */
function foreignOptions(merged: Layer, source: string): readonly Fault[] {
  if (!Object.hasOwn(SOURCES, source)) return [];
  const own = OPTIONS.filter((option) => option.path.startsWith(MOUNT) && (option.source ?? source) === source);
  const ownPaths = own.map((option) => option.path);
  return [...merged].flatMap(([path, { place }]) => {
    const name = path.slice(MOUNT.length);
    if (ownPaths.includes(path)) return [];
    const known = suggest(
      name,
      own.map((option) => option.label),
    );
    return [{ message: `${name} (${place}) is no option of source ${source}; ${known}` }];
  });
}
