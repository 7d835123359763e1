import type { Clock } from '../clock.js';
import type { Config } from '../config/schema.js';
import { AppError } from '../errors.js';
import type { SignIn, SignIns } from '../google/auth/sign-ins.js';
import { withOAuth } from './sign-in/google.js';

/**
 * Ends a sign-in: revokes it at Google, then removes it here. Gives why Google could not be told, if it could not: here it
 * is removed all the same.
 */
export async function signOut(
  config: Pick<Config, 'google'>,
  signIn: SignIn,
  { signIns, clock }: { readonly signIns: SignIns; readonly clock: Clock },
  signal?: AbortSignal,
): Promise<AppError | undefined> {
  const token = signIn.refreshToken ?? signIn.accessToken;
  const fault = token === undefined ? undefined : await revoked(config, signIn, token, clock, signal);
  await signIns.update(signIn, () => Promise.resolve(undefined));
  return fault;
}

async function revoked(
  config: Pick<Config, 'google'>,
  client: SignIn,
  token: string,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<AppError | undefined> {
  try {
    await withOAuth(config, client, clock, (oauth) => oauth.revoke(token, signal));
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}
