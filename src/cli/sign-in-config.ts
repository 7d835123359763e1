import type { Command } from 'commander';
import { whoseSignIn, WHOSE_PICKS, type Whose } from '../app/sign-in/whose.js';
import { loadConfig } from '../config/load.js';
import type { Config, Mount } from '../config/schema.js';
import type { Log } from '../log.js';
import { chooseMount } from './choose-mount.js';
import { configFlags } from './config-flags.js';
import { openQuietLog } from './open-log.js';

export interface SignInConfig {
  readonly values: Config;
  readonly whose: Whose;
  /** True if the configuration names no source, so that the library was taken because there is a client. */
  readonly isLibraryImplied: boolean;
  /** False if only a flag of this command makes the mount: the next command knows nothing of it. */
  readonly isConfigured: boolean;
  readonly log: Log;
}

/** The configuration, and whose sign-in is meant by these flags: that of photos to be picked if nothing is configured. */
export async function loadSignInConfig(
  command: Command,
  { mount, account }: { readonly mount?: string; readonly account?: string },
): Promise<SignInConfig> {
  // As an option it belongs to one mount, and would make one where there is none.
  const flags = Object.entries(configFlags(command)).filter(([name]) => name !== '--account');
  const { values, origins, isDemoByDefault } = await loadConfig(Object.fromEntries(flags));
  const whose =
    isDemoByDefault && mount === undefined
      ? { ...WHOSE_PICKS, ...(account === undefined ? {} : { account }) }
      : whoseSignIn(values, {
          ...(mount === undefined ? {} : { mount: chooseMount(values, mount) }),
          ...(account === undefined ? {} : { account }),
        });
  const isImplied = ({ path }: Mount): boolean =>
    origins[`mounts.${values.mounts.findIndex((each) => each.path === path)}.source`] === 'default';
  const isLibraryImplied = whose.mounts.length > 0 && whose.mounts.every(isImplied);
  const isConfigured = !isDemoByDefault && origins['mounts.0.source'] !== 'flag';
  return { values, whose, isLibraryImplied, isConfigured, log: await openQuietLog({ values, origins }) };
}
