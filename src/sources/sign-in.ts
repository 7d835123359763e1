import { AppError } from '../errors.js';
import type { GoogleAddresses } from '../google/addresses.js';
import { Auth } from '../google/auth.js';
import { ConfiguredKeeper, type Credentials, type Keeper } from '../google/auth/keeper.js';
import { SignInNotices } from '../google/auth/sign-in-notices.js';
import type { SignInKey, SignIns } from '../google/auth/sign-ins.js';
import { StoredKeeper } from '../google/auth/stored-keeper.js';
import type { Transport } from '../google/transport.js';
import { accountDigest, clientOf, credentialsOf, holdsToken, type SignInOptions } from './sign-in/credentials.js';
import { DEFAULT_ACCOUNT } from './sign-in/options.js';
import type { SourceContext } from './source.js';

/** Whose sign-in a source's options mean. */
export interface Identity extends SignInKey {
  /** As configured; a stored sign-in has one of its own. */
  readonly clientSecret?: string;
  /** What the configuration itself holds a token in: it goes before what is stored. */
  readonly configured?: Credentials;
  /** Tells accounts apart, without a secret: for `MediaSource.namespace`. */
  readonly owner: string;
}

/** What a source signs in with. */
export interface GoogleSignIn extends Identity {
  readonly auth: Auth;
}

export interface SignInParts {
  readonly addresses: GoogleAddresses;
  readonly transport: Transport;
  /** Those that the source needs (`SourceKind.scopes`). */
  readonly scopes: readonly string[];
}

/**
 * Whose sign-in the options mean: the one that they hold, or a stored one, whose client need not be repeated; nor that of
 * the others of a family, who share one.
 *
 * CONFIG_INVALID if no client is known. With a client that nobody has signed in with it is the sign-in to come.
 */
export async function identify(
  options: SignInOptions,
  { signIns, nowMs, loginCommand }: { signIns: SignIns; nowMs: number; loginCommand: string },
): Promise<Identity> {
  const { account = DEFAULT_ACCOUNT } = options;
  if (holdsToken(options)) {
    const configured = credentialsOf(options, nowMs);
    const { clientId, clientSecret } = configured;
    // Two of a family must never share a catalog, and only a name tells that tokens are the same person's.
    const person = options.account === undefined ? accountDigest(configured) : encodeURIComponent(account);
    return { clientId, account, clientSecret, configured, owner: `${clientId}:${person}` };
  }
  const given = clientOf(options);
  const known = await signIns.clientFor(account, given.clientId);
  const clientId = given.clientId ?? known?.clientId;
  if (clientId === undefined || (given.clientSecret === undefined && known === undefined)) {
    const missing = clientId === undefined ? 'clientId and clientSecret are' : 'clientSecret is';
    throw new AppError('CONFIG_INVALID', `nobody has signed in as account ${account}, and ${missing} not set`, {
      advice: `sign in with \`${loginCommand}\`; the Google Cloud console gives the client (\`photodav login --guide\`)`,
    });
  }
  const { clientSecret } = given;
  const owner = `${clientId}:${encodeURIComponent(account)}`;
  return { clientId, account, ...(clientSecret === undefined ? {} : { clientSecret }), owner };
}

/** How a source of Google's signs in; `auth` is to be closed with the source. Throws as `identify` does, and asks nobody. */
export async function signInOf(
  options: SignInOptions,
  context: SourceContext,
  parts: SignInParts,
): Promise<GoogleSignIn> {
  const { signIns, clock, log } = context;
  const { addresses, transport } = parts;
  const who = await identify(options, { signIns, nowMs: clock.now(), loginCommand: loginCommand(context.mount) });
  const keeper = who.configured ? new ConfiguredKeeper(who.configured) : await storedKeeper(who, context, parts.scopes);
  return { ...who, auth: new Auth(keeper, { addresses, transport, clock, log }) };
}

/** The command that signs a mount in; where there is only one mount, it need not be named. */
export function loginCommand(mount: string | undefined): string {
  if (mount === undefined) return 'photodav login';
  return `photodav login --mount ${/^[\w./-]+$/.test(mount) ? mount : JSON.stringify(mount)}`;
}

async function storedKeeper(who: Identity, context: SourceContext, scopes: readonly string[]): Promise<Keeper> {
  const { signIns, clock, log } = context;
  const command = loginCommand(context.mount);
  const notices = new SignInNotices({ scopes, loginCommand: command, clock, log });
  const found = await signIns.of(who);
  if (found) notices.see(found);
  return new StoredKeeper({
    signIns,
    key: { clientId: who.clientId, account: who.account },
    clientSecret: who.clientSecret,
    loginCommand: command,
    onFound: (signIn) => notices.see(signIn),
  });
}
