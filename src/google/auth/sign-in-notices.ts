import type { Clock } from '../../clock.js';
import type { Log } from '../../log.js';
import { missingScopes, removedScopes } from '../scopes.js';
import type { SignIn } from './sign-ins.js';

const DAY_MS = 86_400_000;
/** Time enough to sign in anew, for somebody who reads the log each day. */
const NOTICE_MS = 2 * DAY_MS;

export interface NoticesOptions {
  /** Those that the source needs. */
  readonly scopes: readonly string[];
  readonly loginCommand: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Whether Google has said that the sign-in ends within two days, or has ended. */
function endsSoon({ refreshTokenEndsAtMs = Infinity }: SignIn, nowMs: number): boolean {
  return refreshTokenEndsAtMs - nowMs < NOTICE_MS;
}

/** Says in the log what will need a person: once for each sign-in, and each day that it nears its end. */
export class SignInNotices {
  readonly #options: NoticesOptions;
  #scopesTold: string | undefined;
  #endToldAtMs = -Infinity;

  constructor(options: NoticesOptions) {
    this.#options = options;
  }

  see(signIn: SignIn): void {
    this.#seeScopes(signIn);
    const now = this.#options.clock.now();
    // A clock that is set back must not end the telling.
    if (!endsSoon(signIn, now) || Math.abs(now - this.#endToldAtMs) < DAY_MS) return;
    this.#endToldAtMs = now;
    this.#tellEnd(signIn);
  }

  #seeScopes({ scopes, account, grantedAtMs }: SignIn): void {
    const seen = `${grantedAtMs} ${scopes.join(' ')}`;
    if (seen === this.#scopesTold) return;
    this.#scopesTold = seen;
    const { scopes: needed, loginCommand, log } = this.#options;
    // Not every import tells what was granted; the next refresh does.
    const missing = missingScopes(scopes, needed);
    if (missing.length === 0) return;
    const removed = removedScopes(scopes);
    const advice = `sign in again with \`${loginCommand}\`, and tick the box of each scope`;
    log.warn({ account, missing, removed, advice }, 'the sign-in lacks a scope; Google will refuse what needs it');
  }

  #tellEnd({ account, refreshTokenEndsAtMs = 0 }: SignIn): void {
    const { loginCommand, log } = this.#options;
    const endsAt = new Date(refreshTokenEndsAtMs).toISOString();
    const advice =
      'in Testing mode sign-ins last 7 days: press "Publish app" on the consent screen in the Google Cloud console, ' +
      `then sign in again with \`${loginCommand}\``;
    log.warn({ account, endsAt, advice }, 'Google ends this sign-in soon');
  }
}
