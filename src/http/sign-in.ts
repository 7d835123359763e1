import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../clock.js';
import { AppError } from '../errors.js';
import type { Log } from '../log.js';
import { readCredentials, type Credentials } from './credentials.js';
import { networkOf } from './network.js';
import { unmatchableHash, verifyPassword } from './password.js';
import { Verdicts } from './verdicts.js';

/** Somebody who may enter. */
export interface User {
  readonly name: string;
  /** As `hashPassword` gives it. */
  readonly passwordHash: string;
  /** Paths of the mounts to be seen; all if absent. */
  readonly mounts?: readonly string[] | undefined;
  readonly access: 'read';
}

export interface SignInOptions {
  /** Who may enter now; asked for every request, so the same array as long as nothing has changed. */
  readonly users: () => Promise<readonly User[]>;
  readonly clock: Clock;
  readonly log: Log;
  readonly verify?: typeof verifyPassword;
}

export interface SignIn {
  /**
   * The user whose name and password the request carries.
   *
   * Throws NOT_SIGNED_IN, with status 503 while too many passwords wait to be checked; BAD_REQUEST for several
   * Authorization headers.
   */
  check(request: IncomingMessage): Promise<User>;
}

/**
 * Basic sign-in (RFC 7617).
 *
 * A name that nobody has costs what a wrong password costs, and is answered alike. No password is kept: what is known of
 * one goes by a keyed hash of it and of the stored hash, so that a changed password or a removed user is out at once.
 */
export function createSignIn({ users, clock, log, verify = verifyPassword }: SignInOptions): SignIn {
  const verdicts = new Verdicts(clock, log);
  const secret = randomBytes(32);
  const nobodysHash = unmatchableHash();
  const byName = new WeakMap<readonly User[], ReadonlyMap<string, User>>();

  const find = async (name: string): Promise<User | undefined> => {
    const current = await users();
    const map = byName.get(current) ?? new Map(current.map((user) => [user.name.normalize('NFC'), user]));
    byName.set(current, map);
    return map.get(name) ?? map.get(withoutDomain(name));
  };

  const isRight = ({ name, password }: Credentials, hash: string, { socket }: IncomingMessage): Promise<boolean> => {
    const key = createHmac('sha256', secret)
      .update(JSON.stringify([name, password, hash]))
      .digest('base64');
    return verdicts.of(key, { place: networkOf(socket.remoteAddress), name }, async () => {
      const isVerified = await verify(password, hash);
      if (!isVerified) log.info({ address: socket.remoteAddress }, 'a sign-in is refused');
      return isVerified;
    });
  };

  return {
    async check(request) {
      const credentials = readCredentials(request);
      if (!credentials) throw new AppError('NOT_SIGNED_IN', 'this server asks for a name and a password');
      const user = await find(credentials.name);
      const isVerified = await isRight(credentials, user?.passwordHash ?? nobodysHash, request);
      if (user && isVerified) return user;
      throw new AppError('NOT_SIGNED_IN', 'the name or the password is wrong');
    },
  };
}

/** Windows puts its domain, or the machine's name, before the name. */
function withoutDomain(name: string): string {
  return name.slice(name.indexOf('\\') + 1);
}
