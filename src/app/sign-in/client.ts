import { AppError } from '../../errors.js';
import { clientIdFault } from '../../google/auth/client-id.js';
import type { SignIns } from '../../google/auth/sign-ins.js';
import type { ClientKeys } from './google.js';
import type { Whose } from './whose.js';

const GUIDE =
  '`photodav login --guide` shows how to make an OAuth client of your own; then set PHOTODAV_CLIENT_ID and ' +
  'PHOTODAV_CLIENT_SECRET, or run `photodav login --import client_secret_….json` with the file that Google offers';

/**
 * The OAuth client to sign in with: the configuration's, else one that is known (`SignIns.clientFor`). CONFIG_INVALID if
 * there is none, or if it has not the form of one.
 */
export async function clientFor(
  { account, clientId, clientSecret }: Pick<Whose, 'account' | 'clientId' | 'clientSecret'>,
  signIns: SignIns,
): Promise<ClientKeys> {
  if (clientId !== undefined && clientSecret !== undefined) return checkedClient({ clientId, clientSecret });
  const known = await signIns.clientFor(account, clientId);
  if (known) return { clientId: known.clientId, clientSecret: clientSecret ?? known.clientSecret };
  return checkedClient({ ...(clientId ? { clientId } : {}), ...(clientSecret ? { clientSecret } : {}) });
}

/** The same, if it is whole and has the form of an OAuth client. Throws CONFIG_INVALID. */
export function checkedClient({ clientId, clientSecret }: Partial<ClientKeys>): ClientKeys {
  if (clientId === undefined && clientSecret === undefined) throw invalid('there is no OAuth client', GUIDE);
  if (clientId === undefined) throw invalid('missing clientId', GUIDE);
  const fault = clientIdFault(clientId);
  if (fault) throw invalid(fault.message, fault.advice);
  if (clientSecret === undefined) throw invalid('missing clientSecret', GUIDE);
  if (clientSecret.includes('.apps.googleusercontent.com')) {
    throw invalid(
      'clientSecret holds a client id',
      'the secret stands beside it in the console, and begins with GOCSPX-',
    );
  }
  return { clientId, clientSecret };
}

function invalid(message: string, advice: string): AppError {
  return new AppError('CONFIG_INVALID', message, { advice });
}
