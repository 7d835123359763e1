import { nativeProxy } from './native-proxy.js';

/** Every delivery policy, by its name in the configuration. */
export const POLICIES = { 'native-proxy': nativeProxy } as const;
