import { deliveryFaults } from '../config/delivery-checks.js';
import type { Fault } from '../config/faults.js';
import { toTree, type Layer } from '../config/given.js';
import { describeIssue } from '../config/issues.js';
import { CONFIG_SCHEMA } from '../config/schema.js';

/** An option under its dotted path, and what another program calls it. */
interface ForeignOption {
  readonly path: string;
  readonly from: string;
  readonly value: string | number | boolean;
}

export interface PasteableMount {
  /** JSON for the configuration file. */
  readonly text: string;
  /** What photodav does not take, and is left out. */
  readonly faults: readonly Fault[];
}

/** A mount with the options that another program had; those that belong to none stand beside it. */
export function pasteableMount(account: string, options: readonly ForeignOption[]): PasteableMount {
  const layer: Layer = new Map(
    options.map(({ path, from, value }) => [path, { value, origin: 'file', place: from, base: '' }]),
  );
  const refused = refusedPaths(layer);
  const ways = deliveryFaults(layer, 1);
  const good = options.filter(({ path }) => {
    return !refused.has(path) && (ways.length === 0 || !path.startsWith('mounts.0.delivery.'));
  });
  const mount = toTree([
    ['mounts.0.path', '/'],
    ['mounts.0.source', 'library'],
    ['mounts.0.account', account],
    ...good.map(({ path, value }) => [path, value] as const),
  ]);
  return { text: JSON.stringify(mount, null, 2), faults: [...refused.values(), ...ways] };
}

/** Paths of options that the configuration would refuse, and why. What it misses beside them is not asked. */
function refusedPaths(layer: Layer): ReadonlyMap<string, Fault> {
  const values = [...layer].map(([path, { value }]) => [path, value] as const);
  const checked = CONFIG_SCHEMA.safeParse(toTree([['mounts.0.source', 'library'], ...values]));
  const refused = new Map<string, Fault>();
  for (const issue of checked.error?.issues ?? []) {
    const path = issue.path.filter((name) => name !== 'options').join('.');
    if (layer.has(path)) refused.set(path, describeIssue(issue, layer, []));
  }
  return refused;
}
