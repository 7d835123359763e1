import type { Command } from 'commander';
import { WHOSE_PICKS } from '../app/sign-in/whose.js';
import { openSignIns } from '../app/source-context.js';
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
  /** False if nothing but a flag of this command makes the mount: then no server shows picks unless it is told to. */
  readonly isConfigured: boolean;
  readonly log: Log;
}

const PICKER_ADVICE =
  'give `--source picker` (PHOTODAV_SOURCE=picker), also to `photodav serve`, or write a mount with "source": "picker" into ' +
  'the configuration file';

/**
 * The mount that picks land in: the one that is named, or the only one of its kind. CONFIG_INVALID if there is none,
 * SIGN_IN_REQUIRED where nothing is configured and nobody has signed in.
 */
export async function loadPicking(command: Command, path: string | undefined): Promise<Picking> {
  const flags = configFlags(command);
  const loaded = await loadConfig(flags);
  const { isDemoByDefault } = loaded;
  // Whoever has signed in and configured nothing can pick all the same.
  const { values, origins } = isDemoByDefault ? await loadConfig({ ...flags, '--source': 'picker' }) : loaded;
  const isConfigured = origins['mounts.0.source'] !== 'flag';
  const mount = pickerMount(values, path);
  const log = await openQuietLog({ values, origins });
  if (isDemoByDefault && !(await openSignIns(values, log).find(WHOSE_PICKS.account))) throw nobodySignedIn();
  return { values, mount, isConfigured, log };
}

function pickerMount(values: Config, path: string | undefined): PickerMount {
  const pickers = values.mounts.filter(isPicker);
  if (path !== undefined) {
    const mount = chooseMount(values, path);
    if (isPicker(mount)) return mount;
    throw invalid(`--mount: ${mount.path} shows no picks: its source is ${mount.source}`, oneOf(pickers));
  }
  const [only, ...others] = pickers;
  if (!only) throw invalid(noPicks(values.mounts), PICKER_ADVICE);
  if (others.length === 0) return only;
  throw invalid(`${pickers.length} mounts show picks; --mount must name one`, oneOf(pickers));
}

function noPicks(mounts: readonly Mount[]): string {
  const [{ path, source } = { path: '/', source: 'demo' }, ...others] = mounts;
  if (others.length > 0) return 'no mount shows picks';
  const shown = source === 'library' ? ', which shows what this OAuth client has uploaded' : '';
  return `no mount shows picks: the source of ${path} is ${source}${shown}`;
}

function isPicker(mount: Mount): mount is PickerMount {
  return mount.source === 'picker';
}

function oneOf(mounts: readonly Mount[]): string {
  const paths = mounts.map(({ path }) => path).join(', ');
  return paths === '' ? PICKER_ADVICE : `choose one of ${paths}`;
}

/** Where nothing is configured, a sign-in is all that lacks. */
function nobodySignedIn(): AppError {
  return new AppError('SIGN_IN_REQUIRED', 'nobody has signed in yet', {
    advice: 'sign in with `photodav login`; `photodav login --guide` tells what it needs first',
  });
}

function invalid(message: string, advice: string): AppError {
  return new AppError('CONFIG_INVALID', message, { advice });
}
