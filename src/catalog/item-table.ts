import type { MediaItem } from '../model.js';
import type { CatalogStore, JsonValue } from './store.js';

const ITEMS_PER_PAGE = 1_000;

/** An item as it is stored: id, filename, MIME type, capture time in milliseconds, version. */
type StoredItem = readonly [string, string, string, number, string?];

interface Entry {
  readonly item: MediaItem;
  readonly page: number;
}

/**
 * Every item that some listing holds, once, in memory and in pages of the store.
 *
 * A page keeps its items for good, so that a new item rewrites one page and not the table.
 */
export class ItemTable {
  readonly #store: CatalogStore;
  readonly #prefix: string;
  readonly #entries = new Map<string, Entry>();
  /** Ids by page; a page is written when it is dirty. */
  readonly #pages: Set<string>[] = [];
  readonly #dirty = new Set<number>();
  #saving: Promise<void> = Promise.resolve();

  constructor(store: CatalogStore, namespace: string) {
    this.#store = store;
    this.#prefix = `${namespace}/items`;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(id: string): MediaItem | undefined {
    return this.#entries.get(id)?.item;
  }

  /** The one object that stands for this item: the known one if nothing about it has changed. */
  intern(item: MediaItem): MediaItem {
    const known = this.#entries.get(item.id);
    if (known && isSame(known.item, item)) return known.item;
    const page = known?.page ?? this.#openPage();
    this.#entries.set(item.id, { item, page });
    this.#pages[page]?.add(item.id);
    this.#dirty.add(page);
    return item;
  }

  async load(): Promise<void> {
    const count = await this.#store.get(this.#prefix);
    if (typeof count !== 'number') return;
    const pages = await Promise.all(
      Array.from({ length: count }, (_, page) => this.#store.get(`${this.#prefix}/${page}`)),
    );
    for (const [page, stored] of pages.entries()) {
      const ids = new Set<string>();
      this.#pages[page] = ids;
      for (const [id, filename, mimeType, createdAtMs, version] of (stored ?? []) as unknown as StoredItem[]) {
        const item = { id, filename, mimeType, createdAtMs, ...(version === undefined ? {} : { version }) };
        this.#entries.set(id, { item, page });
        ids.add(id);
      }
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
      if (dirty.length > 0) await this.#store.put(this.#prefix, this.#pages.length);
    } catch (error) {
      for (const page of dirty) this.#dirty.add(page);
      throw error;
    }
  }

  #storedPage(page: number): JsonValue {
    return [...(this.#pages[page] ?? [])].flatMap((id) => {
      const item = this.get(id);
      if (!item) return [];
      const stored: StoredItem = [item.id, item.filename, item.mimeType, item.createdAtMs];
      return [item.version === undefined ? stored : [...stored, item.version]];
    }) as JsonValue;
  }

  #openPage(): number {
    const last = this.#pages.length - 1;
    if ((this.#pages[last]?.size ?? ITEMS_PER_PAGE) < ITEMS_PER_PAGE) return last;
    return this.#pages.push(new Set()) - 1;
  }
}

function isSame(a: MediaItem, b: MediaItem): boolean {
  return (
    a.filename === b.filename && a.createdAtMs === b.createdAtMs && a.mimeType === b.mimeType && a.version === b.version
  );
}
