import type { Catalog } from '../catalog/catalog.js';
import type { MediaItem, Representation } from '../model.js';
import type { MediaSource } from '../sources/source.js';
import { isFolder, withFolders, type Folder } from './folder.js';
import { mountFolder, type MountedCatalog } from './mount.js';
import { Representations } from './representations.js';
import type { MediaResource, Members, Resource, ResourceTree } from './resource.js';

export type { MountedCatalog, Root } from './mount.js';
export type { LayoutName } from './views.js';

/** Stands at the top for pages that are not WebDAV, whatever is mounted: a member of that name could not be reached. */
export const OWN_FOLDER = '.photodav';

/** A catalog, and what clients may compare and cut of its items. */
interface Shown {
  readonly catalog: Catalog;
  readonly representations: Representations;
}

/**
 * Paths to resources: each mount's views over its catalog, and the paths to mounts.
 *
 * What fails in one mount fails below its path and nowhere else. Where a mount's path leads through another mount, it comes
 * first, and a member of that one that has its name gets a tag; so does one at the top that is called like `OWN_FOLDER`.
 */
export class Tree implements ResourceTree {
  readonly #root: Folder;
  readonly #shown = new Map<MediaSource, Shown>();

  constructor(mounts: readonly MountedCatalog[]) {
    for (const { catalog } of mounts) {
      this.#shown.set(catalog.source, { catalog, representations: new Representations(catalog) });
    }
    this.#root = joinMounts('', mounts, 0);
  }

  async resolve(segments: readonly string[]): Promise<Resource | undefined> {
    let found: Resource | Folder | undefined = this.#root;
    for (const segment of segments) {
      if (!isFolder(found)) return undefined;
      found = await found.member(segment.normalize('NFC'));
    }
    return found;
  }

  async members(segments: readonly string[]): Promise<Members | undefined> {
    const found = await this.resolve(segments);
    return found && isFolder(found) ? found.members() : undefined;
  }

  known(resource: MediaResource): Representation | undefined {
    return this.#of(resource).representations.known(resource);
  }

  represent(resource: MediaResource): Promise<Representation> {
    return this.#of(resource).representations.represent(resource);
  }

  async *learnSizes(
    resources: readonly MediaResource[],
    signal?: AbortSignal,
  ): AsyncIterable<readonly MediaResource[]> {
    const byCatalog = new Map<Catalog, Map<MediaItem, MediaResource>>();
    for (const resource of resources) {
      const { catalog } = this.#of(resource);
      const byItem = byCatalog.get(catalog) ?? new Map<MediaItem, MediaResource>();
      byCatalog.set(catalog, byItem.set(resource.item, resource));
    }
    for (const [catalog, byItem] of byCatalog) {
      for await (const items of catalog.learnSizes([...byItem.keys()], signal)) {
        yield items.flatMap((item) => byItem.get(item) ?? []);
      }
    }
  }

  isSizeDue(resource: MediaResource): boolean {
    return this.#of(resource).catalog.isSizeDue(resource.item);
  }

  learned(resource: MediaResource, sizeBytes: number): Representation {
    return this.#of(resource).representations.learned(resource, sizeBytes);
  }

  gone(resource: MediaResource): void {
    this.#of(resource).catalog.itemGone(resource.item);
  }

  #of({ source }: MediaResource): Shown {
    const shown = this.#shown.get(source);
    if (!shown) throw new Error('a resource of another tree');
    return shown;
  }
}

/** The folder, `depth` steps from the root, through which all these mounts are reached. */
function joinMounts(name: string, mounts: readonly MountedCatalog[], depth: number): Folder {
  const steps = [...new Set(mounts.flatMap(({ path }) => path[depth] ?? []))];
  const folders = steps.map((step) => {
    const below = mounts.filter(({ path }) => path[depth] === step);
    return joinMounts(step, below, depth + 1);
  });
  const mount = mounts.find(({ path }) => path.length === depth);
  const own = mount && mountFolder(name, mount, depth === 0 ? [...steps, OWN_FOLDER] : steps);
  if (own && folders.length === 0) return own;
  return {
    kind: 'collection',
    name,
    get modifiedAt() {
      return own?.modifiedAt;
    },
    members: async () => withFolders(folders, (await own?.members()) ?? []),
    member: async (member) => folders.find((folder) => folder.name === member) ?? own?.member(member),
  };
}
