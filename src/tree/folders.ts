import type { Catalog } from '../catalog/catalog.js';
import type { ItemList, MediaItem, Scope } from '../model.js';
import type { AlbumFolder } from './album-tree.js';
import { albumTree } from './album-tree.js';
import { mediaIndex, newestOf } from './media-index.js';
import { SAFE_NAMING } from './names.js';
import type { Collection, Members, Resource } from './resource.js';

/** A collection that knows its members. */
export interface Folder extends Collection {
  members(): Promise<Members>;
  /** The member of this name (NFC), without walking the rest; undefined if there is none. */
  member(name: string): Promise<Resource | Folder | undefined>;
}

/** All items of a scope, side by side. */
export function scopeFolder(name: string, scope: Scope, catalog: Catalog): Folder {
  return itemsFolder(
    name,
    catalog,
    () => catalog.items(scope),
    () => catalog.peekItems(scope),
  );
}

/** The folders that albums' titles make. */
export function albumsFolder(name: string, catalog: Catalog): Folder {
  return {
    kind: 'collection',
    name,
    members: async () => albumMembers(albumTree(await catalog.albums()), catalog),
    member: async (member) => albumMember(albumTree(await catalog.albums()), member, catalog),
  };
}

/** One folder for each date that has an item. `dateOf` gives the date's part of a name from `2024-07-14`. */
export function datesFolder(name: string, dateOf: (day: string) => string, catalog: Catalog): Folder {
  const dates = async (): Promise<ReadonlyMap<string, ItemList>> => byDate(await catalog.items('all'), dateOf);
  const folder = (date: string, items: ItemList): Folder =>
    itemsFolder(
      date,
      catalog,
      () => Promise.resolve(items),
      () => items,
    );
  return {
    kind: 'collection',
    name,
    get modifiedAt() {
      return newestOf(catalog.peekItems('all') ?? []);
    },
    members: async () => [...(await dates())].map(([date, items]) => folder(date, items)),
    member: async (date) => {
      const items = (await dates()).get(date);
      return items && folder(date, items);
    },
  };
}

function itemsFolder(
  name: string,
  { source }: Catalog,
  items: () => Promise<ItemList>,
  known: () => ItemList | undefined,
): Folder {
  return {
    kind: 'collection',
    name,
    // Asked late, for a listing that is fetched meanwhile makes it known.
    get modifiedAt() {
      return newestOf(known() ?? []);
    },
    members: async () => mediaIndex(await items(), source, SAFE_NAMING).members,
    member: async (member) => mediaIndex(await items(), source, SAFE_NAMING).byName.get(member),
  };
}

function albumFolder(folder: AlbumFolder, catalog: Catalog): Folder {
  const { album } = folder;
  return {
    kind: 'collection',
    name: folder.name,
    get modifiedAt() {
      return album && newestOf(catalog.peekItems({ albumId: album.id }) ?? []);
    },
    members: () => albumMembers(folder, catalog),
    member: (member) => albumMember(folder, member, catalog),
  };
}

async function albumMembers({ album, folders, taken }: AlbumFolder, catalog: Catalog): Promise<Members> {
  const media = album
    ? mediaIndex(await catalog.items({ albumId: album.id }), catalog.source, SAFE_NAMING, taken).members
    : [];
  if (folders.size === 0) return media;
  return [...[...folders.values()].map((folder) => albumFolder(folder, catalog)), ...media];
}

async function albumMember(
  { album, folders, taken }: AlbumFolder,
  name: string,
  catalog: Catalog,
): Promise<Resource | Folder | undefined> {
  const folder = folders.get(name);
  if (folder) return albumFolder(folder, catalog);
  if (!album) return undefined;
  return mediaIndex(await catalog.items({ albumId: album.id }), catalog.source, SAFE_NAMING, taken).byName.get(name);
}

type Grouping = ReadonlyMap<string, ItemList>;

/** Groupings made so far, by the function that made them; they die with their listing. */
const GROUPINGS = new WeakMap<ItemList, Map<(day: string) => string, Grouping>>();

/** The items of each date, dates in order; made once per version of a listing. */
function byDate(items: ItemList, dateOf: (day: string) => string): Grouping {
  let groupings = GROUPINGS.get(items);
  if (!groupings) {
    groupings = new Map<(day: string) => string, Grouping>();
    GROUPINGS.set(items, groupings);
  }
  let grouping = groupings.get(dateOf);
  if (!grouping) {
    const groups = new Map<string, MediaItem[]>();
    for (const item of items) {
      const date = dateOf(dayOf(item));
      const group = groups.get(date);
      if (group) group.push(item);
      else groups.set(date, [item]);
    }
    grouping = new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
    groupings.set(dateOf, grouping);
  }
  return grouping;
}

/** `2024-07-14`, in UTC. */
function dayOf({ createdAtMs }: MediaItem): string {
  const [day = ''] = new Date(createdAtMs).toISOString().split('T');
  return day;
}
