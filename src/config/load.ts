import { join } from 'node:path';
import type { z } from 'zod';
import { configError, type Fault } from './faults.js';
import { readFileLayer } from './file-layer.js';
import { absolutePath, systemFolders, thisSystem, type System } from './folders.js';
import { mergeLayers, toTree, type Given, type Layer, type Origin } from './given.js';
import { mountLayer } from './mount-layer.js';
import { OPTIONS, type Option } from './options.js';
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
  /** Keyed by dotted path; a mount's begin with `mounts.0.` */
  readonly origins: Readonly<Record<string, Origin>>;
  /** True if nothing was configured that could be mounted, so that the demo is. */
  readonly isDemoByDefault: boolean;
}

/**
 * The configuration: flags over environment over file over defaults, merged and then checked once.
 *
 * Throws one CONFIG_INVALID that lists every fault: the option, where its value came from, and what is allowed.
 */
export async function loadConfig(flags: Flags = {}, system: System = thisSystem()): Promise<LoadedConfig> {
  const folders = systemFolders(system);
  const named = flags['--config'] ?? system.env[CONFIG_VARIABLE];
  const file =
    typeof named === 'string' && named !== ''
      ? await readFileLayer(absolutePath(named, system.workingFolder, system), true)
      : await readFileLayer(join(folders.config, 'config.json'), false);

  const defaults: Layer = new Map([
    ['dataDir', { value: folders.data, origin: 'default', place: '', base: system.workingFolder }],
  ]);
  const written = { flags: flagLayer(flags, system), environment: environmentLayer(system), file: file.layer };
  const mount = mountLayer(written, flags, system);
  const merged = mergeLayers(defaults, systemLayer(system), written.file, written.environment, written.flags);
  for (const path of merged.keys()) if (path.startsWith('mounts.')) merged.delete(path);
  const secrets = await withSecretsRead(withPathsResolved(mergeLayers(merged, mount.layer), system));

  const faults = [...file.faults, ...unknownVariables(system), ...mount.faults, ...secrets.faults];
  faults.push(...placeholderFaults(secrets.layer));
  const values = [...secrets.layer].map(([path, { value }]) => [path, value] as const);
  const checked = CONFIG_SCHEMA.safeParse(toTree(values));
  const issues = checked.error?.issues.filter((issue) => !isEcho(issue, secrets.faults)) ?? [];
  faults.push(...issues.map((issue) => describeIssue(issue, secrets.layer)));
  if (!checked.success || faults.length > 0) throw configError(faults);
  return { values: checked.data, origins: originsOf(secrets.layer), isDemoByDefault: mount.isDemoByDefault };
}

function withPathsResolved(layer: Layer, system: System): Layer {
  const resolved = new Map(layer);
  for (const { path, isPath } of OPTIONS) {
    const given = layer.get(path);
    if (!isPath || typeof given?.value !== 'string' || given.value === '') continue;
    resolved.set(path, { ...given, value: absolutePath(given.value, given.base, system) });
  }
  return resolved;
}

/** Options of another source, which the mount has told by name, and secrets that miss because their file does. */
function isEcho({ code, path }: z.core.$ZodIssue, secretFaults: readonly Fault[]): boolean {
  if (path.at(-1) !== 'options') return false;
  return code === 'unrecognized_keys' || (code === 'custom' && secretFaults.length > 0);
}

function describeIssue(issue: z.core.$ZodIssue, layer: Layer): Fault {
  // A source's own options are handed over under `options`, which nobody writes; a list's member is told as the list.
  const names = issue.path.map(String).filter((name, index) => !(index === 2 && name === 'options'));
  const option = OPTIONS.find(({ path }) => `${names.join('.')}.`.startsWith(`${path}.`));
  const advice = issue.code === 'custom' ? (issue.params?.advice as unknown) : undefined;
  return {
    message: describe(issue, option, option && layer.get(option.path)),
    ...(typeof advice === 'string' ? { advice } : {}),
  };
}

function describe(issue: z.core.$ZodIssue, option: Option | undefined, given: Given | undefined): string {
  const reason = issue.code === 'custom' && issue.message !== 'Invalid input' ? issue.message : undefined;
  if (!option) return reason ?? `${issue.path.map(String).join('.')} is not valid: ${issue.message}`;
  const name = given?.place ? `${option.label} (${given.place})` : option.label;
  if (reason !== undefined)
    return given && !option.isPrivate ? `${name} ${JSON.stringify(given.value)}: ${reason}` : `${name}: ${reason}`;
  if (!given) return `${name} is missing; set ${[option.flag, option.variable].filter(Boolean).join(' or ')}`;
  const value = option.isPrivate ? '' : ` ${JSON.stringify(given.value)}`;
  return `${name}${value} is not valid; allowed: ${option.allowed}`;
}

function originsOf(layer: Layer): Readonly<Record<string, Origin>> {
  const source = layer.get('mounts.0.source')?.value;
  const used = OPTIONS.filter((option) => option.source === undefined || option.source === source);
  return Object.fromEntries(used.map(({ path }) => [path, layer.get(path)?.origin ?? 'default']));
}
