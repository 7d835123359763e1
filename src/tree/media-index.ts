import type { ItemList, MediaItem } from '../model.js';
import type { MediaSource } from '../sources/source.js';
import { uniqueNames } from './names.js';
import type { Naming } from './naming.js';
import type { MediaResource } from './resource.js';

/** The members that a collection makes of a listing, and where each name leads. */
export interface MediaIndex {
  readonly members: readonly MediaResource[];
  readonly byName: ReadonlyMap<string, MediaResource>;
  readonly newestAt: Date | undefined;
}

const NO_NAMES: ReadonlySet<string> = new Set();

/** Indexes made so far; one dies with the listing it was made of. */
const INDEXES = new WeakMap<
  ItemList,
  { readonly naming: Naming; readonly taken: ReadonlySet<string>; readonly index: MediaIndex }
>();

/**
 * The index of a listing, made once per version of it.
 *
 * `taken` holds the keys of names that other members of the collection have.
 */
export function mediaIndex(
  items: ItemList,
  source: MediaSource,
  naming: Naming,
  taken: ReadonlySet<string> = NO_NAMES,
): MediaIndex {
  const made = INDEXES.get(items);
  if (made?.naming === naming && made.taken === taken) return made.index;
  const names = uniqueNames([...items], ({ filename }) => filename, naming, taken);
  const members = Array.from(items, (item, i): MediaResource => {
    return { kind: 'media', name: names[i] ?? '', modifiedAt: modifiedAt(item), item, source };
  });
  const index = {
    members,
    byName: new Map(members.map((member) => [member.name, member])),
    newestAt: newestOf(items),
  };
  INDEXES.set(items, { naming, taken, index });
  return index;
}

/** The newest capture time, or undefined for an empty listing. */
export function newestOf(items: ItemList): Date | undefined {
  let newest: MediaItem | undefined;
  for (const item of items) if (!newest || item.createdAtMs > newest.createdAtMs) newest = item;
  return newest && modifiedAt(newest);
}

/** HTTP dates have whole seconds; macOS mounts nothing older than 1970, and davfs2 takes its first second for "unknown". */
function modifiedAt({ createdAtMs }: MediaItem): Date {
  return new Date(Math.max(1_000, Math.floor(createdAtMs / 1_000) * 1_000));
}
