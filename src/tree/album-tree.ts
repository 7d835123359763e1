import type { Album } from '../model.js';
import { uniqueNames } from './names.js';
import { areSameNames, NO_NAMES, type AlbumNaming } from './naming.js';

/** A folder that albums' titles make: an album, a step on the way to one, or both. */
export interface AlbumFolder {
  /** Empty for the top. */
  readonly name: string;
  readonly album?: Album;
  /** By name. */
  readonly folders: ReadonlyMap<string, AlbumFolder>;
  /** The keys of the folders' names, which the album's own items cannot have. */
  readonly taken: ReadonlySet<string>;
}

interface Growing {
  name: string;
  album?: Album;
  /** By the keys of their names. */
  readonly folders: Map<string, Growing>;
}

interface Planted {
  readonly naming: AlbumNaming;
  readonly taken: ReadonlySet<string>;
  readonly top: AlbumFolder;
}

/** One listing may be shown by several mounts, each with names of its own. */
const MAX_TREES = 4;

/** Trees made lately; one dies with the listing it was made of. */
const TREES = new WeakMap<readonly Album[], readonly Planted[]>();

/**
 * The folders of a listing of albums, made once per version of it. Albums without items are left out.
 *
 * Albums with one path are told apart by a tag; steps on the way to albums whose names have one key are one folder, named
 * by the spelling that sorts first. `taken` holds the keys of names that are not to be had at the top.
 */
export function albumTree(albums: readonly Album[], naming: AlbumNaming, taken: ReadonlySet<string>): AlbumFolder {
  const planted = TREES.get(albums) ?? [];
  const known = planted.find((tree) => tree.naming === naming && areSameNames(tree.taken, taken));
  if (known) return known.top;
  const top = grow(albums, naming, taken);
  TREES.set(albums, [{ naming, taken, top }, ...planted.slice(0, MAX_TREES - 1)]);
  return top;
}

function grow(albums: readonly Album[], naming: AlbumNaming, taken: ReadonlySet<string>): AlbumFolder {
  const top: Growing = { name: '', folders: new Map() };
  const takenIn = (parent: Growing): ReadonlySet<string> => (parent === top ? taken : NO_NAMES);
  const step = (parent: Growing, title: string): Growing => {
    const [name = ''] = uniqueNames([{ id: title }], ({ id }) => id, naming, takenIn(parent));
    return folderAt(parent, name, naming);
  };
  const byParent = new Map<Growing, Album[]>();
  for (const album of albums) {
    if (isEmpty(album) && !naming.countsEmpty) continue;
    let parent = top;
    for (const title of naming.path(album.title).slice(0, -1)) parent = step(parent, title);
    const members = byParent.get(parent);
    if (members) members.push(album);
    else byParent.set(parent, [album]);
  }
  for (const [parent, members] of byParent) {
    const names = uniqueNames(members, ({ title }) => naming.path(title).at(-1) ?? '', naming, takenIn(parent));
    for (const [i, album] of members.entries()) {
      if (isEmpty(album)) continue;
      const name = names[i] ?? '';
      Object.assign(folderAt(parent, name, naming), { name, album });
    }
  }
  return settle(top);
}

function isEmpty({ itemCount }: Album): boolean {
  return itemCount === 0;
}

function folderAt(parent: Growing, name: string, naming: AlbumNaming): Growing {
  const key = naming.key(name);
  const known = parent.folders.get(key);
  if (known) {
    if (name < known.name) known.name = name;
    return known;
  }
  const folder = { name, folders: new Map<string, Growing>() };
  parent.folders.set(key, folder);
  return folder;
}

function settle({ name, album, folders }: Growing): AlbumFolder {
  const settled = [...folders]
    .map(([key, folder]) => [key, settle(folder)] as const)
    // A step to albums that are all empty leads nowhere.
    .filter(([, folder]) => folder.album !== undefined || folder.folders.size > 0);
  return {
    name,
    ...(album ? { album } : {}),
    folders: new Map(settled.map(([, folder]) => [folder.name, folder])),
    taken: new Set(settled.map(([key]) => key)),
  };
}
