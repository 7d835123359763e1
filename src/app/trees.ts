import type { Config } from '../config/schema.js';
import type { ResourceTree } from '../tree/resource.js';
import { Tree } from '../tree/tree.js';
import type { MountedLibrary } from './libraries.js';

/** Whom a tree is for. */
export interface Viewer {
  /** Paths of the mounts that may be seen; all if absent. */
  readonly mounts?: readonly string[] | undefined;
}

/** The mounts that the viewer may see; all of them if nobody in particular looks. */
export function visibleTo(viewer: Viewer | undefined, mounted: readonly MountedLibrary[]): readonly MountedLibrary[] {
  return mounted.filter(({ mount }) => viewer?.mounts?.includes(mount.path) ?? true);
}

/**
 * The trees of those who look: everybody sees a tree of just their own mounts, so what is another's is an unmapped URL,
 * whatever is asked of it. Viewers of the same mounts share one tree.
 */
export class Trees {
  readonly #mounted: readonly MountedLibrary[];
  readonly #options: Config['tree'];
  /** By the mounts shown; there are as many as sets of mounts that users were ever given. */
  readonly #trees = new Map<string, ResourceTree>();

  constructor(mounted: readonly MountedLibrary[], options: Config['tree']) {
    this.#mounted = mounted;
    this.#options = options;
  }

  for(viewer: Viewer | undefined): ResourceTree {
    const shown = visibleTo(viewer, this.#mounted);
    const key = shown.map(({ mount }) => mount.path).join('\n');
    let tree = this.#trees.get(key);
    if (!tree) {
      tree = this.#plant(shown);
      this.#trees.set(key, tree);
    }
    return tree;
  }

  #plant(shown: readonly MountedLibrary[]): ResourceTree {
    const { splitAt } = this.#options;
    return new Tree(
      shown.map(({ mount, root, catalog }) => {
        const { path, layout, timeZone, startYear } = mount;
        const segments = path.split('/').filter((segment) => segment !== '');
        return { path: segments, catalog, root, layout, timeZone, splitAt, ...(startYear ? { startYear } : {}) };
      }),
    );
  }
}
