import type { Mount } from '../../config/schema.js';
import type { Governor } from '../../google/quota.js';
import { OAuthClient, type TokenInfo } from '../../google/auth/oauth.js';
import type { SignIn } from '../../google/auth/sign-ins.js';
import type { MediaItem } from '../../model.js';
import { SOURCES } from '../../sources/index.js';
import { projectOf } from '../../sources/sign-in/credentials.js';
import { signInOf, type GoogleSignIn } from '../../sources/sign-in.js';
import type { MediaSource, Page, SourceContext } from '../../sources/source.js';
import { createSource } from '../libraries.js';
import { isSignInMount, type SignInMount } from '../sign-in/whose.js';
import { sourceContext } from '../source-context.js';
import { once } from './once.js';
import type { Setup } from './setup.js';

/** One mount of the set-up. What is asked for is asked once, whichever check comes first, and its failure is told to all. */
export interface MountSetup extends Setup {
  readonly mount: Mount;
  readonly context: SourceContext;
  readonly source: () => Promise<MediaSource>;
  /** The newest items, as many as one request brings; none where there are none. */
  readonly firstPage: () => Promise<Page<MediaItem>>;
}

/** One that a person signs in for. */
export interface GoogleSetup extends MountSetup {
  readonly mount: SignInMount;
  readonly signIn: () => Promise<GoogleSignIn>;
  /** What a login left in the data folder, where the configuration holds no token. */
  readonly stored: () => Promise<SignIn | undefined>;
  readonly governor: () => Promise<Governor>;
  /** What the access token grants, as Google tells. */
  readonly tokenInfo: () => Promise<TokenInfo>;
}

/** Asks nobody yet. What it opens is closed as the set-up is. */
export function openMountSetup(setup: Setup, mount: Mount): MountSetup | GoogleSetup {
  const { config, clock, log, governors, closing } = setup;
  const context = sourceContext(config, mount, { log, clock, governors });
  const source = once(async () => {
    const created = await createSource(mount, context);
    closing.addEventListener('abort', () => void created.close?.());
    return created;
  });
  const firstPage = once(async () => {
    for await (const page of (await source()).listItems('all', { signal: closing })) return page;
    return { members: [] };
  });
  const common = { ...setup, mount, context, source, firstPage };
  return isSignInMount(mount) ? { ...common, ...signInFacts(common, mount) } : common;
}

/** True for one that a person signs in for. */
export function needsSignIn(setup: MountSetup): setup is GoogleSetup {
  return isSignInMount(setup.mount);
}

function signInFacts(
  { addresses, transport, context, clock, closing }: MountSetup,
  mount: SignInMount,
): Omit<GoogleSetup, keyof MountSetup> & Pick<GoogleSetup, 'mount'> {
  const { scopes } = SOURCES[mount.source];
  const signIn = once(async () => {
    const made = await signInOf(mount.options, context, { addresses, transport, scopes });
    closing.addEventListener('abort', () => made.auth.close());
    return made;
  });
  return {
    mount,
    signIn,
    stored: once(async () => {
      const who = await signIn();
      return who.configured ? undefined : context.signIns.of(who);
    }),
    governor: once(async () => context.governors.for(projectOf((await signIn()).clientId))),
    tokenInfo: once(async () => {
      const { auth, clientId } = await signIn();
      // Whose secret it is does not matter here.
      const oauth = new OAuthClient({ clientId, clientSecret: '' }, { addresses, transport, clock });
      return oauth.tokenInfo(await auth.accessToken(closing), closing);
    }),
  };
}
