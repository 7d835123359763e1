/** How a layout makes names of filenames and titles: the same ones for the same members, in whatever order. */
export interface Naming {
  /** What a member is called as long as no other is called so; `id` is for one whose title is empty. NFC. */
  segment(title: string, id: string): string;
  /** Names with one key are one name, and cannot stand side by side. */
  key(name: string): string;
  /** Another name for a member whose own is taken. `attempt` counts from 0; each gives a name of its own. */
  tagged(name: string, id: string, attempt: number): string;
}

export interface AlbumNaming extends Naming {
  /** The folders that a title makes, from the outermost to the album's own; none for an empty title. */
  path(title: string): readonly string[];
  /** Whether an album without items, which is not shown, keeps others from its name. */
  readonly countsEmpty: boolean;
}

/** The naming of a layout. */
export interface LayoutNaming {
  readonly albums: AlbumNaming;
  readonly items: Naming;
}

/** For a collection where every name is to be had. */
export const NO_NAMES: ReadonlySet<string> = new Set();

/** Whether the same names are taken in both. */
export function areSameNames(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a === b || (a.size === b.size && [...a].every((name) => b.has(name)));
}
