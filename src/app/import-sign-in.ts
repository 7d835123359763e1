import type { Config } from '../config/schema.js';
import { AppError } from '../errors.js';
import type { ImportedToken } from './imports/imported.js';
import { refusalCode } from '../google/auth/oauth-refusal.js';
import type { Granted, OAuthClient } from '../google/auth/oauth.js';
import { missingScopes, REMOVED_SCOPES } from '../google/scopes.js';
import type { SignIn, SignIns } from '../google/auth/sign-ins.js';
import { SOURCES } from '../sources/index.js';
import { checkedClient, clientFor } from './sign-in/client.js';
import { withOAuth, type ClientKeys } from './sign-in/google.js';
import { explained } from './sign-in/scopes.js';
import type { Whose } from './sign-in/whose.js';
import type { SignInParts } from './sign-in.js';

export type { Imported, ImportedClient, ImportedToken } from './imports/imported.js';
export { isRcloneClient } from '../google/auth/client-id.js';
export { readImport } from './imports/read-import.js';

const IN_BROWSER = 'sign in with the browser instead: `photodav login`';

/**
 * Tries a refresh token that another program has, and keeps it if it grants what the mounts need; where there are none, what
 * any source does.
 *
 * CONFIG_INVALID if its client is not known, or another one is configured; SIGN_IN_REQUIRED if Google refuses it,
 * SCOPE_MISSING if it grants too little, SOURCE_UNAVAILABLE if Google cannot be asked. Nothing is kept then.
 */
export async function importSignIn(
  config: Pick<Config, 'google'>,
  imported: ImportedToken,
  whose: Whose,
  { signIns, clock }: SignInParts,
  signal?: AbortSignal,
): Promise<SignIn> {
  const client = await clientOf(imported, whose, signIns);
  const { refreshToken } = imported;
  const granted = await withOAuth(config, client, clock, (oauth) => tried(oauth, refreshToken, signal));
  const { account, mounts, scopes } = whose;
  const choices =
    mounts.length > 0 ? [scopes] : Object.values(SOURCES).flatMap((kind) => ('scopes' in kind ? [kind.scopes] : []));
  if (choices.every((needed) => missingScopes(granted.scopes, needed).length > 0))
    throw tooLittle(scopes, granted.scopes);
  const kept = { refreshToken, ...granted, ...client, account, grantedAtMs: clock.now() };
  await signIns.save(kept);
  return kept;
}

/** CONFIG_INVALID if the configuration names another OAuth client than what is imported: the sign-in would not be found. */
export function checkSameClient(imported: { readonly clientId?: string }, { clientId }: Pick<Whose, 'clientId'>): void {
  if (imported.clientId === undefined || clientId === undefined || imported.clientId === clientId) return;
  throw new AppError('CONFIG_INVALID', 'what is imported is of another OAuth client than the one that is configured', {
    advice: `set clientId to ${imported.clientId}, or leave clientId and clientSecret out: they are kept with the sign-in`,
  });
}

async function clientOf(imported: ImportedToken, whose: Whose, signIns: SignIns): Promise<ClientKeys> {
  checkSameClient(imported, whose);
  const { clientId, clientSecret = whose.clientSecret } = imported;
  if (clientId !== undefined && clientSecret !== undefined) return checkedClient({ clientId, clientSecret });
  if (clientId === undefined && whose.clientId === undefined && !(await signIns.find(whose.account))) {
    throw new AppError('CONFIG_INVALID', 'the token does not tell which OAuth client it was made with', {
      advice:
        'set PHOTODAV_CLIENT_ID and PHOTODAV_CLIENT_SECRET to those that it was made with; where rclone had none of its ' +
        `own, the token works in rclone alone: ${IN_BROWSER}`,
    });
  }
  return clientFor({ ...whose, ...(clientId === undefined ? {} : { clientId }) }, signIns);
}

async function tried(oauth: OAuthClient, refreshToken: string, signal: AbortSignal | undefined): Promise<Granted> {
  try {
    const granted = await oauth.refresh(refreshToken, signal);
    if (granted.scopes.length > 0) return granted;
    return { ...granted, scopes: (await oauth.tokenInfo(granted.accessToken, signal)).scopes };
  } catch (error) {
    throw refusedToken(error);
  }
}

/** Google's refusal in terms of what was imported. */
function refusedToken(error: unknown): unknown {
  const advice = ADVICE[refusalCode(error) ?? ''];
  if (!(error instanceof AppError) || advice === undefined) return error;
  return new AppError(error.code, error.message, { cause: error.cause, advice });
}

const ADVICE: Readonly<Record<string, string>> = {
  invalid_grant:
    'this refresh token works no more: it was revoked, was not used for six months, or is one of Testing mode, where it ' +
    `ends after 7 days; or it was made with another OAuth client than this one. ${IN_BROWSER}`,
  unauthorized_client:
    'this refresh token was made with another OAuth client: give the id and the secret of that one, or where it is the one ' +
    `that rclone brings along, ${IN_BROWSER}`,
  invalid_client: 'Google does not know this client id, or its secret was replaced: import the client’s file anew',
};

function tooLittle(needed: readonly string[], granted: readonly string[]): AppError {
  const missing = missingScopes(granted, needed);
  const isOld = granted.every((scope) => REMOVED_SCOPES.includes(scope));
  const why = isOld ? '; what it grants was taken away from all programs on 31 March 2025' : '';
  return new AppError(
    'SCOPE_MISSING',
    `google photos: the token does not grant ${missing.map(explained).join('; ')}${why}`,
    {
      advice: `nothing was kept; with the same OAuth client, ${IN_BROWSER}`,
    },
  );
}
