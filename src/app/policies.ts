import type { Clock } from '../clock.js';
import type { Config } from '../config/schema.js';
import type { PolicyFor } from '../dav/get.js';
import { POLICIES } from '../delivery/index.js';
import type { DeliveryPolicy } from '../delivery/policy.js';
import type { Log } from '../log.js';
import type { ResourceTree } from '../tree/resource.js';
import type { MountedLibrary } from './libraries.js';

interface Parts {
  readonly linkToken: string;
  /** With every mount. */
  readonly tree: ResourceTree;
  readonly clock: Clock;
  readonly log: Log;
}

/** The delivery policy of every mount, by path. Throws POLICY_UNSUPPORTED for one that a mount's source cannot serve. */
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
        const found = await tree.resolve(path.split('/').slice(1));
        return found?.kind === 'media' && found.item.id === id;
      },
    });
    return { path: segmentsOf(mount.path), policy: made };
  });
  return (segments) => nearest(policies, segments);
}

interface MountPolicy {
  readonly path: readonly string[];
  readonly policy: DeliveryPolicy;
}

/** That of the mount whose path is the longest beginning of these segments. */
function nearest(policies: readonly MountPolicy[], segments: readonly string[]): DeliveryPolicy {
  const names = segments.map((segment) => segment.normalize('NFC'));
  const found = policies
    .filter(({ path }) => path.every((name, i) => names[i] === name))
    .reduce<MountPolicy | undefined>(
      (best, each) => (best && best.path.length >= each.path.length ? best : each),
      undefined,
    );
  if (!found) throw new Error('a media item outside every mount');
  return found.policy;
}

function segmentsOf(path: string): readonly string[] {
  return path.split('/').filter((segment) => segment !== '');
}
