import type { Clock } from '../clock.js';
import type { Config } from '../config/schema.js';
import { AppError } from '../errors.js';
import type { Granted } from '../google/auth/oauth.js';
import { missingScopes } from '../google/scopes.js';
import type { SignIn, SignIns } from '../google/auth/sign-ins.js';
import { askConsent, type Ask, type Person } from './sign-in/consent.js';
import { CONNECTIONS, withOAuth, type ClientKeys } from './sign-in/google.js';
import { explained } from './sign-in/scopes.js';

export type { SignIn as KeptSignIn } from '../google/auth/sign-ins.js';
export type { Answers, Person } from './sign-in/consent.js';

/** Who signs in, and what for. */
export interface SignInRequest {
  readonly client: ClientKeys;
  readonly account: string;
  readonly scopes: readonly string[];
  /** For a web client: where it may be answered on this machine. */
  readonly redirectUri?: URL;
}

export interface SignInParts {
  readonly signIns: SignIns;
  readonly clock: Clock;
}

type Outcome =
  | { readonly isSignedIn: true; readonly signIn: SignIn }
  /** Without missing scopes it is the refresh token that is missing. */
  | { readonly isSignedIn: false; readonly missing: readonly string[] };

const AGAIN = 'Google did not grant everything. Shall it ask again';
const NO_REFRESH_TOKEN =
  'Google gave no refresh token, as it does where consent was given before; without one the sign-in would last an hour. ' +
  'So it asks once more: please agree again.';

/**
 * Signs a person in at Google, for exactly these scopes, and keeps what comes of it. Asks again by itself where Google gives
 * no refresh token, and after a question where boxes were left unticked. What was kept before stays until then.
 *
 * SIGN_IN_REQUIRED if consent is refused or does not come, SCOPE_MISSING if it is not enough, SOURCE_UNAVAILABLE if Google
 * cannot be asked, LISTEN_FAILED if this machine lets nobody listen.
 */
export async function signIn(
  config: Pick<Config, 'google'>,
  request: SignInRequest,
  person: Person,
  { signIns, clock }: SignInParts,
  signal?: AbortSignal,
): Promise<SignIn> {
  const accept = async (granted: Granted): Promise<Outcome> => {
    const missing = missingScopes(granted.scopes, request.scopes);
    if (missing.length > 0 || granted.refreshToken === undefined) return { isSignedIn: false, missing };
    const kept = signInOf(granted, request, clock.now());
    await signIns.save(kept);
    return { isSignedIn: true, signIn: kept };
  };
  return withOAuth(config, request.client, clock, async (oauth) => {
    const { scopes, redirectUri } = request;
    let ask: Ask = { scopes, ...(redirectUri ? { redirectUri } : {}) };
    for (;;) {
      const outcome = await askConsent(ask, person, { oauth, clock }, accept, signal);
      if (outcome.isSignedIn) return outcome.signIn;
      if (outcome.missing.length > 0) await agreeToMore(outcome.missing, person, signal);
      else if (ask.prompt) throw noRefreshToken();
      else person.tell(NO_REFRESH_TOKEN);
      ask = { ...ask, prompt: 'consent' };
    }
  });
}

/** Says what is missing; SCOPE_MISSING unless the person wants to be asked for it again. */
async function agreeToMore(missing: readonly string[], person: Person, signal: AbortSignal | undefined): Promise<void> {
  const lines = missing.map((scope) => `  ${explained(scope)}`);
  person.tell(['These boxes were not ticked on the consent page:', ...lines].join('\n'));
  if (await person.agrees?.(AGAIN, signal)) return;
  throw new AppError('SCOPE_MISSING', `google photos: not granted: ${missing.join(', ')}`, {
    advice: 'run `photodav login` again, and tick every box on the consent page; nothing was kept',
  });
}

function noRefreshToken(): AppError {
  return new AppError('SIGN_IN_REQUIRED', 'google photos: consent was given twice, and no refresh token came', {
    advice: `take access away at ${CONNECTIONS}, then run \`photodav login\` again`,
  });
}

function signInOf(granted: Granted, { client, account }: SignInRequest, grantedAtMs: number): SignIn {
  const { clientId, clientSecret } = client;
  return { ...granted, clientId, clientSecret, account, grantedAtMs };
}
