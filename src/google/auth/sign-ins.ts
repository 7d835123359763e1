import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../errors.js';
import type { Log } from '../../log.js';
import { namesIn, readPrivate, updatePrivate, WAITING_FOR_LOCK } from '../../private-file.js';
import { digest } from '../digest.js';
import { parseJson } from '../json.js';
import type { Credentials } from './keeper.js';
import { orUnavailable } from './kept-folder.js';
import { storedTime, timeText } from './stored-time.js';

/** Whose sign-in: an OAuth client, and a name that the person gave to the account, for Google tells none. */
export interface SignInKey {
  readonly clientId: string;
  readonly account: string;
}

/** What a person's consent left behind. Times are milliseconds since 1970. */
export interface SignIn extends SignInKey, Credentials {
  /** What Google granted, which may be less than was asked for; empty if it was not told. */
  readonly scopes: readonly string[];
  readonly grantedAtMs: number;
}

export interface SignInsOptions {
  /** `tokens` in the data folder. */
  readonly folder: string;
  /** Where Google is (`GoogleAddresses.label`): what an emulator granted is none of Google's. */
  readonly label: string;
  readonly log: Log;
}

/** What an account's files and folders are called; `label` tells where its Google is (`GoogleAddresses.label`). */
export function accountName(label: string, { clientId, account }: SignInKey): string {
  return digest(JSON.stringify([label, clientId, account]));
}

const VERSION = 1;
const fileSchema = z.object({
  version: z.literal(VERSION),
  google: z.string(),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  account: z.string().min(1),
  scopes: z.array(z.string()),
  grantedAt: storedTime,
  refreshToken: z.string().min(1).optional(),
  refreshTokenEndsAt: storedTime.optional(),
  accessToken: z.string().min(1).optional(),
  accessTokenEndsAt: storedTime.optional(),
});

/**
 * Sign-ins in the data folder: a file each, for its owner alone, written whole or not at all, and by one process at a time.
 * Nothing is kept in memory, so that a sign-in made meanwhile is found.
 *
 * SOURCE_UNAVAILABLE if the system lets us neither read nor write there.
 */
export class SignIns {
  readonly #options: SignInsOptions;
  /** Files that cannot be read, so that each is told once, for they are looked at with each request. */
  readonly #damaged = new Set<string>();

  constructor(options: SignInsOptions) {
    this.#options = options;
  }

  /** Files that could not be read when they were last looked at, by name. */
  get damaged(): readonly string[] {
    return [...this.#damaged];
  }

  /** Those made at this place; a file that cannot be read is told in the log and left out. */
  async all(): Promise<readonly SignIn[]> {
    const names = await orUnavailable('tokens', namesIn(this.#options.folder));
    const found = await Promise.all(names.filter((name) => name.endsWith('.json')).map((name) => this.#read(name)));
    return found.filter((signIn) => signIn !== undefined);
  }

  async of(key: SignInKey): Promise<SignIn | undefined> {
    return this.#read(this.#nameOf(key));
  }

  /**
   * The account's only sign-in, or the one by this client. CONFIG_INVALID if there are several, for then the client must be
   * named.
   */
  async find(account: string, clientId?: string): Promise<SignIn | undefined> {
    if (clientId !== undefined) return this.of({ clientId, account });
    const found = (await this.all()).filter((each) => each.account === account);
    if (found.length < 2) return found[0];
    throw new AppError('CONFIG_INVALID', `account ${account} has signed in with ${found.length} OAuth clients`, {
      advice: `set clientId to one of ${found.map((each) => each.clientId).join(', ')}`,
    });
  }

  /**
   * The client that an account signs in with where none is named, or `clientId` where its secret is not: that of its own
   * sign-in, else the only one that anybody has signed in with. Throws as `find` does.
   */
  async clientFor(account: string, clientId?: string): Promise<Pick<SignIn, 'clientId' | 'clientSecret'> | undefined> {
    const own = await this.find(account, clientId);
    if (own) return own;
    const all = await this.all();
    const fitting = clientId === undefined ? all : all.filter((each) => each.clientId === clientId);
    return new Set(fitting.map((each) => each.clientId)).size === 1 ? fitting[0] : undefined;
  }

  async save(signIn: SignIn): Promise<void> {
    await this.update(signIn, () => Promise.resolve(signIn));
  }

  /**
   * Replaces a sign-in by what `change` makes of it, while no other process does; undefined removes it. `change` is handed
   * what is there at that moment, and the result is given.
   */
  async update(
    key: SignInKey,
    change: (signIn: SignIn | undefined) => Promise<SignIn | undefined>,
  ): Promise<SignIn | undefined> {
    const name = this.#nameOf(key);
    const path = join(this.#options.folder, name);
    const replaced = updatePrivate(path, {
      read: () => this.#read(name),
      change,
      textOf: (signIn) => `${JSON.stringify(this.#written(signIn), null, 2)}\n`,
      onWaiting: () => this.#options.log.warn({ file: name }, `sign-ins: ${WAITING_FOR_LOCK}`),
    });
    return orUnavailable('tokens', replaced);
  }

  #written(signIn: SignIn): object {
    const { grantedAtMs, refreshTokenEndsAtMs, accessTokenEndsAtMs, ...rest } = signIn;
    return {
      version: VERSION,
      google: this.#options.label,
      ...rest,
      grantedAt: timeText(grantedAtMs),
      ...(refreshTokenEndsAtMs === undefined ? {} : { refreshTokenEndsAt: timeText(refreshTokenEndsAtMs) }),
      ...(accessTokenEndsAtMs === undefined ? {} : { accessTokenEndsAt: timeText(accessTokenEndsAtMs) }),
    };
  }

  async #read(name: string): Promise<SignIn | undefined> {
    const { folder, label, log } = this.#options;
    const text = await orUnavailable('tokens', readPrivate(join(folder, name)));
    if (text === undefined) return undefined;
    const parsed = fileSchema.safeParse(parseJson(text));
    if (!parsed.success) {
      if (!this.#damaged.has(name)) {
        log.warn({ file: name }, 'a stored sign-in cannot be read; sign in again with `photodav login`');
      }
      this.#damaged.add(name);
      return undefined;
    }
    this.#damaged.delete(name);
    const { google, clientId, clientSecret, account, scopes, grantedAt } = parsed.data;
    if (google !== label) return undefined;
    const { refreshToken, refreshTokenEndsAt, accessToken, accessTokenEndsAt } = parsed.data;
    return {
      ...{ clientId, clientSecret, account, scopes },
      grantedAtMs: grantedAt,
      ...(refreshToken === undefined ? {} : { refreshToken }),
      ...(refreshTokenEndsAt === undefined ? {} : { refreshTokenEndsAtMs: refreshTokenEndsAt }),
      ...(accessToken === undefined ? {} : { accessToken }),
      ...(accessTokenEndsAt === undefined ? {} : { accessTokenEndsAtMs: accessTokenEndsAt }),
    };
  }

  #nameOf(key: SignInKey): string {
    return `${accountName(this.#options.label, key)}.json`;
  }
}
