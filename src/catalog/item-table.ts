import type { MediaItem } from '../model.js';
import type { CatalogStore, JsonValue } from './store.js';

const ITEMS_PER_PAGE = 1_000;

/** An item as it is stored: id, filename, MIME type, capture time in milliseconds, version. */
type StoredItem = readonly [string, string, string, number, string?];

/**
 * Every item that some listing holds, once, in memory and in pages of the store. An item goes by its number, which it
 * keeps for good, also while what is known of it changes.
 */
export class ItemTable {
  readonly #store: CatalogStore;
  readonly #prefix: string;
  readonly #numbers = new Map<string, number>();
  readonly #items: MediaItem[] = [];
  /** Pages to be written. */
  readonly #dirty = new Set<number>();
  #changes = 0;
  #saving: Promise<void> = Promise.resolve();

  constructor(store: CatalogStore, namespace: string) {
    this.#store = store;
    this.#prefix = `${namespace}/items`;
  }

  get size(): number {
    return this.#items.length;
  }

  /** Grows when what was known of an item changes; as long as it does not, a listing of the same numbers says the same. */
  get changes(): number {
    return this.#changes;
  }

  numberOf(id: string): number | undefined {
    return this.#numbers.get(id);
  }

  /** Throws RangeError for a number that `intern` never gave. */
  item(number: number): MediaItem {
    const item = this.#items[number];
    if (!item) throw new RangeError('no such item');
    return item;
  }

  /** The item's number; what is known of it is brought up to date. */
  intern(item: MediaItem): number {
    const known = this.#numbers.get(item.id);
    if (known !== undefined && isSame(this.item(known), item)) return known;
    if (known !== undefined) this.#changes++;
    const number = known ?? this.#items.length;
    this.#items[number] = item;
    this.#numbers.set(item.id, number);
    this.#dirty.add(Math.floor(number / ITEMS_PER_PAGE));
    return number;
  }

  async load(): Promise<void> {
    const count = await this.#store.get(this.#prefix);
    if (typeof count !== 'number') return;
    const pages = await Promise.all(
      Array.from({ length: count }, (_, page) => this.#store.get(`${this.#prefix}/${page}`)),
    );
    // What comes after a page that is gone moves up.
    if (pages.includes(undefined)) for (const page of pages.keys()) this.#dirty.add(page);
    for (const stored of pages.flatMap((page) => (page ?? []) as unknown as StoredItem[])) {
      const [id, filename, mimeType, createdAtMs, version] = stored;
      this.#numbers.set(id, this.#items.length);
      this.#items.push({ id, filename, mimeType, createdAtMs, ...(version === undefined ? {} : { version }) });
    }
  }

  /** Writes the pages that have changed, after what an earlier call still writes. */
  save(): Promise<void> {
    const saved = this.#saving.then(() => this.#saveDirty());
    this.#saving = saved.catch(() => undefined);
    return saved;
  }

  async #saveDirty(): Promise<void> {
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    try {
      await Promise.all(dirty.map((page) => this.#store.put(`${this.#prefix}/${page}`, this.#storedPage(page))));
      const pages = Math.ceil(this.#items.length / ITEMS_PER_PAGE);
      if (dirty.length > 0) await this.#store.put(this.#prefix, pages);
    } catch (error) {
      for (const page of dirty) this.#dirty.add(page);
      throw error;
    }
  }

  #storedPage(page: number): JsonValue {
    const items = this.#items.slice(page * ITEMS_PER_PAGE, (page + 1) * ITEMS_PER_PAGE);
    return items.map(({ id, filename, mimeType, createdAtMs, version }): StoredItem => {
      return [id, filename, mimeType, createdAtMs, ...(version === undefined ? ([] as const) : ([version] as const))];
    }) as unknown as JsonValue;
  }
}

function isSame(a: MediaItem, b: MediaItem): boolean {
  return (
    a.filename === b.filename && a.createdAtMs === b.createdAtMs && a.mimeType === b.mimeType && a.version === b.version
  );
}
