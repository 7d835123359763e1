import { NATIVE_PROXY } from './native-proxy.js';
import type { PolicyKind } from './policy.js';

/** Every delivery policy, by its name in the configuration. */
export const POLICIES = { 'native-proxy': NATIVE_PROXY } as const satisfies Record<string, PolicyKind>;

export type PolicyName = keyof typeof POLICIES;

export const POLICY_NAMES = Object.keys(POLICIES) as PolicyName[];
