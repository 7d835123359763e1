import { REDIRECT_CLIENTS } from './clients.js';
import { NATIVE_PROXY } from './native-proxy.js';
import type { PolicyKind } from './policy.js';
import { PROXY_URL } from './proxy-url.js';
import { REDIRECT } from './redirect.js';

/** Every delivery policy, by its name in the configuration. */
export const POLICIES = {
  'native-proxy': NATIVE_PROXY,
  'proxy-url': PROXY_URL,
  redirect: REDIRECT,
} as const satisfies Record<string, PolicyKind>;

export type PolicyName = keyof typeof POLICIES;

export const POLICY_NAMES = Object.keys(POLICIES) as PolicyName[];

/** What the word `default` stands for in the list of clients that are redirected. */
export const DEFAULT_PRODUCTS: readonly string[] = REDIRECT_CLIENTS.map(({ product }) => product);
