import type { DeliveryPolicy, PolicyKind } from './policy.js';

/**
 * photodav fetches the bytes and streams them, range and all. Works for every source and every client; all traffic
 * passes through this server. What other policies fall back to.
 */
export const nativeProxy: DeliveryPolicy = {
  name: 'native-proxy',
  async deliver({ item, source, range, signal }) {
    return { kind: 'stream', content: await source.open(item, range ? { range, signal } : { signal }) };
  },
};

export const NATIVE_PROXY: PolicyKind = { name: 'native-proxy', create: () => nativeProxy };
