import { clientIdFault, isRcloneClient } from '../../google/auth/client-id.js';
import { missingScopes, removedScopes } from '../../google/scopes.js';
import { SOURCES } from '../../sources/index.js';
import { projectOf } from '../../sources/sign-in/credentials.js';
import { loginCommand } from '../../sources/sign-in.js';
import type { SourceContext } from '../../sources/source.js';
import type { Check } from './check.js';
import { dayText, failure, ok, warning } from './finding.js';
import type { GoogleSetup } from './mount-setup.js';

const CLIENTS = 'https://console.cloud.google.com/auth/clients';
const AUDIENCE = 'https://console.cloud.google.com/auth/audience';
/** Those that Google gives out since 2021; older ones are 24 characters. */
const CLIENT_SECRET = /^(GOCSPX-[\w-]+|[\w-]{24})$/;
const DAY_MS = 86_400_000;
const PUBLISH =
  'press "Publish app" in the Google Cloud console, then sign in again: while the consent screen is in Testing mode, a ' +
  'sign-in ends after 7 days';

export const SIGN_IN: Check<GoogleSetup> = {
  name: 'sign-in',
  needs: ['configuration'],
  async run({ signIn, stored, context }) {
    const advice = `sign in with \`${loginCommand(context.mount)}\`; a server that is running finds it by itself`;
    try {
      const { configured, account } = await signIn();
      if (configured) return ok('the configuration holds a token');
      const found = await stored();
      if (found) return ok(`account ${account} signed in on ${dayText(found.grantedAtMs)}`);
      const who = `nobody has signed in as account ${account}`;
      return failure('SIGN_IN_REQUIRED', `${who}${damageOf(context)}`, advice);
    } catch (error) {
      // Where the configuration names no client, the file was to tell it.
      const damage = damageOf(context);
      if (damage === '') throw error;
      return failure('SIGN_IN_REQUIRED', `nobody has signed in${damage}`, advice);
    }
  },
};

export const CLIENT: Check<GoogleSetup> = {
  name: 'client',
  needs: ['sign-in'],
  async run({ signIn }) {
    const { clientId, clientSecret = 'GOCSPX-stored' } = await signIn();
    const fault = clientIdFault(clientId);
    if (fault) return failure('CONFIG_INVALID', fault.message, fault.advice, CLIENTS);
    if (isRcloneClient(clientId)) {
      const message =
        "the client is rclone's own, which Google is going to switch off, and all its users share one quota";
      return warning(message, 'make an OAuth client of your own, and sign in with it', CLIENTS);
    }
    if (!CLIENT_SECRET.test(clientSecret)) {
      const message = 'clientSecret does not look like one of Google: those begin with GOCSPX-';
      return warning(message, "copy the client's secret, without quotes or spaces around it", CLIENTS);
    }
    return ok(`the OAuth client is one of project ${projectOf(clientId)}`);
  },
};

/** Pluton's "OAuth Consent Screen in Testing Mode". */
export const TESTING_MODE: Check<GoogleSetup> = {
  name: 'testing mode',
  needs: ['sign-in'],
  async run({ signIn, stored, clock }) {
    const { configured } = await signIn();
    const endsAtMs = (configured ?? (await stored()))?.refreshTokenEndsAtMs;
    if (endsAtMs === undefined) return ok('Google has told no end of the sign-in');
    const day = dayText(endsAtMs);
    if (endsAtMs <= clock.now())
      return failure('SIGN_IN_REQUIRED', `the sign-in has ended on ${day}`, PUBLISH, AUDIENCE);
    if (endsAtMs - clock.now() > 7 * DAY_MS) return ok(`the sign-in is good until ${day}`);
    return warning(`the sign-in ends on ${day}`, PUBLISH, AUDIENCE);
  },
};

/** Pluton's "Token Expired". */
export const TOKEN: Check<GoogleSetup> = {
  name: 'token',
  needs: ['connection', 'client'],
  async run({ signIn, stored, context }, signal) {
    const { auth, configured } = await signIn();
    const { accessToken: before, refreshToken } = configured ?? (await stored()) ?? {};
    const token = await auth.accessToken(signal);
    if (refreshToken === undefined) {
      const message = 'there is no refresh token: when the access token ends, within the hour, the sign-in does';
      return warning(message, `sign in again with \`${loginCommand(context.mount)}\``);
    }
    // One that was kept does not tell whether the next can be had.
    if (token === before) await auth.renewedToken(token, signal);
    return ok('Google gives access tokens for it');
  },
};

/** AList's first note. */
export const SCOPES: Check<GoogleSetup> = {
  name: 'scopes',
  needs: ['token'],
  async run({ tokenInfo, signIn, mount, context }) {
    const again = `sign in again with \`${loginCommand(context.mount)}\``;
    const { clientId, scopes } = await tokenInfo();
    if (clientId !== (await signIn()).clientId) {
      const advice = `${again}, or set the clientId that the token was made with`;
      return failure('SIGN_IN_REQUIRED', 'the token was made with another OAuth client', advice);
    }
    const missing = missingScopes(scopes, SOURCES[mount.source].scopes);
    const removed = removedScopes(scopes);
    if (missing.length === 0) return ok(`it grants ${SOURCES[mount.source].scopes.join(', ')}`);
    const gone = removed.length === 0 ? '' : `; ${removed.join(', ')} was removed by Google on 31 March 2025`;
    const advice = `${again}, and leave every box of the consent page ticked`;
    return failure('SCOPE_MISSING', `it lacks ${missing.join(', ')}${gone}`, advice);
  },
};

function damageOf({ signIns }: SourceContext): string {
  const [name] = signIns.damaged;
  return name === undefined ? '' : `, or the sign-in is lost: tokens/${name} in the data folder is damaged`;
}
