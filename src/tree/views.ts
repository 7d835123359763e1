import type { Catalog } from '../catalog/catalog.js';
import { albumsFolder, datesFolder, scopeFolder, type Folder } from './folders.js';

/** One way to look at a catalog: "Albums", "All", "By month". A row in a table; it does no I/O of its own. */
export interface View {
  readonly name: string;
  readonly folder: (name: string, catalog: Catalog) => Folder;
  /** Whether there is anything to see; costs at most a request for one member. */
  readonly hasMembers: (catalog: Catalog) => Promise<boolean>;
}

const yearOf = (day: string): string => day.slice(0, -6);
const monthOf = (day: string): string => day.slice(0, -3);
const dayOf = (day: string): string => day;

const hasItems = (catalog: Catalog): Promise<boolean> => catalog.hasItems('all');

export const PHOTODAV_LAYOUT: readonly View[] = [
  { name: 'Albums', folder: albumsFolder, hasMembers: (catalog) => catalog.hasAlbums() },
  { name: 'All', folder: (name, catalog) => scopeFolder(name, 'all', catalog), hasMembers: hasItems },
  { name: 'By year', folder: (name, catalog) => datesFolder(name, yearOf, catalog), hasMembers: hasItems },
  { name: 'By month', folder: (name, catalog) => datesFolder(name, monthOf, catalog), hasMembers: hasItems },
  { name: 'By day', folder: (name, catalog) => datesFolder(name, dayOf, catalog), hasMembers: hasItems },
  {
    name: 'Favorites',
    folder: (name, catalog) => scopeFolder(name, 'favorites', catalog),
    hasMembers: (catalog) => catalog.hasItems('favorites'),
  },
];
