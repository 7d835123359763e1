import type { IncomingMessage } from 'node:http';
import type { Log } from '../log.js';
import type { SignIn, User } from './sign-in.js';

/** What stands before every request but OPTIONS. */
export interface Door {
  /** Who enters; undefined where nobody is asked. Throws the `AppError` to answer with. */
  check(request: IncomingMessage): Promise<User | undefined>;
}

/** A door that stands open until there is a user, and asks from then on, also once there is none again. */
export function openUntilUsers(users: () => Promise<readonly User[]>, signIn: SignIn, log: Log): Door {
  let isOpen = true;
  return {
    async check(request) {
      if (isOpen && (await users()).length === 0) return undefined;
      if (isOpen) log.warn('there are users now: from here on, everybody is asked for a password');
      isOpen = false;
      return signIn.check(request);
    },
  };
}
