import type { ItemList, MediaItem } from '../../model.js';
import { digestOf, Digests } from './digests.js';
import { ITEMS_PER_PAGE, readItemPage, writeItemPage } from './item-page.js';
import type { CatalogStore } from '../store.js';
import { storedPages } from '../store/stored-pages.js';
import { ItemColumns, StoredItem, StoredItems } from './stored-item.js';
import { TextIndex } from './text-index.js';

/**
 * Every item that some listing holds, once, in memory and in pages of the store. An item goes by its number, which it
 * keeps for good, also while what is known of it changes.
 */
export class ItemTable {
  readonly #store: CatalogStore;
  readonly #prefix: string;
  readonly #columns = new ItemColumns();
  readonly #index = new TextIndex(this.#columns.ids);
  readonly #digests = new Digests();
  /** Pages to be written. */
  readonly #dirty = new Set<number>();
  /** The number that the next new item gets. */
  #next = 0;
  #changes = 0;
  #saving: Promise<void> = Promise.resolve();

  constructor(store: CatalogStore, namespace: string) {
    this.#store = store;
    this.#prefix = `${namespace}/items`;
  }

  get size(): number {
    return this.#index.size;
  }

  /** Every number is below it. Some belong to no item: those of a page that was damaged. */
  get end(): number {
    return this.#next;
  }

  /** Grows when what was known of an item changes; as long as it does not, a listing of the same numbers says the same. */
  get changes(): number {
    return this.#changes;
  }

  numberOf(id: string): number | undefined {
    return this.#index.find(id);
  }

  /** The number of an item that may have come from here; undefined for one that is not known here. */
  numberOfItem(item: MediaItem): number | undefined {
    const number = item instanceof StoredItem ? item.numberIn(this.#columns) : undefined;
    return number ?? this.#index.find(item.id);
  }

  /** Empty for a number that belongs to no item. */
  idOf(number: number): string {
    return this.#columns.ids.get(number);
  }

  /** The item as it is known whenever it is looked at. Throws RangeError for a number that `intern` never gave. */
  item(number: number): MediaItem {
    if (number >= this.#next) throw new RangeError('no such item');
    return new StoredItem(this.#columns, number);
  }

  /** 22 characters that tell the item and its version from all others, after a restart too. */
  digest(item: MediaItem): string {
    const number = item instanceof StoredItem ? item.numberIn(this.#columns) : undefined;
    return number === undefined ? digestOf(item) : this.#digests.get(number, item);
  }

  items(numbers: readonly number[] | Uint32Array): ItemList {
    return new StoredItems(this.#columns, numbers);
  }

  /** The item's number; what is known of it is brought up to date. */
  intern(item: MediaItem): number {
    const { id } = item;
    const known = this.#index.find(id);
    if (known !== undefined && isSame(this.item(known), item)) return known;
    const number = known ?? this.#next;
    this.#columns.set(number, item);
    if (known === undefined) {
      this.#columns.ids.set(number, id);
      this.#index.add(number, id);
      this.#next += 1;
    } else {
      this.#changes += 1;
      this.#digests.forget(number);
    }
    this.#dirty.add(Math.floor(number / ITEMS_PER_PAGE));
    return number;
  }

  /** Reads what is stored, page after page. The numbers of a page that is gone stay without an item: nothing moves up. */
  async load(): Promise<void> {
    const count = await this.#store.get(this.#prefix);
    if (typeof count !== 'number') return;
    let page = 0;
    for await (const stored of storedPages(this.#store, count, (number) => this.#pageKey(number))) {
      const first = page * ITEMS_PER_PAGE;
      const added = readItemPage(stored, first, this.#columns, this.#index);
      if (stored === undefined) this.#dirty.add(page);
      page += 1;
      this.#next = page < count ? first + ITEMS_PER_PAGE : first + added;
    }
  }

  /** Writes the pages that have changed, after what an earlier call still writes. */
  save(): Promise<void> {
    const saved = this.#saving.then(() => this.#saveDirty());
    this.#saving = saved.catch(() => undefined);
    return saved;
  }

  async #saveDirty(): Promise<void> {
    if (this.#dirty.size === 0) return;
    // One after another: they are made as they are written, and a large library has hundreds.
    for (const page of [...this.#dirty].sort((a, b) => a - b)) {
      this.#dirty.delete(page);
      try {
        const first = page * ITEMS_PER_PAGE;
        const end = Math.min(first + ITEMS_PER_PAGE, this.#next);
        await this.#store.put(this.#pageKey(page), writeItemPage(first, end, this.#columns));
      } catch (error) {
        this.#dirty.add(page);
        throw error;
      }
    }
    await this.#store.put(this.#prefix, Math.ceil(this.#next / ITEMS_PER_PAGE));
  }

  #pageKey(page: number): string {
    return `${this.#prefix}/${page}`;
  }
}

function isSame(a: MediaItem, b: MediaItem): boolean {
  return (
    a.filename === b.filename && a.createdAtMs === b.createdAtMs && a.mimeType === b.mimeType && a.version === b.version
  );
}
