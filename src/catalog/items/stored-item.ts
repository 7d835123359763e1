import type { ItemList, MediaItem } from '../../model.js';
import { NumberColumn } from './number-column.js';
import { TextColumn } from './text-column.js';

/** What is known of items, by number. */
export class ItemColumns {
  readonly ids = new TextColumn();
  readonly filenames = new TextColumn();
  readonly createdAtMs = NumberColumn.ofDoubles();
  /** By item; few have one. */
  readonly versions = new Map<number, string>();
  readonly #mimeTypes = NumberColumn.ofIntegers();
  readonly #mimeTypeNames: string[] = [];
  readonly #mimeTypeNumbers = new Map<string, number>();

  mimeType(number: number): string {
    return this.#mimeTypeNames[this.#mimeTypes.get(number)] ?? '';
  }

  /** Takes all but the id. */
  set(number: number, { filename, mimeType, createdAtMs, version }: MediaItem): void {
    this.filenames.set(number, filename);
    this.setMimeType(number, mimeType);
    this.createdAtMs.set(number, createdAtMs);
    if (version === undefined) this.versions.delete(number);
    else this.versions.set(number, version);
  }

  setMimeType(number: number, mimeType: string): void {
    let known = this.#mimeTypeNumbers.get(mimeType);
    if (known === undefined) {
      known = this.#mimeTypeNames.push(mimeType) - 1;
      this.#mimeTypeNumbers.set(mimeType, known);
    }
    this.#mimeTypes.set(number, known);
  }
}

/** An item in columns: made as it is asked for, and never kept for long. */
export class StoredItem implements MediaItem {
  constructor(
    private readonly columns: ItemColumns,
    private readonly number: number,
  ) {}

  /** Its number, if that is where it comes from. */
  numberIn(columns: ItemColumns): number | undefined {
    return this.columns === columns ? this.number : undefined;
  }

  get id(): string {
    return this.columns.ids.get(this.number);
  }

  get filename(): string {
    return this.columns.filenames.get(this.number);
  }

  get mimeType(): string {
    return this.columns.mimeType(this.number);
  }

  get createdAtMs(): number {
    return this.columns.createdAtMs.get(this.number);
  }

  get version(): string | undefined {
    return this.columns.versions.get(this.number);
  }
}

/** Items by their numbers. */
export class StoredItems implements ItemList {
  constructor(
    private readonly columns: ItemColumns,
    private readonly numbers: readonly number[] | Uint32Array,
  ) {}

  get length(): number {
    return this.numbers.length;
  }

  at(index: number): MediaItem | undefined {
    const number = this.numbers[index];
    return number === undefined ? undefined : new StoredItem(this.columns, number);
  }

  *[Symbol.iterator](): Iterator<MediaItem> {
    for (const number of this.numbers) yield new StoredItem(this.columns, number);
  }
}
