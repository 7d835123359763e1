import { API, QUOTA } from './api-checks.js';
import { ADDRESS } from './address-check.js';
import { CERTIFICATE } from './certificate-check.js';
import type { Check } from './check.js';
import { ITEMS, PICKS, ROOT_FOLDER, SIZES } from './content-checks.js';
import { BYTES, DELIVERY, RESOLUTION } from './delivery-checks.js';
import { DATA_FOLDER } from './folder-checks.js';
import { CLOCK, CONNECTION, PROXIES } from './network-checks.js';
import { CONFIGURATION_FILE, ENTRY, NODE } from './program-checks.js';
import { SECRET_FILES } from './secret-files.js';
import type { GoogleSetup, MountSetup } from './mount-setup.js';
import { CLIENT, SCOPES, SIGN_IN, TESTING_MODE, TOKEN } from './sign-in-checks.js';
import { SPOOL, STORE } from './store-checks.js';
import type { Setup } from './setup.js';

/** What concerns all mounts, in the order in which it is told. */
export const PROGRAM_CHECKS: readonly Check<Setup>[] = [
  NODE,
  CONFIGURATION_FILE,
  SECRET_FILES,
  ENTRY,
  ADDRESS,
  CERTIFICATE,
  DATA_FOLDER,
  STORE,
  SPOOL,
  PROXIES,
  CONNECTION,
  CLOCK,
];

/** What concerns a mount that somebody signs in for. */
export const SIGN_IN_CHECKS: readonly Check<GoogleSetup>[] = [
  SIGN_IN,
  CLIENT,
  TESTING_MODE,
  TOKEN,
  SCOPES,
  QUOTA,
  API,
  PICKS,
];

/** What concerns every mount. */
export const MOUNT_CHECKS: readonly Check<MountSetup>[] = [ITEMS, ROOT_FOLDER, SIZES, RESOLUTION, DELIVERY, BYTES];
