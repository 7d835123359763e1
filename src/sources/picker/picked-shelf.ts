import { digest } from '../../google/digest.js';
import type { Album, MediaItem } from '../../model.js';
import type { Pick } from './picks.js';

interface Held {
  readonly item: MediaItem;
  /** Those that hold it, the one that ends last first. */
  readonly picks: readonly Pick[];
}

/** What all the picks of an account come to: folders and items, each once, however many picks brought them. */
export class PickedShelf {
  readonly picks: readonly Pick[];
  /** A folder for each name that picks were given. */
  readonly albums: readonly Album[];
  /** By capture time, newest first. */
  readonly all: readonly MediaItem[];
  readonly #held: ReadonlyMap<string, Held>;
  readonly #byAlbum: ReadonlyMap<string, readonly MediaItem[]>;

  /** `edition` is that of the files; `shown` makes of an item what is served of it. */
  constructor(
    readonly edition: string,
    picks: readonly Pick[],
    shown: (item: MediaItem) => MediaItem,
  ) {
    this.picks = picks;
    this.#held = heldBy(picks, shown);
    this.all = Array.from(this.#held.values(), ({ item }) => item).toSorted(newestFirst);
    const folders = [...new Set(picks.map(({ folder }) => folder))];
    const itemsIn = (folder: string): readonly MediaItem[] => {
      const ids = new Set(picks.filter((pick) => pick.folder === folder).flatMap(({ items }) => items.map(idOf)));
      return this.all.filter(({ id }) => ids.has(id));
    };
    this.#byAlbum = new Map(folders.map((folder) => [digest(folder), itemsIn(folder)]));
    this.albums = folders.map((folder) => {
      const id = digest(folder);
      return { id, title: folder, itemCount: this.#byAlbum.get(id)?.length ?? 0 };
    });
  }

  itemsOf(albumId: string): readonly MediaItem[] | undefined {
    return this.#byAlbum.get(albumId);
  }

  item(id: string): MediaItem | undefined {
    return this.#held.get(id)?.item;
  }

  /** The picks that hold the item, the one that ends last first; none for an item that nobody picked. */
  picksOf(id: string): readonly Pick[] {
    return this.#held.get(id)?.picks ?? [];
  }
}

function heldBy(picks: readonly Pick[], shown: (item: MediaItem) => MediaItem): ReadonlyMap<string, Held> {
  const held = new Map<string, Held>();
  for (const pick of picks.toSorted((a, b) => b.endsAtMs - a.endsAtMs)) {
    for (const { isProcessing, ...item } of pick.items) {
      if (isProcessing) continue;
      const known = held.get(item.id);
      held.set(item.id, known ? { ...known, picks: [...known.picks, pick] } : { item: shown(item), picks: [pick] });
    }
  }
  return held;
}

function newestFirst(a: MediaItem, b: MediaItem): number {
  return b.createdAtMs - a.createdAtMs || (a.id < b.id ? -1 : 1);
}

function idOf({ id }: { readonly id: string }): string {
  return id;
}
