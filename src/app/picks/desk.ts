import type { Clock } from '../../clock.js';
import type { Config, Mount } from '../../config/schema.js';
import type { PickerApi } from '../../google/picker-api.js';
import type { Log } from '../../log.js';
import { openPickerAccount } from '../../sources/picker/picker-account.js';
import { pickerSource } from '../../sources/picker.js';
import type { PickerSource } from '../../sources/picker/picker-source.js';
import type { Picks } from '../../sources/picker/picks.js';
import type { Pins } from '../../sources/pins/pins.js';
import { openGovernors } from '../libraries.js';
import { sourceContext } from '../source-context.js';

export type { LookOptions } from '../../sources/picker/pinning.js';

/** A mount that shows what was picked. */
export type PickerMount = Extract<Mount, { readonly source: 'picker' }>;

/** What picks of one account are made, listed and removed with. */
export interface PickDesk {
  readonly api: PickerApi;
  readonly picks: Picks;
  readonly pins: Pins;
  readonly source: PickerSource;
  readonly clock: Clock;
  readonly log: Log;
  close(): Promise<void>;
}

/** Asks nobody. Throws CONFIG_INVALID for a sign-in that is not whole. */
export async function openPickDesk(
  config: Config,
  mount: PickerMount,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<PickDesk> {
  const { governors, close } = await openGovernors(config, { clock, log });
  try {
    const context = sourceContext(config, mount, { log, clock, governors });
    const account = await openPickerAccount(mount.options, context);
    const source = pickerSource(account, context);
    const { api, picks, pins } = account;
    return {
      ...{ api, picks, pins, source, clock, log },
      async close() {
        await source.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
