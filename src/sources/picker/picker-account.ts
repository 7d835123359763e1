import { googleAddresses } from '../../google/addresses.js';
import type { Auth } from '../../google/auth.js';
import { PickerApi } from '../../google/picker-api.js';
import type { Governor } from '../../google/quota.js';
import { RestClient } from '../../google/rest.js';
import { PICKER_SERVICE } from '../../google/services.js';
import { Transport } from '../../google/transport.js';
import { projectOf, type SignInOptions } from '../sign-in/credentials.js';
import { Picks } from './picks.js';
import { Pins } from '../pins/pins.js';
import { signInOf } from '../sign-in.js';
import type { SourceContext } from '../source.js';

/** What `photodav pick` and a mount have in common: an account, and its picks. */
export interface PickerAccount {
  readonly api: PickerApi;
  readonly picks: Picks;
  readonly pins: Pins;
  readonly auth: Auth;
  readonly transport: Transport;
  readonly governor: Governor;
  /** Names place, client and account without a secret. */
  readonly namespace: string;
  close(): Promise<void>;
}

/** Asks nobody. Throws CONFIG_INVALID for a sign-in that is not whole. */
export async function openPickerAccount(given: SignInOptions, context: SourceContext): Promise<PickerAccount> {
  const { clock, log, governors, google, picksFolder, pinRoom } = context;
  const addresses = googleAddresses(google.endpoint);
  const transport = new Transport(google.proxy, { bodyMs: google.idleTimeoutMs });
  const scopes = [PICKER_SERVICE.scope];
  const { auth, clientId, account, owner } = await signInOf(given, context, { addresses, transport, scopes });
  const governor = await governors.for(projectOf(clientId));
  const rest = new RestClient({
    ...{ origin: addresses.picker, service: PICKER_SERVICE },
    ...{ auth, transport, quota: governor.api, clock, log },
  });
  const { label } = addresses;
  return {
    ...{ auth, governor, transport },
    api: new PickerApi(rest),
    picks: new Picks({ folder: picksFolder, label, key: { clientId, account }, log }),
    pins: new Pins({ room: pinRoom, label, key: { clientId, account }, log }),
    namespace: `${label}:${owner}`,
    async close() {
      auth.close();
      await transport.close();
    },
  };
}
