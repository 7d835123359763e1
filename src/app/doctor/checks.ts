import { ADDRESS } from './address-check.js';
import type { Check } from './check.js';
import { DATA_FOLDER } from './folder-checks.js';
import { CLOCK, CONNECTION, PROXIES } from './network-checks.js';
import { CONFIGURATION_FILE, ENTRY, NODE } from './program-checks.js';
import { SECRET_FILES } from './secret-files.js';
import type { Setup } from './setup.js';

/** What concerns all mounts, in the order in which it is told. */
export const PROGRAM_CHECKS: readonly Check<Setup>[] = [
  NODE,
  CONFIGURATION_FILE,
  SECRET_FILES,
  ENTRY,
  ADDRESS,
  DATA_FOLDER,
  PROXIES,
  CONNECTION,
  CLOCK,
];
