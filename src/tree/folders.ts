import type { Catalog } from '../catalog/catalog.js';
import type { ItemList, Scope } from '../model.js';
import { albumTree, type AlbumFolder } from './album-tree.js';
import { datesOf, type Dates, type Precision } from './dates.js';
import { withFolders, type Folder } from './folder.js';
import { mediaIndex, newestOf } from './media-index.js';
import { uniqueNames } from './names.js';
import { NO_NAMES, type LayoutNaming } from './naming.js';
import type { Members, Resource } from './resource.js';

/** What the folders of a mount are made of, and how. */
export interface Ground {
  readonly catalog: Catalog;
  readonly naming: LayoutNaming;
  /** By whose clocks an item belongs to a day: a name of the IANA's. */
  readonly timeZone: string;
  /** Folders of dates begin here. */
  readonly startYear: number | undefined;
  /** Items above which a flat collection shows folders of months instead; 0 for never. */
  readonly splitAt: number;
}

/** All items of a scope, side by side. `taken` holds the keys of names that its members cannot have. */
export function scopeFolder(name: string, scope: Scope, ground: Ground, taken = NO_NAMES): Folder {
  const { catalog } = ground;
  return {
    kind: 'collection',
    name,
    // Asked late, for a listing that is fetched meanwhile makes it known.
    get modifiedAt() {
      return newestOf(catalog.peekItems(scope) ?? []);
    },
    members: async () => flatMembers(await catalog.items(scope), ground, taken),
    member: async (member) => flatMember(await catalog.items(scope), member, ground, taken),
  };
}

/** The folders that albums' titles make. `taken` holds the keys of names that none of them can have. */
export function albumsFolder(name: string, ground: Ground, taken = NO_NAMES): Folder {
  const top = async (): Promise<AlbumFolder> => albumTree(await ground.catalog.albums(), ground.naming.albums, taken);
  return {
    kind: 'collection',
    name,
    members: async () => albumMembers(await top(), ground),
    member: async (member) => albumMember(await top(), member, ground),
  };
}

/** One folder for each date that has an item; for every further precision, a level of finer dates within each. */
export function datesFolder(
  name: string,
  precisions: readonly [Precision, ...Precision[]],
  ground: Ground,
  within?: { readonly date: string; readonly items: ItemList },
): Folder {
  const { catalog, timeZone, startYear = -Infinity } = ground;
  const [precision, next, ...further] = precisions;
  const prefix = within ? `${within.date}-` : '';
  const isShown = (date: string): boolean => date.startsWith(prefix) && Number.parseInt(date, 10) >= startYear;
  const folder = (date: string, items: ItemList): Folder =>
    next ? datesFolder(date, [next, ...further], ground, { date, items }) : itemsFolder(date, items, ground);
  const all = async (): Promise<Dates> => datesOf(await catalog.items('all'), timeZone);
  return {
    kind: 'collection',
    name,
    get modifiedAt() {
      return newestOf(within?.items ?? catalog.peekItems('all') ?? []);
    },
    members: async () => {
      const dates = await all();
      const shown = [...dates.names(precision)].filter(isShown);
      return shown.map((date) => folder(date, dates.items(precision, date) ?? []));
    },
    member: async (date) => {
      const items = isShown(date) ? (await all()).items(precision, date) : undefined;
      return items && folder(date, items);
    },
  };
}

function itemsFolder(name: string, items: ItemList, { catalog, naming }: Ground): Folder {
  return {
    kind: 'collection',
    name,
    get modifiedAt() {
      return newestOf(items);
    },
    members: async () => (await mediaIndex(items, catalog.source, naming.items)).members,
    member: async (member) => (await mediaIndex(items, catalog.source, naming.items)).member(member),
  };
}

async function flatMembers(items: ItemList, ground: Ground, taken: ReadonlySet<string>): Promise<Members> {
  if (isSplit(items, ground)) return monthFolders(items, ground, taken);
  return (await mediaIndex(items, ground.catalog.source, ground.naming.items, taken)).members;
}

async function flatMember(
  items: ItemList,
  name: string,
  ground: Ground,
  taken: ReadonlySet<string>,
): Promise<Resource | Folder | undefined> {
  if (isSplit(items, ground)) return monthFolders(items, ground, taken).find((folder) => folder.name === name);
  return (await mediaIndex(items, ground.catalog.source, ground.naming.items, taken)).member(name);
}

function isSplit(items: ItemList, { splitAt }: Ground): boolean {
  return splitAt > 0 && items.length > splitAt;
}

function monthFolders(items: ItemList, ground: Ground, taken: ReadonlySet<string>): readonly Folder[] {
  const dates = datesOf(items, ground.timeZone);
  const months = Array.from(dates.names('month'), (id) => ({ id }));
  const names = uniqueNames(months, ({ id }) => id, ground.naming.albums, taken);
  return months.map(({ id }, i) => itemsFolder(names[i] ?? id, dates.items('month', id) ?? [], ground));
}

function albumFolder(folder: AlbumFolder, ground: Ground): Folder {
  const { album } = folder;
  return {
    kind: 'collection',
    name: folder.name,
    get modifiedAt() {
      return album && newestOf(ground.catalog.peekItems({ albumId: album.id }) ?? []);
    },
    members: () => albumMembers(folder, ground),
    member: (member) => albumMember(folder, member, ground),
  };
}

async function albumMembers({ album, folders, taken }: AlbumFolder, ground: Ground): Promise<Members> {
  const members = album ? await flatMembers(await ground.catalog.items({ albumId: album.id }), ground, taken) : [];
  return withFolders(
    Array.from(folders.values(), (folder) => albumFolder(folder, ground)),
    members,
  );
}

async function albumMember(
  { album, folders, taken }: AlbumFolder,
  name: string,
  ground: Ground,
): Promise<Resource | Folder | undefined> {
  const folder = folders.get(name);
  if (folder) return albumFolder(folder, ground);
  return album && flatMember(await ground.catalog.items({ albumId: album.id }), name, ground, taken);
}
