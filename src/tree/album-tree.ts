import type { Album } from '../model.js';
import { nameKey, SAFE_NAMING, safeSegment, uniqueNames } from './names.js';

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
  readonly folders: Map<string, Growing>;
}

const TREES = new WeakMap<readonly Album[], AlbumFolder>();

/**
 * The folders of a listing of albums, made once per version of it.
 *
 * A slash in a title nests. Albums without items are left out. Albums with one path are told apart by a tag; a step on
 * the way that differs only in case is one folder, named by the spelling that sorts first.
 */
export function albumTree(albums: readonly Album[]): AlbumFolder {
  let tree = TREES.get(albums);
  if (!tree) {
    tree = grow(albums.filter(({ itemCount }) => itemCount !== 0));
    TREES.set(albums, tree);
  }
  return tree;
}

function grow(albums: readonly Album[]): AlbumFolder {
  const top: Growing = { name: '', folders: new Map() };
  const byParent = new Map<Growing, Album[]>();
  for (const album of albums) {
    let parent = top;
    for (const segment of segmentsOf(album.title).slice(0, -1)) parent = step(parent, segment);
    const members = byParent.get(parent);
    if (members) members.push(album);
    else byParent.set(parent, [album]);
  }
  for (const [parent, members] of byParent) {
    const names = uniqueNames(members, ({ title }) => segmentsOf(title).at(-1) ?? '', SAFE_NAMING);
    for (const [i, album] of members.entries()) place(parent, names[i] ?? '', album);
  }
  return settle(top);
}

function segmentsOf(title: string): string[] {
  return title.split('/').filter((segment) => segment.trim() !== '');
}

function step(parent: Growing, segment: string): Growing {
  const name = safeSegment(segment);
  const known = parent.folders.get(nameKey(name));
  if (known) {
    if (name < known.name) known.name = name;
    return known;
  }
  const folder = { name, folders: new Map<string, Growing>() };
  parent.folders.set(nameKey(name), folder);
  return folder;
}

function place(parent: Growing, name: string, album: Album): void {
  const folder = step(parent, name);
  folder.name = name;
  folder.album = album;
}

function settle({ name, album, folders }: Growing): AlbumFolder {
  const settled = [...folders.values()].map(settle);
  return {
    name,
    ...(album ? { album } : {}),
    folders: new Map(settled.map((folder) => [folder.name, folder])),
    taken: new Set(folders.keys()),
  };
}
