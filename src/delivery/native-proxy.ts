import { z } from 'zod';
import type { PolicyKind } from './policy.js';

/**
 * photodav fetches the bytes and streams them, range and all. Works for every source and every client; all traffic
 * passes through this server.
 */
const options = z.strictObject({});

export const nativeProxy: PolicyKind<z.output<typeof options>> = {
  name: 'native-proxy',
  options,
  create: () => ({
    name: 'native-proxy',
    async deliver({ item, source, range, signal }) {
      return { kind: 'stream', content: await source.open(item, range ? { range, signal } : { signal }) };
    },
  }),
};
