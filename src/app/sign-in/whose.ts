import type { Config, Mount } from '../../config/schema.js';
import { AppError } from '../../errors.js';
import { parseToken } from '../../google/auth/token.js';
import { LIBRARY_READ_SCOPE, PICKER_SCOPE } from '../../google/scopes.js';
import { SOURCES } from '../../sources/index.js';
import { clientOf as givenClient, holdsToken } from '../../sources/sign-in/credentials.js';
import { DEFAULT_ACCOUNT } from '../../sources/sign-in/options.js';

/** A mount that somebody signs in for. */
export type SignInMount = Exclude<Mount, { readonly source: 'demo' }>;

/** Mounts that one sign-in serves, and what their configuration tells of it. */
export interface Whose {
  readonly mounts: readonly SignInMount[];
  readonly account: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** Exactly what the sources of the mounts need, no more and no less. */
  readonly scopes: readonly string[];
}

/** Where nothing is configured: photos that people already have come by picking alone. */
export const WHOSE_PICKS: Whose = { mounts: [], account: DEFAULT_ACCOUNT, scopes: [PICKER_SCOPE] };

/** The source that a sign-in with these scopes is good for; picking if Google did not tell them. */
export function sourceFor(scopes: readonly string[]): 'library' | 'picker' {
  return scopes.includes(LIBRARY_READ_SCOPE) && !scopes.includes(PICKER_SCOPE) ? 'library' : 'picker';
}

/** What a person chooses by. */
export interface Choice {
  /** One of the configuration's. */
  readonly mount?: Mount;
  readonly account?: string;
}

/**
 * Whose sign-in is meant: that of the mount or the account that is named, or the only one there is. Mounts of one client and
 * one account share it; one that names no client takes that of the others.
 *
 * CONFIG_INVALID where nobody signs in, or several do and none is named.
 */
export function whoseSignIn({ mounts }: Pick<Config, 'mounts'>, { mount, account }: Choice): Whose {
  const all = mounts.filter(isSignInMount);
  if (mount) {
    if (!isSignInMount(mount)) throw invalid(`nobody signs in for ${mount.path}: it shows the demo`, otherMounts(all));
    const own = accountOf(mount);
    if (account !== undefined && account !== own) {
      const advice = `leave --account out, or write "account": ${JSON.stringify(account)} into that mount`;
      throw invalid(`the account of ${mount.path} is ${own}`, advice);
    }
    return sharedWith(mount, all);
  }
  const [only, ...others] = all;
  if (!only) throw invalid('nobody signs in: every mount shows the demo', otherMounts(all));
  if (others.length === 0) return account === undefined ? sharedWith(only, all) : { ...sharedWith(only, all), account };
  const found = account === undefined ? all : all.filter((each) => accountOf(each) === account);
  const [first] = found;
  if (!first) {
    const known = [...new Set(all.map(accountOf))].join(', ');
    throw invalid(`no mount has the account ${account ?? ''}`, `choose one of ${known}, or write it into a mount`);
  }
  const whose = sharedWith(first, all);
  if (found.every((each) => whose.mounts.includes(each))) return whose;
  throw invalid('several mounts have sign-ins of their own; --mount must name one', otherMounts(all));
}

function sharedWith(mount: SignInMount, all: readonly SignInMount[]): Whose {
  const account = accountOf(mount);
  const sameAccount = all.filter((each) => accountOf(each) === account);
  const ids = new Set(sameAccount.flatMap((each) => clientOf(each).clientId ?? []));
  const [onlyId] = ids.size === 1 ? ids : [];
  const clientId = clientOf(mount).clientId ?? onlyId;
  const mounts = sameAccount.filter((each) => (clientOf(each).clientId ?? onlyId) === clientId);
  const clientSecret = mounts.map((each) => clientOf(each).clientSecret).find((secret) => secret !== undefined);
  return {
    mounts,
    account,
    ...(clientId === undefined ? {} : { clientId }),
    ...(clientSecret === undefined ? {} : { clientSecret }),
    scopes: [...new Set(mounts.flatMap(({ source }) => SOURCES[source].scopes))],
  };
}

/** Whether the configuration holds a token for it, which goes before what is stored. */
export function hasOwnToken({ options }: SignInMount): boolean {
  return holdsToken(options);
}

function clientOf({ options }: SignInMount): { readonly clientId?: string; readonly clientSecret?: string } {
  const { clientId, clientSecret } = options.token === undefined ? {} : parseToken(options.token);
  return { ...(clientId ? { clientId } : {}), ...(clientSecret ? { clientSecret } : {}), ...givenClient(options) };
}

function accountOf({ options }: SignInMount): string {
  return options.account ?? DEFAULT_ACCOUNT;
}

export function isSignInMount(mount: Mount): mount is SignInMount {
  return mount.source !== 'demo';
}

function otherMounts(mounts: readonly SignInMount[]): string {
  const paths = mounts.map(({ path }) => path).join(', ');
  return paths === '' ? 'set clientId and clientSecret; `photodav login --guide` tells how' : `choose one of ${paths}`;
}

function invalid(message: string, advice: string): AppError {
  return new AppError('CONFIG_INVALID', message, { advice });
}
