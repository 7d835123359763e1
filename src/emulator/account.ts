import type { BaseUrls } from './base-url.js';
import type { Counters } from './counters.js';
import type { Faults } from './faults.js';
import type { Issued } from './issued.js';
import type { Levers } from './levers.js';
import type { Library } from './library.js';
import type { PickingSessions } from './picking-sessions.js';
import type { Quota } from './quota.js';
import type { Resizer } from './resizer.js';
import type { Tokens } from './tokens.js';

/** The emulated user, project and service: what the hosts share. */
export interface Account {
  readonly levers: Levers;
  readonly faults: Faults;
  readonly counters: Counters;
  readonly tokens: Tokens;
  /** The tokens and codes given out so far. */
  readonly issued: Issued;
  readonly baseUrls: BaseUrls;
  readonly sessions: PickingSessions;
  readonly quota: Quota;
  readonly resizer: Resizer;
  /** The account's content as of now. */
  readonly library: () => Library;
  /** The emulator's clock, milliseconds since 1970. */
  readonly now: () => number;
  /** Ends all tokens of a client, and its base URLs with them. */
  readonly revoke: (clientId: string) => void;
}
