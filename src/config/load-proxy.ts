import type { z } from 'zod';
import { configError, type Fault } from './faults.js';
import { thisSystem, type System } from './folders.js';
import { mergeLayers, toTree, type Layer } from './given.js';
import { describe } from './issues.js';
import { withPathsResolved } from './load.js';
import type { Option } from './options.js';
import { PROXY_OPTIONS, PROXY_SCHEMA, type ProxyConfig } from './proxy-options.js';
import { withSecretsRead } from './secret-files.js';
import { environmentLayer, flagLayer, systemLayer, unknownVariables, type Flags } from './text-layers.js';

const ADVICE = 'correct the named option; docs/proxy.md lists them all';
const WHERE_THE_TOKEN_IS =
  '--link-token-file may name a file that holds it; the gateway keeps it as the file link-token in its data folder, ' +
  'unless delivery.linkToken is set there';
const UNREADABLE = 'docs/proxy.md says where the link token is, and how the worker may read it';

/**
 * What `photodav proxy` runs with: flags over environment over defaults; variables of `photodav serve` mean nothing here.
 *
 * Throws one CONFIG_INVALID that lists every fault.
 */
export async function loadProxyConfig(flags: Flags = {}, system: System = thisSystem()): Promise<ProxyConfig> {
  const merged = mergeLayers(
    systemLayer(system, PROXY_OPTIONS),
    environmentLayer(system, PROXY_OPTIONS),
    flagLayer(flags, system, PROXY_OPTIONS),
  );
  const secrets = await withSecretsRead(withPathsResolved(merged, system, optionAt), 1, optionAt);
  const { layer, unread } = secrets;
  const checked = PROXY_SCHEMA.safeParse(toTree([...layer].map(([path, { value }]) => [path, value] as const)));
  const issues = checked.error?.issues.filter(({ path }) => !unread.includes(path.join('.'))) ?? [];
  const faults = [
    ...unknownVariables(system, PROXY_OPTIONS).map((fault) => ({ advice: ADVICE, ...fault })),
    ...secrets.faults.map((fault) => ({ ...fault, advice: UNREADABLE })),
    ...issues.map((issue) => describeIssue(issue, layer)),
  ];
  if (!checked.success || faults.length > 0) throw configError(faults);
  return checked.data;
}

function describeIssue({ path, message }: z.core.$ZodIssue, layer: Layer): Fault {
  const option = PROXY_OPTIONS.find((each) => `${path.join('.')}.`.startsWith(`${each.path}.`));
  if (!option) return { message };
  return {
    message: describe(option.path, undefined, option, layer.get(option.path)),
    advice: option.path === 'linkToken' ? WHERE_THE_TOKEN_IS : ADVICE,
  };
}

function optionAt(path: string): Option | undefined {
  return PROXY_OPTIONS.find((option) => option.path === path);
}
