import type { CatalogStore, JsonValue } from '../store.js';

/** Forgets everything when the process ends. */
export class MemoryStore implements CatalogStore {
  readonly #values = new Map<string, JsonValue>();

  get(key: string): Promise<JsonValue | undefined> {
    return Promise.resolve(this.#values.get(key));
  }

  put(key: string, value: JsonValue): Promise<void> {
    this.#values.set(key, value);
    return Promise.resolve();
  }

  delete(key: string): Promise<void> {
    this.#values.delete(key);
    return Promise.resolve();
  }

  add(key: string, amount: number): Promise<number> {
    const before = this.#values.get(key);
    const sum = (typeof before === 'number' ? before : 0) + amount;
    this.#values.set(key, sum);
    return Promise.resolve(sum);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
