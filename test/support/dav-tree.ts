import type { MediaItem, Representation } from '../../src/model.js';
import type { Collection, MediaResource, Resource, ResourceTree, StaticResource } from '../../src/tree/resource.js';
import type { DavSource } from './dav-source.js';

/** A collection with its members, by name in NFC. */
interface Folder extends Collection {
  readonly members: Map<string, Resource | Folder>;
}

/** A tree in memory over a `DavSource`; counts what it is asked. */
export class DavTree implements ResourceTree {
  readonly #root = folder('');
  readonly #sizes = new Map<string, number>();
  /** Paths of every `resolve` and `members`. */
  readonly asked: string[] = [];
  /** Ids of the items whose bytes were reported to be gone. */
  readonly reportedGone: string[] = [];
  /** Thrown by `resolve` and `members` while set. */
  failure: Error | undefined;
  /** Thrown by `members` alone. */
  listingFailure: Error | undefined;
  /** Items whose size cannot be learned. */
  readonly unlearnable = new Set<string>();
  learningFailure: Error | undefined;
  /** Of those, items whose size will be learned later. */
  readonly due = new Set<string>();

  constructor(readonly source: DavSource) {}

  /** Adds a media item at `path`; its size is known unless said otherwise. */
  addFile(path: readonly string[], bytes: Buffer, options: Partial<MediaItem> & { isKnown?: boolean } = {}): void {
    const name = path.at(-1)!;
    const { isKnown = true, ...given } = options;
    const item: MediaItem = {
      id: path.join('/'),
      filename: name,
      mimeType: name.endsWith('.mp4') ? 'video/mp4' : 'image/jpeg',
      createdAtMs: Date.UTC(2024, 6, 14, 10, 11, 12),
      ...given,
    };
    this.source.contents.set(item.id, bytes);
    if (isKnown) this.#sizes.set(item.id, bytes.length);
    const resource: MediaResource = {
      kind: 'media',
      name,
      modifiedAt: new Date(item.createdAtMs),
      item,
      source: this.source,
    };
    this.#add(path, resource);
  }

  addStatic(path: readonly string[], text: string): void {
    const content = Buffer.from(text);
    const representation = { etag: '"static"', modifiedAt: new Date(Date.UTC(2025, 2, 31)), size: content.length };
    const resource: StaticResource = {
      kind: 'static',
      name: path.at(-1)!,
      content,
      mimeType: 'text/plain; charset=utf-8',
      representation,
    };
    this.#add(path, resource);
  }

  addFolder(path: readonly string[]): void {
    this.#add(path, folder(path.at(-1)!, new Date(Date.UTC(2024, 6, 14))));
  }

  /** Makes the remembered size of an item another than its bytes have. */
  misremember(id: string, size: number): void {
    this.#sizes.set(id, size);
  }

  resolve(segments: readonly string[]): Promise<Resource | undefined> {
    this.asked.push(`/${segments.join('/')}`);
    return this.failure ? Promise.reject(this.failure) : Promise.resolve(this.#find(segments));
  }

  members(segments: readonly string[]): Promise<readonly Resource[] | undefined> {
    const failure = this.failure ?? this.listingFailure;
    if (failure) return Promise.reject(failure);
    const found = this.#find(segments);
    return Promise.resolve(found && 'members' in found ? [...found.members.values()] : undefined);
  }

  known(resource: MediaResource): Representation | undefined {
    const size = this.#sizes.get(resource.item.id);
    return size === undefined ? undefined : representation(resource, size);
  }

  async represent(resource: MediaResource): Promise<Representation> {
    return this.known(resource) ?? this.learned(resource, await this.source.measure(resource.item));
  }

  async *learnSizes(resources: readonly MediaResource[]): AsyncIterable<readonly MediaResource[]> {
    if (this.learningFailure) throw this.learningFailure;
    for (const resource of resources) {
      if (this.unlearnable.has(resource.item.id)) continue;
      await this.represent(resource);
      yield [resource];
    }
  }

  isSizeDue({ item }: MediaResource): boolean {
    return this.due.has(item.id);
  }

  learned(resource: MediaResource, sizeBytes: number): Representation {
    this.#sizes.set(resource.item.id, sizeBytes);
    return representation(resource, sizeBytes);
  }

  gone(resource: MediaResource): void {
    this.reportedGone.push(resource.item.id);
  }

  #add(path: readonly string[], resource: Resource | Folder): void {
    let at = this.#root;
    for (const name of path.slice(0, -1)) {
      const next = at.members.get(name) ?? folder(name, new Date(Date.UTC(2024, 6, 14)));
      at.members.set(name, next);
      at = next as Folder;
    }
    at.members.set(resource.name, resource);
  }

  #find(segments: readonly string[]): Resource | Folder | undefined {
    let found: Resource | Folder | undefined = this.#root;
    for (const segment of segments) {
      found = found && 'members' in found ? found.members.get(segment.normalize('NFC')) : undefined;
    }
    return found;
  }
}

function folder(name: string, modifiedAt?: Date): Folder {
  return { kind: 'collection', name, members: new Map(), ...(modifiedAt ? { modifiedAt } : {}) };
}

function representation({ item, modifiedAt }: MediaResource, size: number): Representation {
  return { etag: `"${Buffer.from(item.id).toString('base64url').slice(0, 20)}-${size}"`, modifiedAt, size };
}
