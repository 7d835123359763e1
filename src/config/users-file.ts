import { stat } from 'node:fs/promises';
import { SYSTEM_CLOCK, type Clock } from '../clock.js';
import type { Log } from '../log.js';
import { readFileLayer } from './file-layer.js';
import { stillThere } from './kept-users.js';
import type { LoadedConfig } from './load.js';
import { systemErrorCode } from '../system-error.js';
import type { User } from './users.js';
import { checkUsers } from './written-users.js';

/** How long the users are believed before the file is looked at again. */
const LOOK_MS = 1_000;

/**
 * Gives the users as the configuration file has them now; it is looked at when they are asked for, once a second at most.
 *
 * A file that cannot be read, or holds no JSON, leaves the users as they were. Of any other those count who are right, and
 * of the rest nobody who could not sign in before; both is told in the log. Without any, the answer is an empty list:
 * whoever asked for a sign-in before must go on to ask, and let nobody in.
 */
export function watchUsers(
  loaded: LoadedConfig,
  log: Log,
  clock: Clock = SYSTEM_CLOCK,
): () => Promise<readonly User[]> {
  const file = new UsersFile(loaded, log);
  let askedAtMs = -Infinity;
  let asked: Promise<readonly User[]> | undefined;
  return () => {
    const elapsedMs = clock.now() - askedAtMs;
    // A clock that is set back must not keep a removed user in.
    if (!asked || elapsedMs >= LOOK_MS || elapsedMs < 0) {
      askedAtMs = clock.now();
      asked = file.users();
    }
    return asked;
  };
}

/** What something that is no regular file looks like, such as a pipe. */
const NO_FILE = 'no regular file';
const UNTAKEN = 'the configuration file was changed and cannot be taken: the users stay as they were';
const TAKEN_IN_PART = 'the configuration file was changed and not all of its users are right: the others count now';

class UsersFile {
  readonly #path: string;
  readonly #mounts: readonly string[];
  readonly #seeAll: boolean;
  readonly #log: Log;
  #users: readonly User[];
  /** What the file looked like when it was last read; undefined before that. */
  #seen: string | undefined;
  #reading: Promise<unknown> = Promise.resolve();

  constructor({ values, file, isDemoAsked }: LoadedConfig, log: Log) {
    this.#path = file;
    this.#mounts = values.mounts.map(({ path }) => path);
    this.#seeAll = isDemoAsked;
    this.#users = values.users;
    this.#log = log;
  }

  /** The users now; one look follows another, so that an older one never overrules a newer. */
  users(): Promise<readonly User[]> {
    this.#reading = this.#reading
      .then(() => this.#look())
      .catch((err: unknown) => {
        // What was seen is not looked at again, so this is told once.
        this.#log.error({ err }, 'the users could not be read: they stay as they were');
      });
    return this.#reading.then(() => this.#users);
  }

  async #look(): Promise<void> {
    // Before the reading: an edit in between is then seen the next time.
    const looks = await appearance(this.#path);
    if (looks === this.#seen) return;
    const isFirst = this.#seen === undefined;
    this.#seen = looks;
    const isNeeded = !isFirst || this.#users.length > 0;
    if (looks === NO_FILE) {
      // What was piped in is gone, and waiting for more would hold up every sign-in.
      if (isNeeded)
        this.#log.warn('the configuration is no regular file: as long as it is none, the users stay as they are');
      return;
    }
    const file = await readFileLayer(this.#path, isNeeded);
    // What is wrong elsewhere in the file stops the next start, and must not keep a removed user in.
    const { users, doubtful, faults } = checkUsers(file, this.#mounts, this.#seeAll);
    const fault = faults.map(({ message }) => message).join('; ');
    if (!file.holdsJson) {
      if (isNeeded || fault !== '') this.#log.warn({ fault: fault || 'it is empty' }, UNTAKEN);
      return;
    }
    this.#users = fault === '' ? users : [...users, ...stillThere(this.#users, doubtful)];
    const count = { users: this.#users.length };
    if (fault !== '') this.#log.warn({ fault, ...count }, TAKEN_IN_PART);
    else if (!isFirst) this.#log.info(count, 'the configuration file was changed: its users count now');
  }
}

/** What changes when a file does; a file that is not there, or cannot be looked at, looks like the reason. */
async function appearance(path: string): Promise<string> {
  try {
    const stats = await stat(path, { bigint: true });
    const { mtimeNs, ctimeNs, size, ino } = stats;
    return stats.isFile() ? [mtimeNs, ctimeNs, size, ino].join(':') : NO_FILE;
  } catch (error) {
    return systemErrorCode(error);
  }
}
