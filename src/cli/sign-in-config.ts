import type { Command } from 'commander';
import { whoseSignIn, WHOSE_PICKS, type Whose } from '../app/sign-in/whose.js';
import { loadConfig } from '../config/load.js';
import type { Config } from '../config/schema.js';
import type { Log } from '../log.js';
import { chooseMount } from './choose-mount.js';
import { configFlags } from './config-flags.js';
import { openQuietLog } from './open-log.js';

/** The configuration, and whose sign-in is meant by these flags: that of photos to be picked if nothing is configured. */
export async function loadSignInConfig(
  command: Command,
  { mount, account }: { readonly mount?: string; readonly account?: string },
): Promise<{ readonly values: Config; readonly whose: Whose; readonly log: Log }> {
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
  return { values, whose, log: await openQuietLog({ values, origins }) };
}
