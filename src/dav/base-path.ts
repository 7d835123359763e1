import type { Collection, ResourceTree } from '../tree/resource.js';

/**
 * The tree under a base path: `/photos/Albums` is the tree's `/Albums`.
 *
 * Each parent of the base path is a collection that holds just the next one, for Windows and gvfs ask every parent up to
 * the root; anything beside is unmapped.
 */
export function underBasePath(base: readonly string[], tree: ResourceTree): ResourceTree {
  if (base.length === 0) return tree;
  const isWithin = (segments: readonly string[]): boolean => base.every((name, i) => segments[i] === name);
  const isAbove = (segments: readonly string[]): boolean =>
    segments.length < base.length && segments.every((name, i) => base[i] === name);
  const parent = (depth: number): Collection => ({ kind: 'collection', name: base[depth - 1] ?? '' });
  return {
    resolve: async (segments) => {
      if (isAbove(segments)) return parent(segments.length);
      if (!isWithin(segments)) return undefined;
      if (segments.length > base.length) return tree.resolve(segments.slice(base.length));
      const root = await tree.resolve([]);
      return root && { ...root, name: base.at(-1) ?? '' };
    },
    members: async (segments) => {
      if (isAbove(segments)) return [parent(segments.length + 1)];
      return isWithin(segments) ? tree.members(segments.slice(base.length)) : undefined;
    },
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
