import { hash } from 'node:crypto';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import type { MediaItem } from '../model.js';
import { ITEMS_PER_PAGE } from './items/item-page.js';
import type { ItemTable } from './items/item-table.js';
import { NumberColumn } from './items/number-column.js';
import type { CatalogStore, JsonValue } from './store.js';
import { storedPages } from './store/stored-pages.js';

const SAVE_EVERY_MS = 3_000;
/** What the bytes are: as uploaded. Each variant of an item has a size of its own. */
const VARIANT = 'original';

/** Sizes as they are stored, null for one that is not known, and a digest of the ids whose they are. */
interface SizePage {
  readonly ids: string;
  readonly sizes: readonly (number | null)[];
}

const NO_SIZES: SizePage = { ids: '', sizes: [] };

/**
 * Sizes in bytes of the items of a table, learned from the bytes' own answers.
 *
 * Kept in pages beside those of the table, so that learning one size rewrites a small part of the store; saved every few
 * seconds. A page whose items are no longer those it was written for is dropped.
 */
export class Sizes {
  readonly #table: ItemTable;
  readonly #store: CatalogStore;
  readonly #prefix: string;
  readonly #clock: Clock;
  readonly #log: Log;
  /** By the item's number; NaN while it is not known. */
  readonly #sizes = NumberColumn.ofDoubles();
  readonly #dirty = new Set<number>();
  readonly #closing = new AbortController();
  #saving: Promise<void> | undefined;

  constructor(table: ItemTable, store: CatalogStore, namespace: string, clock: Clock, log: Log) {
    this.#table = table;
    this.#store = store;
    this.#prefix = `${namespace}/sizes/${VARIANT}`;
    this.#clock = clock;
    this.#log = log;
  }

  /** Reads what is stored, once the table is loaded and before it grows. */
  async load(): Promise<void> {
    let first = 0;
    const pages = Math.ceil(this.#table.end / ITEMS_PER_PAGE);
    for await (const stored of storedPages(this.#store, pages, (page) => this.#pageKey(page))) {
      const { ids, sizes } = (stored ?? NO_SIZES) as JsonValue & SizePage;
      const isTheirs = sizes.length > 0 && ids === this.#digestOf(first, sizes.length);
      for (const [place, size] of isTheirs ? sizes.entries() : []) {
        // What was learned meanwhile is newer.
        if (size !== null && Number.isNaN(this.#sizes.get(first + place))) this.#sizes.set(first + place, size);
      }
      first += ITEMS_PER_PAGE;
    }
  }

  /** Undefined while it is not known. */
  get(item: MediaItem): number | undefined {
    const number = this.#table.numberOfItem(item);
    const size = number === undefined ? NaN : this.#sizes.get(number);
    return Number.isNaN(size) ? undefined : size;
  }

  /** The size of an item that the table does not know is not kept. */
  set(item: MediaItem, sizeBytes: number): void {
    const number = this.#table.numberOfItem(item);
    if (number === undefined) return;
    const known = this.#sizes.get(number);
    if (known === sizeBytes) return;
    this.#sizes.set(number, sizeBytes);
    this.#dirty.add(Math.floor(number / ITEMS_PER_PAGE));
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
    if (dirty.length === 0) return;
    this.#dirty.clear();
    try {
      // A size is of no use to a later run that does not find its item.
      await this.#table.save();
      await Promise.all(dirty.map((page) => this.#savePage(page)));
    } catch (error) {
      for (const page of dirty) this.#dirty.add(page);
      this.#log.warn({ err: error }, 'catalog: learned sizes could not be stored; they are kept in memory');
    }
  }

  async #savePage(page: number): Promise<void> {
    const first = page * ITEMS_PER_PAGE;
    const count = Math.min(ITEMS_PER_PAGE, this.#table.end - first);
    const sizes = Array.from({ length: count }, (_, place) => {
      const size = this.#sizes.get(first + place);
      return Number.isNaN(size) ? null : size;
    });
    const stored: SizePage = { ids: this.#digestOf(first, count), sizes };
    await this.#store.put(this.#pageKey(page), { ...stored });
  }

  /** Of the ids of `count` items from number `first` on, in order. */
  #digestOf(first: number, count: number): string {
    const ids = Array.from({ length: count }, (_, place) => this.#table.idOf(first + place));
    return hash('sha256', ids.join('\n'), 'base64url');
  }

  #pageKey(page: number): string {
    return `${this.#prefix}/${page}`;
  }
}
