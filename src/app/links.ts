import { AppError } from '../errors.js';
import type { Link } from '../sources/source.js';
import type { ResourceTree } from '../tree/resource.js';
import type { MountedLibrary } from './libraries.js';
import { nearestMount } from './nearest-mount.js';

/** Finds where a worker can have the item at these segments; throws the `AppError` to answer with. `isDoubted` as in `MediaSource`. */
export type LinkTo = (segments: readonly string[], signal: AbortSignal, isDoubted?: boolean) => Promise<Link>;

/** Links to what is mounted under the policy `proxy-url`, and to nothing else. `tree` has every mount. */
export function createLinkTo(mounted: readonly Pick<MountedLibrary, 'mount'>[], tree: ResourceTree): LinkTo {
  return async (segments, signal, isDoubted) => {
    const { mount } = nearestMount(mounted, segments) ?? {};
    // Before the tree is asked: the link token does not even tell what is there.
    if (mount && !isLinked(mount)) throw notLinked();
    const found = await tree.resolve(segments);
    if (!mount || !found) throw new AppError('NOT_FOUND', 'nothing is at this path');
    if (found.kind !== 'media') {
      throw new AppError('BAD_REQUEST', 'only photos and videos have links', { advice: 'ask photodav itself for it' });
    }
    if (!found.source.link) throw notLinked();
    signal.throwIfAborted();
    try {
      return await found.source.link(found.item, signal, isDoubted);
    } catch (error) {
      if (error instanceof AppError && error.code === 'NOT_FOUND') tree.gone(found);
      throw error;
    }
  };
}

/** True for a mount whose items workers may ask for. */
export function isLinked({ delivery }: MountedLibrary['mount']): boolean {
  return delivery.policy === 'proxy-url';
}

function notLinked(): AppError {
  return new AppError('BAD_REQUEST', 'this path is not for workers', {
    status: 403,
    advice: 'set `delivery.policy` of its mount to proxy-url',
  });
}
