import type { ItemList, MediaItem } from '../model.js';
import type { MediaSource } from '../sources/source.js';
import { MemberNames, type Titled } from './member-names.js';
import { areSameNames, NO_NAMES, type Naming } from './naming.js';
import type { MediaResource, Members } from './resource.js';
import { inSlices } from './slices.js';

/** The members that a collection makes of a listing, each made when it is asked for. */
export interface MediaIndex {
  readonly members: Members;
  /** The member of this name, without walking the rest. */
  member(name: string): MediaResource | undefined;
}

interface Made {
  readonly naming: Naming;
  readonly taken: ReadonlySet<string>;
  readonly index: Promise<MediaIndex>;
}

/** One listing may be shown by several mounts, each with folders of its own beside it. */
const MAX_INDEXES = 4;

/** Fewer members are named in no time, and there are thousands of days with a few. */
const KEPT_FROM = 200;

/** Indexes made lately; one dies with the listing it was made of. */
const INDEXES = new WeakMap<ItemList, readonly Made[]>();
const NEWEST = new WeakMap<ItemList, Date>();

/**
 * The index of a listing, made once per version of a long one, and in slices that let others run: naming 500,000 items
 * takes most of a second.
 *
 * `taken` holds the keys of names that other members of the collection have.
 */
export function mediaIndex(
  items: ItemList,
  source: MediaSource,
  naming: Naming,
  taken: ReadonlySet<string> = NO_NAMES,
): Promise<MediaIndex> {
  if (items.length < KEPT_FROM) return make(items, source, naming, taken);
  const made = INDEXES.get(items) ?? [];
  const known = made.find((one) => one.naming === naming && areSameNames(one.taken, taken));
  if (known) return known.index;
  const index = make(items, source, naming, taken);
  INDEXES.set(items, [{ naming, taken, index }, ...made.slice(0, MAX_INDEXES - 1)]);
  return index;
}

async function make(
  items: ItemList,
  source: MediaSource,
  naming: Naming,
  taken: ReadonlySet<string>,
): Promise<MediaIndex> {
  const titled: Titled = {
    length: items.length,
    titleAt: (position) => items.at(position)?.filename ?? '',
    idAt: (position) => items.at(position)?.id ?? '',
  };
  const names = await inSlices(MemberNames.of(titled, naming, taken));
  return {
    members: {
      length: items.length,
      *[Symbol.iterator]() {
        for (let position = 0; position < items.length; position++) {
          const item = items.at(position);
          if (item) yield new ListedMedia(names.nameAt(position, item.filename), item, source);
        }
      },
    },
    member(name) {
      const position = names.find(name);
      const item = position === undefined ? undefined : items.at(position);
      return item && new ListedMedia(name, item, source);
    },
  };
}

/** Made anew each time its collection is walked. */
class ListedMedia implements MediaResource {
  readonly kind = 'media';

  constructor(
    readonly name: string,
    readonly item: MediaItem,
    readonly source: MediaSource,
  ) {}

  get modifiedAt(): Date {
    return modifiedAt(this.item.createdAtMs);
  }
}

/** The newest capture time, or undefined for an empty listing. */
export function newestOf(items: ItemList): Date | undefined {
  if (items.length === 0) return undefined;
  let newest = NEWEST.get(items);
  if (!newest) {
    let newestMs = -Infinity;
    for (const { createdAtMs } of items) newestMs = Math.max(newestMs, createdAtMs);
    newest = modifiedAt(newestMs);
    NEWEST.set(items, newest);
  }
  return newest;
}

/** HTTP dates have whole seconds; macOS mounts nothing older than 1970, and davfs2 takes its first second for "unknown". */
function modifiedAt(createdAtMs: number): Date {
  return new Date(Math.max(1_000, Math.floor(createdAtMs / 1_000) * 1_000));
}
