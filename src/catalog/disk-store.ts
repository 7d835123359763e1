import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import cacache from 'cacache';
import type { Log } from '../log.js';
import type { CatalogStore, JsonValue } from './store.js';

/** Raised whenever the shape of a stored value changes: a folder of another number is never read, and removed. */
const SCHEMA = 1;

/** cacache keeps what was overwritten until it is verified. */
const PUTS_PER_VERIFY = 5_000;

const DAMAGED = Symbol('damaged');

/** Values in a folder, each with a checksum and written whole or not at all (cacache). */
export class DiskStore implements CatalogStore {
  readonly #folder: string;
  readonly #log: Log;
  #puts = 0;
  /** Writes take their turn: a verify would take what is half written for rubbish, and `add` reads before it writes. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(folder: string, log: Log) {
    this.#folder = folder;
    this.#log = log;
  }

  /** Opens the store below `folder`, which is made if need be. Rejects with what the system says if it cannot be written. */
  static async open(folder: string, log: Log): Promise<DiskStore> {
    const current = `v${SCHEMA}`;
    await mkdir(join(folder, current), { recursive: true, mode: 0o700 });
    for (const name of await readdir(folder)) {
      if (!/^v\d+$/.test(name) || name === current) continue;
      log.info({ store: name }, 'catalog: removed a store of another version; it will be fetched again');
      await rm(join(folder, name), { recursive: true, force: true });
    }
    return new DiskStore(join(folder, current), log);
  }

  async get(key: string): Promise<JsonValue | undefined> {
    const read = await this.#read(key);
    if (read !== DAMAGED) return read;
    this.#log.warn({ key }, 'catalog: a stored page is damaged and dropped; it will be fetched again');
    await this.delete(key).catch(() => undefined);
    return undefined;
  }

  put(key: string, value: JsonValue): Promise<void> {
    return this.#inTurn(async () => {
      await cacache.put(this.#folder, key, JSON.stringify(value));
      if (++this.#puts % PUTS_PER_VERIFY === 0) await cacache.verify(this.#folder);
    });
  }

  delete(key: string): Promise<void> {
    return this.#inTurn(async () => {
      await cacache.rm.entry(this.#folder, key);
    });
  }

  /** Atomic among the callers in this process. */
  add(key: string, amount: number): Promise<number> {
    return this.#inTurn(async () => {
      const before = await this.#read(key);
      const sum = (typeof before === 'number' ? before : 0) + amount;
      if (amount !== 0) await cacache.put(this.#folder, key, JSON.stringify(sum));
      return sum;
    });
  }

  async close(): Promise<void> {
    await this.#turn;
  }

  async #read(key: string): Promise<JsonValue | undefined | typeof DAMAGED> {
    try {
      const { data } = await cacache.get(this.#folder, key);
      return JSON.parse(data.toString('utf8')) as JsonValue;
    } catch (error) {
      if (!isMissing(error)) return DAMAGED;
      // The contents may be gone while the index still names them.
      const entry: unknown = await cacache.get.info(this.#folder, key).catch(() => DAMAGED);
      return entry === null ? undefined : DAMAGED;
    }
  }

  #inTurn<T>(write: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(write);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
