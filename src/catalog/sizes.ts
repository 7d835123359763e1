import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import type { CatalogStore, JsonValue } from './store.js';

const BUCKETS = 64;
const SAVE_EVERY_MS = 3_000;
/** What the bytes are: as uploaded. Each variant of an item has a size of its own. */
const VARIANT = 'original';

/**
 * Sizes in bytes by item id, learned from the bytes' own answers.
 *
 * Kept in buckets, so that learning one size rewrites a small part of the store; saved every few seconds.
 */
export class Sizes {
  readonly #store: CatalogStore;
  readonly #prefix: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #buckets: Map<string, number>[] = Array.from({ length: BUCKETS }, () => new Map<string, number>());
  readonly #dirty = new Set<number>();
  readonly #closing = new AbortController();
  #saving: Promise<void> | undefined;
  #changes = 0;

  constructor(store: CatalogStore, namespace: string, clock: Clock, log: Log) {
    this.#store = store;
    this.#prefix = `${namespace}/sizes/${VARIANT}`;
    this.#clock = clock;
    this.#log = log;
  }

  async load(): Promise<void> {
    await Promise.all(
      this.#buckets.map(async (sizes, bucket) => {
        const stored = ((await this.#store.get(`${this.#prefix}/${bucket}`)) ?? {}) as Record<string, number>;
        for (const [id, size] of Object.entries(stored)) if (!sizes.has(id)) sizes.set(id, size);
      }),
    );
  }

  /** Grows when a size that was known changes; as long as it does not, what `get` gave holds. */
  get changes(): number {
    return this.#changes;
  }

  get(id: string): number | undefined {
    return this.#buckets[bucketOf(id)]?.get(id);
  }

  set(id: string, sizeBytes: number): void {
    const bucket = bucketOf(id);
    const sizes = this.#buckets[bucket];
    const known = sizes?.get(id);
    if (known === sizeBytes) return;
    if (known !== undefined) this.#changes++;
    sizes?.set(id, sizeBytes);
    this.#dirty.add(bucket);
    this.#saving ??= this.#saveSoon();
  }

  /** Writes what has been learned since. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#saving;
    await this.#save();
  }

  async #saveSoon(): Promise<void> {
    await this.#clock.sleep(SAVE_EVERY_MS, this.#closing.signal).catch(() => undefined);
    this.#saving = undefined;
    await this.#save();
  }

  async #save(): Promise<void> {
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    try {
      await Promise.all(dirty.map((bucket) => this.#store.put(`${this.#prefix}/${bucket}`, this.#stored(bucket))));
    } catch (error) {
      for (const bucket of dirty) this.#dirty.add(bucket);
      this.#log.warn({ err: error }, 'catalog: learned sizes could not be stored; they are kept in memory');
    }
  }

  #stored(bucket: number): JsonValue {
    return Object.fromEntries(this.#buckets[bucket] ?? []);
  }
}

/** By the end of the id, which is random; a lookup costs no more than that. */
function bucketOf(id: string): number {
  return (id.charCodeAt(id.length - 1) + 31 * id.charCodeAt(id.length - 2)) % BUCKETS || 0;
}
