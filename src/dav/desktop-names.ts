import type { Resource, ResourceTree, StaticResource } from '../tree/resource.js';
import { isDesktopName } from '../tree/names.js';

/** Empty files at the root that keep Spotlight and Time Machine away from the mount: found when asked, never listed. */
const MARKERS: ReadonlyMap<string, Resource> = new Map(
  ['.metadata_never_index', '.metadata_never_index_unless_rootfs', '.com.apple.timemachine.donotpresent'].map(
    (name) => [name, emptyFile(name)],
  ),
);

/**
 * The tree as desktops probe it: dozens of names per folder that are never there, told without asking the tree.
 *
 * Names that an item could have, such as `folder.jpg`, still reach the tree.
 */
export function withDesktopNames(tree: ResourceTree): ResourceTree {
  const isProbe = (segments: readonly string[]): boolean => segments.some(isDesktopName);
  return {
    resolve: async (segments) => {
      if (!isProbe(segments)) return tree.resolve(segments);
      return segments.length === 1 ? MARKERS.get(segments[0] ?? '') : undefined;
    },
    members: async (segments) => (isProbe(segments) ? undefined : tree.members(segments)),
    known: (resource) => tree.known(resource),
    represent: (resource) => tree.represent(resource),
    learnSizes: (resources, signal) => tree.learnSizes(resources, signal),
    isSizeDue: (resource) => tree.isSizeDue(resource),
    learned: (resource, sizeBytes) => tree.learned(resource, sizeBytes),
    gone: (resource) => {
      tree.gone(resource);
    },
  };
}

function emptyFile(name: string): StaticResource {
  const representation = { etag: '"empty"', modifiedAt: new Date(0), size: 0 };
  return { kind: 'static', name, content: Buffer.alloc(0), mimeType: 'application/octet-stream', representation };
}
