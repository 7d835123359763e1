import { AppError } from '../../errors.js';
import { renewed, type Credentials, type Keeper } from './keeper.js';
import type { Granted } from './oauth.js';
import type { SignIn, SignInKey, SignIns } from './sign-ins.js';

export interface StoredKeeperOptions {
  readonly signIns: SignIns;
  readonly key: SignInKey;
  /** Goes before the stored one, which may have been replaced in Google's console. */
  readonly clientSecret?: string | undefined;
  /** Such as "photodav login --mount /family". */
  readonly loginCommand: string;
  /** Told of each sign-in that is found. */
  readonly onFound: (signIn: SignIn) => void;
}

/**
 * A sign-in in the data folder, which all processes share: looked at each time, so that a login made meanwhile counts at
 * once, and refreshed by one process while the others wait for what it brings.
 */
export class StoredKeeper implements Keeper {
  readonly signInAdvice: string;
  readonly #options: StoredKeeperOptions;

  constructor(options: StoredKeeperOptions) {
    this.#options = options;
    this.signInAdvice = `sign in again with \`${options.loginCommand}\``;
  }

  async credentials(): Promise<Credentials> {
    const { signIns, key, onFound } = this.#options;
    const signIn = await signIns.of(key);
    if (signIn) onFound(signIn);
    return this.#found(signIn);
  }

  async update(refresh: (credentials: Credentials) => Promise<Granted | undefined>): Promise<Credentials> {
    const { signIns, key } = this.#options;
    const change = async (signIn: SignIn | undefined): Promise<SignIn | undefined> => {
      const granted = await refresh(this.#found(signIn));
      return signIn && granted ? renewed(signIn, granted) : signIn;
    };
    return this.#found(await signIns.update(key, change));
  }

  #found(signIn: SignIn | undefined): Credentials {
    const { key, clientSecret, loginCommand } = this.#options;
    if (signIn) return clientSecret === undefined ? signIn : { ...signIn, clientSecret };
    throw new AppError('SIGN_IN_REQUIRED', `google photos: nobody has signed in as account ${key.account}`, {
      advice: `sign in with \`${loginCommand}\`; the server finds it without a restart`,
    });
  }
}
