import { AppError } from '../../errors.js';
import { clientIdFault } from '../../google/auth/client-id.js';
import type { SignIns } from '../../google/auth/sign-ins.js';
import type { ClientKeys } from './google.js';
import type { Whose } from './whose.js';

const GUIDE =
  '`photodav login --guide` shows how to make an OAuth client of your own; then set PHOTODAV_CLIENT_ID and ' +
  'PHOTODAV_CLIENT_SECRET, or run `photodav login --import client_secret_….json` with the file that Google offers';

/**
 * The OAuth client to sign in with: the configuration's, else that of an earlier sign-in of the account, else the only one
 * that anybody has signed in with. CONFIG_INVALID if there is none, or if it has not the form of one.
 */
export async function clientFor(
  { account, clientId, clientSecret }: Pick<Whose, 'account' | 'clientId' | 'clientSecret'>,
  signIns: SignIns,
): Promise<ClientKeys> {
  if (clientId !== undefined && clientSecret !== undefined) return checkedClient({ clientId, clientSecret });
  const stored = (await signIns.find(account, clientId)) ?? (await onlyClient(signIns, clientId));
  if (stored) return { clientId: stored.clientId, clientSecret: clientSecret ?? stored.clientSecret };
  return checkedClient({ ...(clientId ? { clientId } : {}), ...(clientSecret ? { clientSecret } : {}) });
}

async function onlyClient(signIns: SignIns, clientId: string | undefined): Promise<ClientKeys | undefined> {
  const all = await signIns.all();
  const fitting = clientId === undefined ? all : all.filter((each) => each.clientId === clientId);
  return new Set(fitting.map((each) => each.clientId)).size === 1 ? fitting[0] : undefined;
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
