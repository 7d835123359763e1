/** What survives a restart as it was written: JSON. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue | undefined };

/**
 * Where the catalog waits between runs: named JSON values, each whole or absent.
 *
 * A value that cannot be read (damaged, of another schema) is an absent value and a line in the log, never an error.
 * Writes may fail (disk full); they reject with what the system said and leave the old value or none.
 */
export interface CatalogStore {
  get(key: string): Promise<JsonValue | undefined>;
  put(key: string, value: JsonValue): Promise<void>;
  delete(key: string): Promise<void>;
  /** Adds `amount` to a counter, atomically, and resolves with the new value; an unknown counter starts at 0. */
  add(key: string, amount: number): Promise<number>;
  /** Resolves when nothing is being written any more. */
  close(): Promise<void>;
}
