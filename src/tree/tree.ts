import { createHash } from 'node:crypto';
import type { Catalog } from '../catalog/catalog.js';
import type { Representation } from '../model.js';
import { albumsFolder, scopeFolder, type Folder } from './folders.js';
import { Representations } from './representations.js';
import type { MediaResource, Members, Resource, ResourceTree, StaticResource } from './resource.js';
import { PHOTODAV_LAYOUT } from './views.js';

/** What stands at the root: every view, all items, the albums, or one album's items. */
export type Root = 'root' | 'all' | 'albums' | { readonly albumId: string };

/** The day since which most libraries look empty to every app but Google's own. */
const README_DATE = new Date('2025-03-31T00:00:00Z');

/** Paths to resources: a mount's views over its catalog. */
export class Tree implements ResourceTree {
  readonly #catalog: Catalog;
  readonly #root: Folder;
  readonly #representations: Representations;

  constructor(catalog: Catalog, root: Root = 'root') {
    this.#catalog = catalog;
    this.#representations = new Representations(catalog);
    this.#root = withReadme(rootFolder(catalog, root), readme(catalog.source.emptyReason));
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
    return this.#representations.known(resource);
  }

  represent(resource: MediaResource): Promise<Representation> {
    return this.#representations.represent(resource);
  }

  async *learnSizes(
    resources: readonly MediaResource[],
    signal?: AbortSignal,
  ): AsyncIterable<readonly MediaResource[]> {
    const byItem = new Map(resources.map((resource) => [resource.item, resource]));
    for await (const items of this.#catalog.learnSizes([...byItem.keys()], signal)) {
      yield items.flatMap((item) => byItem.get(item) ?? []);
    }
  }

  learned(resource: MediaResource, sizeBytes: number): Representation {
    return this.#representations.learned(resource, sizeBytes);
  }
}

function isFolder(resource: Resource | Folder | undefined): resource is Folder {
  return resource?.kind === 'collection' && 'members' in resource;
}

function rootFolder(catalog: Catalog, root: Root): Folder {
  if (root === 'all') return scopeFolder('', 'all', catalog);
  if (root === 'albums') return albumsFolder('', catalog);
  if (root !== 'root') return scopeFolder('', root, catalog);
  return {
    kind: 'collection',
    name: '',
    members: async () => {
      const isShown = await Promise.all(PHOTODAV_LAYOUT.map((view) => view.hasMembers(catalog)));
      return PHOTODAV_LAYOUT.filter((_, i) => isShown[i]).map(({ name, folder }) => folder(name, catalog));
    },
    member: async (name) => {
      const view = PHOTODAV_LAYOUT.find((row) => row.name === name);
      return view && (await view.hasMembers(catalog)) ? view.folder(name, catalog) : undefined;
    },
  };
}

/** The folder, or, where it is empty, the reason in a file. */
function withReadme(folder: Folder, file: StaticResource): Folder {
  const members = async (): Promise<Members> => {
    const found = await folder.members();
    return found.length > 0 ? found : [file];
  };
  return {
    ...folder,
    members,
    member: async (name) => {
      const found = await folder.member(name);
      if (found || name !== file.name) return found;
      return (await folder.members()).length === 0 ? file : undefined;
    },
  };
}

function readme(reason: string): StaticResource {
  const content = Buffer.from(`There is nothing to see here yet.\n\n${reason}\n`);
  const digest = createHash('sha256').update(content).digest('base64url').slice(0, 22);
  return {
    kind: 'static',
    name: 'README.txt',
    content,
    mimeType: 'text/plain; charset=utf-8',
    representation: { etag: `"${digest}"`, modifiedAt: README_DATE, size: content.length },
  };
}
