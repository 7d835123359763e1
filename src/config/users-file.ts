import { stat } from 'node:fs/promises';
import { SYSTEM_CLOCK, type Clock } from '../clock.js';
import type { Log } from '../log.js';
import { readFileLayer } from './file-layer.js';
import type { LoadedConfig } from './load.js';
import { systemErrorCode } from './system-error.js';
import type { User } from './users.js';
import { checkUsers } from './written-users.js';

/** How long the users are believed before the file is looked at again. */
const LOOK_MS = 1_000;

/**
 * Gives the users as the configuration file has them now; it is looked at when they are asked for, once a second at most.
 *
 * An edit that cannot be taken is told in the log, and the users before it go on. Without any, the answer is an empty
 * list: whoever asked for a sign-in before must go on to ask, and let nobody in.
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
    const looked = this.#reading.then(() => this.#look());
    this.#reading = looked;
    return looked;
  }

  async #look(): Promise<readonly User[]> {
    // Before the reading: an edit in between is then seen the next time.
    const looks = await appearance(this.#path);
    if (looks === this.#seen) return this.#users;
    const isFirst = this.#seen === undefined;
    this.#seen = looks;
    const isNeeded = !isFirst || this.#users.length > 0;
    // What is wrong elsewhere in the file stops the next start, and must not keep a removed user in.
    const { users, faults } = checkUsers(await readFileLayer(this.#path, isNeeded), this.#mounts, this.#seeAll);
    if (faults.length > 0) {
      const fault = faults.map(({ message }) => message).join('; ');
      this.#log.warn({ fault }, 'the configuration file was changed and cannot be taken: the users stay as they were');
    } else {
      if (!isFirst) this.#log.info({ users: users.length }, 'the configuration file was changed: its users count now');
      this.#users = users;
    }
    return this.#users;
  }
}

/** What changes when a file does; a file that is not there, or cannot be looked at, looks like the reason. */
async function appearance(path: string): Promise<string> {
  try {
    const { mtimeNs, ctimeNs, size, ino } = await stat(path, { bigint: true });
    return [mtimeNs, ctimeNs, size, ino].join(':');
  } catch (error) {
    return systemErrorCode(error);
  }
}
