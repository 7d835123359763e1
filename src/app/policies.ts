import type { Clock } from '../clock.js';
import type { Config } from '../config/schema.js';
import type { PolicyFor } from '../dav/get.js';
import { POLICIES } from '../delivery/index.js';
import type { Log } from '../log.js';
import type { ResourceTree } from '../tree/resource.js';
import type { MountedLibrary } from './libraries.js';
import { isLinked } from './links.js';
import { nearestMount } from './nearest-mount.js';

interface Parts {
  readonly linkToken: string;
  /** With every mount. */
  readonly tree: ResourceTree;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The delivery policy of every mount, by path and source: to who does not see a mount, its path may lead into another's.
 * Throws POLICY_UNSUPPORTED for one that a mount's source cannot serve.
 */
export function createPolicies(
  mounted: readonly MountedLibrary[],
  { linkLifeMs, redirectClients }: Config['delivery'],
  { tree, ...parts }: Parts,
): PolicyFor {
  const policies = mounted.map(({ mount, catalog }) => {
    const { policy, proxyUrl } = mount.delivery;
    const made = POLICIES[policy].create({
      ...parts,
      source: catalog.source,
      ...(proxyUrl === undefined ? {} : { proxyUrl: new URL(proxyUrl) }),
      linkLifeMs,
      redirectClients,
      async leadsTo(path, { id }) {
        const segments = path.split('/').slice(1);
        const nearest = nearestMount(mounted, segments);
        if (!nearest || !isLinked(nearest.mount)) return false;
        const found = await tree.resolve(segments);
        // Sources may share an item's id and not its bytes: one has the original, another a rendition.
        return found?.kind === 'media' && found.item.id === id && found.source === catalog.source;
      },
    });
    return { mount, source: catalog.source, policy: made };
  });
  return (segments, source) => {
    const ofSource = policies.filter((each) => each.source === source);
    const found = nearestMount(ofSource, segments);
    if (!found) throw new Error('a media item outside every mount');
    return found.policy;
  };
}
