import type { Command } from 'commander';
import type { PickerMount } from '../app/picks/desk.js';
import { loadConfig } from '../config/load.js';
import type { Config, Mount } from '../config/schema.js';
import { AppError } from '../errors.js';
import type { Log } from '../log.js';
import { chooseMount } from './choose-mount.js';
import { configFlags } from './config-flags.js';
import { openQuietLog } from './open-log.js';

export interface Picking {
  readonly values: Config;
  readonly mount: PickerMount;
  /** False if nothing is configured: then no server shows picks unless it is told to. */
  readonly isConfigured: boolean;
  readonly log: Log;
}

/** The mount that picks land in: the one that is named, or the only one of its kind. CONFIG_INVALID if there is none. */
export async function loadPicking(command: Command, path: string | undefined): Promise<Picking> {
  const flags = configFlags(command);
  const loaded = await loadConfig(flags);
  const isConfigured = !loaded.isDemoByDefault;
  // Whoever has signed in and configured nothing can pick all the same.
  const { values, origins } = isConfigured ? loaded : await loadConfig({ ...flags, '--source': 'picker' });
  return { values, mount: pickerMount(values, path), isConfigured, log: await openQuietLog({ values, origins }) };
}

function pickerMount(values: Config, path: string | undefined): PickerMount {
  const pickers = values.mounts.filter(isPicker);
  if (path !== undefined) {
    const mount = chooseMount(values, path);
    if (isPicker(mount)) return mount;
    throw invalid(`--mount: ${mount.path} shows no picks: its source is ${mount.source}`, oneOf(pickers));
  }
  const [only, ...others] = pickers;
  if (!only) throw invalid('no mount shows picks', 'write a mount with "source": "picker" into the configuration file');
  if (others.length === 0) return only;
  throw invalid(`${pickers.length} mounts show picks; --mount must name one`, oneOf(pickers));
}

function isPicker(mount: Mount): mount is PickerMount {
  return mount.source === 'picker';
}

function oneOf(mounts: readonly Mount[]): string {
  const paths = mounts.map(({ path }) => path).join(', ');
  return paths === '' ? 'write a mount with "source": "picker" into the configuration file' : `choose one of ${paths}`;
}

function invalid(message: string, advice: string): AppError {
  return new AppError('CONFIG_INVALID', message, { advice });
}
