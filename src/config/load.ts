import { join } from 'node:path';
import { doorFaults, mountFaults, pathsOfMounts } from './cross-checks.js';
import { deliveryFaults, linkTokenFaults } from './delivery-checks.js';
import { configError } from './faults.js';
import { readFileLayer, type FileLayer } from './file-layer.js';
import { absolutePath, systemFolders, thisSystem, type System } from './folders.js';
import { mergeLayers, toTree, type Given, type Layer, type Origin } from './given.js';
import { describeIssue, isEcho } from './issues.js';
import { mountLayer } from './mount-layer.js';
import { besides, MOUNT, optionAt, OPTIONS } from './options.js';
import { placeholderFaults } from './placeholders.js';
import { CONFIG_SCHEMA, type Config } from './schema.js';
import { withSecretsRead } from './secret-files.js';
import { userFaults, writtenUsers } from './written-users.js';
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
  /** True if the demo was asked for, which puts the mounts aside, and with them which of them a user may see. */
  readonly isDemoAsked: boolean;
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

export interface ConfigFile {
  readonly path: string;
  /** True if a flag or a variable names it; the one of the system's folder may be absent. */
  readonly isNamed: boolean;
}

/** The configuration file: the one that is named, or that of the system's folder. */
export function configFile(flags: Flags, system: System): ConfigFile {
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
  const users = writtenUsers(file, mounts.isPutAside);
  const own = [...mergeLayers(systemLayer(system), file.layer, written.environment, written.flags)];
  const others = own.filter(([path]) => !path.startsWith('mounts.') && !path.startsWith('users.'));
  const merged = new Map([['dataDir', dataDir], ...others, ...users.layer, ...mounts.layer]);
  const given = withPathsResolved(merged, system);
  const secrets = await withSecretsRead(given, mounts.count);

  const faults = [...file.faults, ...unknownVariables(system), ...mounts.faults, ...secrets.faults];
  faults.push(...placeholderFaults(secrets.layer, mounts.count));
  const places = mounts.isPutAside ? [] : file.mounts;
  const values = [...secrets.layer].map(([path, { value }]) => [path, value] as const);
  const checked = CONFIG_SCHEMA.safeParse({ ...toTree(values), users: users.values });
  const issues = checked.error?.issues.filter((issue) => !isEcho(issue, secrets.unread)) ?? [];
  faults.push(...issues.map((issue) => describeIssue(issue, secrets.layer, places)));
  faults.push(...mountFaults(secrets.layer, mounts.count, places));
  faults.push(...deliveryFaults(secrets.layer, mounts.count));
  // As written: a file whose token cannot be read is told already.
  faults.push(...linkTokenFaults(given, mounts.count));
  faults.push(...userFaults(users, pathsOfMounts(secrets.layer, mounts.count)));
  faults.push(...doorFaults(secrets.layer, users.values.length));
  if (!checked.success || faults.length > 0) throw configError(faults);
  return {
    values: checked.data,
    origins: originsOf(secrets.layer, mounts.count, users.values.length),
    given,
    file: path,
    isDemoByDefault: mounts.isDemoByDefault,
    isDemoAsked: mounts.isPutAside,
  };
}

/** The layer with every path made absolute. */
export function withPathsResolved(layer: Layer, system: System, find = optionAt): Layer {
  const resolved = new Map(layer);
  for (const [path, given] of layer) {
    if (find(path)?.isPath !== true || typeof given.value !== 'string' || given.value === '') continue;
    resolved.set(path, { ...given, value: absolutePath(given.value, given.base, system) });
  }
  return resolved;
}

function originsOf(layer: Layer, mountCount: number, userCount: number): Readonly<Record<string, Origin>> {
  const counts: Readonly<Record<string, number>> = { mounts: mountCount, users: userCount };
  const paths = OPTIONS.flatMap(({ path, sources }) => {
    const [list = ''] = path.split('.');
    const members = Array.from({ length: counts[list] ?? 1 }, (_, index) => path.replace('.0.', `.${index}.`));
    return members.filter((each) => {
      return sources === undefined || sources.includes(String(layer.get(besides(each, `${MOUNT}source`))?.value));
    });
  });
  return Object.fromEntries(paths.map((path) => [path, layer.get(path)?.origin ?? 'default']));
}
