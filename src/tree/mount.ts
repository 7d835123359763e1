import { createHash } from 'node:crypto';
import type { Catalog } from '../catalog/catalog.js';
import type { Folder } from './folder.js';
import { albumsFolder, scopeFolder, type Ground } from './folders.js';
import { uniqueNames } from './names.js';
import { NO_NAMES } from './naming.js';
import type { Members, StaticResource } from './resource.js';
import { LAYOUTS, type LayoutName, type View } from './views.js';

/** What stands at the root of a mount: every view, all items, the albums, or one album's items. */
export type Root = 'root' | 'all' | 'albums' | { readonly albumId: string };

/** A catalog and how it is shown. */
export interface MountedCatalog {
  /** Decoded, NFC; empty for the root. */
  readonly path: readonly string[];
  readonly catalog: Catalog;
  readonly root: Root;
  readonly layout: LayoutName;
  /** By whose clocks an item belongs to a day: a name of the IANA's. */
  readonly timeZone: string;
  /** Folders of dates begin here; where the layout says, if absent. */
  readonly startYear?: number;
  /** Items above which a flat collection shows folders of months instead; 0 for never. */
  readonly splitAt: number;
}

/** The day since which most libraries look empty to every app but Google's own. */
const README_DATE = new Date('2025-03-31T00:00:00Z');

/** The root of a mount. `takenNames` are those of what stands beside its members. */
export function mountFolder(
  name: string,
  { catalog, root, layout, timeZone, startYear, splitAt }: MountedCatalog,
  takenNames: readonly string[],
): Folder {
  const { naming, views, besideAlbums, ...defaults } = LAYOUTS[layout];
  const ground: Ground = { catalog, naming, timeZone, startYear: startYear ?? defaults.startYear, splitAt };
  const takenKeys = new Set(takenNames.map((taken) => naming.items.key(taken)));
  const taken = takenKeys.size > 0 ? takenKeys : NO_NAMES;
  const [readmeName = ''] = freeNames(['README.txt'], ground, taken);
  const isOfAlbums = root === 'root' && catalog.source.albumsAtRoot === true && besideAlbums !== undefined;
  const folder = isOfAlbums
    ? albumsBesideViews(name, besideAlbums, ground, takenKeys)
    : rootFolder(name, root, views, ground, taken);
  return withReadme(folder, readme(readmeName, catalog.source.emptyReason));
}

/** Albums at the root, beside views; one that is called like a view gets a tag, whether that is empty or not. */
function albumsBesideViews(name: string, views: readonly View[], ground: Ground, taken: ReadonlySet<string>): Folder {
  const own = viewsFolder(name, views, ground, taken);
  const steps = freeNames(
    views.map(({ path: [step] }) => step),
    ground,
    taken,
  );
  const albums = albumsFolder(
    name,
    ground,
    new Set([...taken, ...steps.map((step) => ground.naming.albums.key(step))]),
  );
  return {
    kind: 'collection',
    name,
    members: async () => {
      const [shown, folders] = await Promise.all([own.members(), albums.members()]);
      return [...shown, ...folders];
    },
    member: async (member) => (await own.member(member)) ?? albums.member(member),
  };
}

function rootFolder(
  name: string,
  root: Root,
  views: readonly View[],
  ground: Ground,
  taken: ReadonlySet<string>,
): Folder {
  if (root === 'root') return viewsFolder(name, views, ground, taken);
  if (root === 'albums') return albumsFolder(name, ground, taken);
  return scopeFolder(name, root, ground, taken);
}

/** The views that have members, and the steps to them; `depth` steps are taken. */
function viewsFolder(
  name: string,
  views: readonly View[],
  ground: Ground,
  taken: ReadonlySet<string>,
  depth = 0,
): Folder {
  const steps = [...new Set(views.flatMap(({ path }) => path[depth] ?? []))];
  const names = freeNames(steps, ground, taken);
  const rows = steps.map((step, i) => ({
    name: names[i] ?? step,
    views: views.filter(({ path }) => path[depth] === step),
  }));
  type Row = (typeof rows)[number];
  const hasMembers = async (row: Row): Promise<boolean> =>
    (await Promise.all(row.views.map((view) => view.hasMembers(ground.catalog)))).includes(true);
  const folder = (row: Row): Folder => {
    const view = row.views.find(({ path }) => path.length === depth + 1);
    return view?.folder(row.name, ground) ?? viewsFolder(row.name, row.views, ground, NO_NAMES, depth + 1);
  };
  return {
    kind: 'collection',
    name,
    members: async () => {
      const isShown = await Promise.all(rows.map(hasMembers));
      return rows.filter((_, i) => isShown[i]).map(folder);
    },
    member: async (member) => {
      const row = rows.find((candidate) => candidate.name === member);
      return row && (await hasMembers(row)) ? folder(row) : undefined;
    },
  };
}

/** The names, those that are taken with a tag. */
function freeNames(names: readonly string[], { naming }: Ground, taken: ReadonlySet<string>): readonly string[] {
  const members = names.map((id) => ({ id }));
  return uniqueNames(members, ({ id }) => id, naming.items, taken);
}

/** The folder, or, where it is empty, the reason in a file. */
function withReadme(folder: Folder, file: StaticResource): Folder {
  const members = async (): Promise<Members> => {
    const found = await folder.members();
    return found.length > 0 ? found : [file];
  };
  return {
    kind: 'collection',
    name: folder.name,
    get modifiedAt() {
      return folder.modifiedAt;
    },
    members,
    member: async (name) => {
      const found = await folder.member(name);
      if (found || name !== file.name) return found;
      return (await folder.members()).length === 0 ? file : undefined;
    },
  };
}

function readme(name: string, reason: string): StaticResource {
  const content = Buffer.from(`There is nothing to see here yet.\n\n${reason}\n`);
  const digest = createHash('sha256').update(content).digest('base64url').slice(0, 22);
  return {
    kind: 'static',
    name,
    content,
    mimeType: 'text/plain; charset=utf-8',
    representation: { etag: `"${digest}"`, modifiedAt: README_DATE, size: content.length },
  };
}
