import type { Catalog } from '../catalog/catalog.js';
import type { Representation } from '../model.js';
import type { MediaResource } from './resource.js';

/** What clients may compare and cut of a catalog's media items. */
export class Representations {
  readonly #catalog: Catalog;

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  /** What is known now, without a request; undefined while the size is unknown. */
  known(resource: MediaResource): Representation | undefined {
    const size = this.#catalog.knownSize(resource.item);
    return size === undefined ? undefined : this.#make(resource, size);
  }

  /** Measures the item if it must. Throws what the source throws. */
  async represent(resource: MediaResource): Promise<Representation> {
    return this.#make(resource, await this.#catalog.size(resource.item));
  }

  /** Takes the size that an answer with bytes told. */
  learned(resource: MediaResource, sizeBytes: number): Representation {
    this.#catalog.learn(resource.item, sizeBytes);
    return this.#make(resource, sizeBytes);
  }

  /** The ETag comes from id, version and size, never from a clock, so it outlives a restart. */
  #make({ item, modifiedAt }: MediaResource, size: number): Representation {
    return { etag: `"${this.#catalog.digest(item)}-${size.toString(36)}"`, modifiedAt, size };
  }
}
