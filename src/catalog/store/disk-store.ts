import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import cacache from 'cacache';
import type { Log } from '../../log.js';
import type { CatalogStore, JsonValue } from '../store.js';

/** Raised whenever the shape of a stored value changes: a folder of another number is never read, and removed. */
const SCHEMA = 3;

/** Each write of a key adds a line to its index, which is read from the start; so it is shortened now and then. */
const WRITES_PER_COMPACTION = 64;

const DAMAGED: unique symbol = Symbol('damaged');

/** Where the values of this version lie, below the store's folder. */
export function currentStore(folder: string): string {
  return join(folder, `v${SCHEMA}`);
}

/** Values in a folder, each with a checksum and written whole or not at all (cacache). */
export class DiskStore implements CatalogStore {
  readonly #folder: string;
  readonly #log: Log;
  readonly #writes = new Map<string, number>();
  /** Writes take their turn: `add` reads before it writes, and what a value replaces is removed after it. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(folder: string, log: Log) {
    this.#folder = folder;
    this.#log = log;
  }

  /** Opens the store below `folder`, which is made if need be. Rejects with what the system says if it cannot be written. */
  static async open(folder: string, log: Log): Promise<DiskStore> {
    const current = currentStore(folder);
    await mkdir(current, { recursive: true, mode: 0o700 });
    for (const name of await readdir(folder)) {
      if (!/^v\d+$/.test(name) || join(folder, name) === current) continue;
      log.info({ store: name }, 'catalog: removed a store of another version; it will be fetched again');
      await rm(join(folder, name), { recursive: true, force: true });
    }
    return new DiskStore(current, log);
  }

  /** The store below `folder` as it is, for who only looks: nothing is made and nothing removed. Undefined if there is none. */
  static async existing(folder: string, log: Log): Promise<DiskStore | undefined> {
    const current = currentStore(folder);
    const isThere = await stat(current).then(
      () => true,
      () => false,
    );
    return isThere ? new DiskStore(current, log) : undefined;
  }

  async get(key: string): Promise<JsonValue | undefined> {
    const read = await this.#read(key).catch((): typeof DAMAGED => DAMAGED);
    // It may have been replaced just now: what is left of it after the writes that wait is the truth.
    return read === DAMAGED ? this.#inTurn(() => this.#readOrDrop(key)) : read;
  }

  put(key: string, value: JsonValue): Promise<void> {
    return this.#inTurn(() => this.#write(key, value));
  }

  delete(key: string): Promise<void> {
    return this.#inTurn(() => this.#remove(key));
  }

  /** Atomic among the callers in this process. */
  add(key: string, amount: number): Promise<number> {
    return this.#inTurn(async () => {
      const before = await this.#read(key);
      const sum = (typeof before === 'number' ? before : 0) + amount;
      if (amount !== 0) await this.#write(key, sum);
      return sum;
    });
  }

  async close(): Promise<void> {
    await this.#turn;
  }

  /** Rejects when the system cannot read now, which says nothing about the value. */
  async #read(key: string): Promise<JsonValue | undefined | typeof DAMAGED> {
    try {
      const { data } = await cacache.get(this.#folder, key);
      const stored = JSON.parse(data.toString('utf8')) as JsonValue;
      return Array.isArray(stored) && stored[0] === key ? (stored[1] as JsonValue) : DAMAGED;
    } catch (error) {
      if (error instanceof SyntaxError || hasCode(error, 'EINTEGRITY', 'EBADSIZE')) return DAMAGED;
      if (!hasCode(error, 'ENOENT')) throw error;
      // The contents may be gone while the index still names them.
      return (await this.#entry(key)) ? DAMAGED : undefined;
    }
  }

  async #readOrDrop(key: string): Promise<JsonValue | undefined> {
    try {
      const read = await this.#read(key);
      if (read !== DAMAGED) return read;
      this.#log.warn({ key }, 'catalog: a stored page is damaged and dropped; it will be fetched again');
      await this.#remove(key);
    } catch (error) {
      this.#log.warn({ err: error, key }, 'catalog: a stored page cannot be read now');
    }
    return undefined;
  }

  async #write(key: string, value: JsonValue): Promise<void> {
    const before = await this.#entry(key);
    // With its key, no value shares its contents with another, and what it replaces can go.
    await cacache.put(this.#folder, key, JSON.stringify([key, value]));
    const after = await this.#entry(key);
    if (before && before.integrity !== after?.integrity) await cacache.rm.content(this.#folder, before.integrity);
    const writes = (this.#writes.get(key) ?? 0) + 1;
    this.#writes.set(key, writes % WRITES_PER_COMPACTION);
    if (writes === WRITES_PER_COMPACTION) await cacache.index.compact(this.#folder, key, (a, b) => a.key === b.key);
  }

  async #remove(key: string): Promise<void> {
    const entry = await this.#entry(key);
    this.#writes.delete(key);
    await cacache.rm.entry(this.#folder, key);
    if (entry) await cacache.rm.content(this.#folder, entry.integrity);
  }

  /** Null for an unknown key, which cacache's types leave out. */
  #entry(key: string): Promise<{ readonly integrity: string } | null> {
    return cacache.get.info(this.#folder, key);
  }

  #inTurn<T>(write: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(write);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
