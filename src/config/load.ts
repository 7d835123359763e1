import { join } from 'node:path';
import type { z } from 'zod';
import { crossFaults } from './cross-checks.js';
import { configError, type Fault } from './faults.js';
import { readFileLayer, type FileLayer } from './file-layer.js';
import { absolutePath, systemFolders, thisSystem, type System } from './folders.js';
import { mergeLayers, toTree, type Given, type Layer, type Origin } from './given.js';
import { mountLayer } from './mount-layer.js';
import { besides, labelAt, MOUNT, optionAround, optionAt, OPTIONS, type Option } from './options.js';
import { placeholderFaults } from './placeholders.js';
import { CONFIG_SCHEMA, type Config } from './schema.js';
import { withSecretsRead } from './secret-files.js';
import {
  CONFIG_VARIABLE,
  environmentLayer,
  flagLayer,
  systemLayer,
  unknownVariables,
  type Flags,
} from './text-layers.js';

/** The result of merging: values, and where each came from. */
export interface LoadedConfig {
  readonly values: Config;
  /** Keyed by dotted path; a mount's begin with `mounts.0.`, `mounts.1.` and so on. */
  readonly origins: Readonly<Record<string, Origin>>;
  /** What was given, as it was written, by dotted path. Holds secrets. */
  readonly given: Layer;
  /** The configuration file, whether it is there or not. */
  readonly file: string;
  /** True if nothing was configured that could be mounted, so that the demo is. */
  readonly isDemoByDefault: boolean;
}

/**
 * The configuration: flags over environment over file over defaults, merged and then checked once.
 *
 * Throws one CONFIG_INVALID that lists every fault: the option, where its value came from, and what is allowed.
 */
export async function loadConfig(flags: Flags = {}, system: System = thisSystem()): Promise<LoadedConfig> {
  const { path, isNamed } = configFile(flags, system);
  return checkConfig(path, await readFileLayer(path, isNamed), flags, system);
}

/** The configuration file: the one that is named, or that of the system's folder. */
export function configFile(flags: Flags, system: System): { readonly path: string; readonly isNamed: boolean } {
  const named = flags['--config'] ?? system.env[CONFIG_VARIABLE];
  return typeof named === 'string' && named !== ''
    ? { path: absolutePath(named, system.workingFolder, system), isNamed: true }
    : { path: join(systemFolders(system).config, 'config.json'), isNamed: false };
}

/** What `loadConfig` gives when the configuration file at `path` holds what `file` says. */
export async function checkConfig(path: string, file: FileLayer, flags: Flags, system: System): Promise<LoadedConfig> {
  const dataDir: Given = {
    value: systemFolders(system).data,
    origin: 'default',
    place: '',
    base: system.workingFolder,
  };
  const written = { flags: flagLayer(flags, system), environment: environmentLayer(system), file: file.layer };
  const mounts = mountLayer(written, file.mounts.length, flags, system);
  const merged = mergeLayers(
    new Map([['dataDir', dataDir]]),
    systemLayer(system),
    written.file,
    written.environment,
    written.flags,
  );
  for (const path of merged.keys()) {
    const isOfMounts = path.startsWith('mounts.') || (mounts.isPutAside && optionAt(path)?.path === 'users.0.mounts');
    if (isOfMounts) merged.delete(path);
  }
  const given = withPathsResolved(mergeLayers(merged, mounts.layer), system);
  const secrets = await withSecretsRead(given, mounts.count);

  const faults = [...file.faults, ...unknownVariables(system), ...mounts.faults, ...secrets.faults];
  faults.push(...placeholderFaults(secrets.layer, mounts.count));
  // A user of whom nothing is written is a fault, not a gap.
  const users = file.users.map((_, index) => [`users.${index}.name`, undefined] as const);
  const values = [...secrets.layer].map(([path, { value }]) => [path, value] as const);
  const checked = CONFIG_SCHEMA.safeParse(toTree([...users, ...values]));
  const issues = checked.error?.issues.filter((issue) => !isEcho(issue, secrets.unread)) ?? [];
  faults.push(...issues.map((issue) => describeIssue(issue, secrets.layer, mounts.count, file)));
  faults.push(...crossFaults(secrets.layer, mounts.count, file));
  if (!checked.success || faults.length > 0) throw configError(faults);
  const origins = originsOf(secrets.layer, mounts.count, file.users.length);
  return { values: checked.data, origins, given, file: path, isDemoByDefault: mounts.isDemoByDefault };
}

function withPathsResolved(layer: Layer, system: System): Layer {
  const resolved = new Map(layer);
  for (const [path, given] of layer) {
    if (optionAt(path)?.isPath !== true || typeof given.value !== 'string' || given.value === '') continue;
    resolved.set(path, { ...given, value: absolutePath(given.value, given.base, system) });
  }
  return resolved;
}

/** Options of another source, which the mount has told by name, and secrets that miss because their file does. */
function isEcho({ code, path }: z.core.$ZodIssue, unread: readonly string[]): boolean {
  if (path.at(-1) !== 'options') return false;
  const mount = `${path.slice(0, 2).map(String).join('.')}.`;
  return code === 'unrecognized_keys' || (code === 'custom' && unread.some((secret) => secret.startsWith(mount)));
}

function describeIssue(issue: z.core.$ZodIssue, layer: Layer, mountCount: number, file: FileLayer): Fault {
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
  const mount =
    index === undefined || mountCount === 1 ? '' : `mounts[${index}] (${file.mounts[Number(index)] ?? ''}): `;
  return { message: mount + (reason ?? `${path} is not valid: ${issue.message}`), ...told };
}

function describe(label: string, reason: string | undefined, option: Option, given: Given | undefined): string {
  const name = given?.place ? `${label} (${given.place})` : label;
  if (reason !== undefined)
    return given && !option.isPrivate ? `${name} ${JSON.stringify(given.value)}: ${reason}` : `${name}: ${reason}`;
  const { flag, variable } = option;
  if (!given)
    return `${name} is missing${variable === undefined ? '' : `; set ${[flag, variable].filter(Boolean).join(' or ')}`}`;
  const value = option.isPrivate ? '' : ` ${JSON.stringify(given.value)}`;
  return `${name}${value} is not valid; allowed: ${option.allowed}`;
}

function originsOf(layer: Layer, mountCount: number, userCount: number): Readonly<Record<string, Origin>> {
  const counts: Readonly<Record<string, number>> = { mounts: mountCount, users: userCount };
  const paths = OPTIONS.flatMap(({ path, source }) => {
    const [list = ''] = path.split('.');
    const members = Array.from({ length: counts[list] ?? 1 }, (_, index) => path.replace('.0.', `.${index}.`));
    return members.filter((each) => {
      return source === undefined || layer.get(besides(each, `${MOUNT}source`))?.value === source;
    });
  });
  return Object.fromEntries(paths.map((path) => [path, layer.get(path)?.origin ?? 'default']));
}
