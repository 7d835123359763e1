import type { Catalog } from '../catalog/catalog.js';
import type { Precision } from './dates.js';
import type { Folder } from './folder.js';
import { albumsFolder, datesFolder, scopeFolder, type Ground } from './folders.js';
import { SAFE_NAMING } from './names.js';
import type { LayoutNaming } from './naming.js';
import { RCLONE_ALBUM_NAMING, RCLONE_ITEM_NAMING } from './rclone-names.js';

/** One way to look at a catalog: "Albums", "All", "By month". A row in a table; it does no I/O of its own. */
export interface View {
  /** From the mount's root. */
  readonly path: readonly [string, ...string[]];
  readonly folder: (name: string, ground: Ground) => Folder;
  /** Whether there is anything to see; costs at most a request for one member. */
  readonly hasMembers: (catalog: Catalog) => Promise<boolean>;
}

/** What stands at the root of a mount, and how it is named. */
export interface Layout {
  readonly naming: LayoutNaming;
  readonly views: readonly View[];
  /** The views that stand beside albums at the root, for a source whose albums stand there; `views` if absent. */
  readonly besideAlbums?: readonly View[];
  /** Where folders of dates begin unless the mount says otherwise. */
  readonly startYear?: number;
}

export type LayoutName = 'photodav' | 'rclone' | 'alist';

const ALBUMS: Omit<View, 'path'> = { folder: albumsFolder, hasMembers: (catalog) => catalog.hasAlbums() };

const ALL: Omit<View, 'path'> = {
  folder: (name, ground) => scopeFolder(name, 'all', ground),
  hasMembers: (catalog) => catalog.hasItems('all'),
};

const FAVORITES: Omit<View, 'path'> = {
  folder: (name, ground) => scopeFolder(name, 'favorites', ground),
  hasMembers: (catalog) => catalog.hasItems('favorites'),
};

const dates = (...precisions: [Precision, ...Precision[]]): Omit<View, 'path'> => ({
  folder: (name, ground) => datesFolder(name, precisions, ground),
  hasMembers: (catalog) => catalog.hasItems('all'),
});

const ALL_AND_DATES: readonly View[] = [
  { path: ['All'], ...ALL },
  { path: ['By year'], ...dates('year') },
  { path: ['By month'], ...dates('month') },
  { path: ['By day'], ...dates('day') },
];

/** The layouts, by the name that a mount's configuration gives. */
export const LAYOUTS: Readonly<Record<LayoutName, Layout>> = {
  photodav: {
    naming: {
      // A slash in a title nests.
      albums: {
        ...SAFE_NAMING,
        path: (title) => title.split('/').filter((segment) => segment.trim() !== ''),
        countsEmpty: false,
      },
      items: SAFE_NAMING,
    },
    views: [{ path: ['Albums'], ...ALBUMS }, ...ALL_AND_DATES, { path: ['Favorites'], ...FAVORITES }],
    besideAlbums: ALL_AND_DATES,
  },
  // As rclone 1.60 shows them; its `shared-album` answers 403 since 2025, its `upload` is for writing.
  rclone: {
    naming: { albums: RCLONE_ALBUM_NAMING, items: RCLONE_ITEM_NAMING },
    startYear: 2000,
    views: [
      { path: ['media', 'all'], ...ALL },
      { path: ['media', 'by-year'], ...dates('year') },
      { path: ['media', 'by-month'], ...dates('year', 'month') },
      { path: ['media', 'by-day'], ...dates('year', 'day') },
      { path: ['album'], ...ALBUMS },
      { path: ['feature', 'favorites'], ...FAVORITES },
    ],
  },
  // As AList's storage for Google Photos shows them: all media, and all albums, whose titles do not nest.
  alist: {
    naming: { albums: { ...SAFE_NAMING, path: (title) => [title], countsEmpty: false }, items: SAFE_NAMING },
    views: [
      { path: ['全部媒体'], ...ALL },
      { path: ['全部影集'], ...ALBUMS },
    ],
  },
};
