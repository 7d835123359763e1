import { googleAddresses } from '../google/addresses.js';
import { Auth } from '../google/auth.js';
import { PickerApi } from '../google/picker-api.js';
import type { Governor } from '../google/quota.js';
import { RestClient } from '../google/rest.js';
import { PICKER_SERVICE } from '../google/services.js';
import { Transport } from '../google/transport.js';
import { accountDigest, credentialsOf, projectOf, type SignInOptions } from './library-credentials.js';
import { Picks } from './picks.js';
import { Pins } from './pins.js';
import { DEFAULT_ACCOUNT } from './sign-in-options.js';
import type { SourceContext } from './source.js';

export interface PickerAccountOptions extends SignInOptions {
  readonly account?: string | undefined;
}

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
export async function openPickerAccount(given: PickerAccountOptions, context: SourceContext): Promise<PickerAccount> {
  const { clock, log, governors, google, picksFolder, pinRoom } = context;
  const credentials = credentialsOf(given, clock.now());
  const { clientId } = credentials;
  const addresses = googleAddresses(google.endpoint);
  const governor = await governors.for(projectOf(clientId));
  const transport = new Transport(google.proxy, { bodyMs: google.idleTimeoutMs });
  const auth = new Auth(credentials, { tokenUrl: addresses.token, transport, clock, log });
  const rest = new RestClient({
    ...{ origin: addresses.picker, service: PICKER_SERVICE },
    ...{ auth, transport, quota: governor.api, clock, log },
  });
  const { label } = addresses;
  const account = given.account ?? DEFAULT_ACCOUNT;
  return {
    ...{ auth, governor, transport },
    api: new PickerApi(rest),
    picks: new Picks({ folder: picksFolder, label, key: { clientId, account }, log }),
    pins: new Pins({ room: pinRoom, label, key: { clientId, account }, log }),
    namespace: [label, clientId, given.account ?? accountDigest(credentials)].join(':'),
    async close() {
      auth.close();
      await transport.close();
    },
  };
}
