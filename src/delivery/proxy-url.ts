import { AppError } from '../errors.js';
import type { PolicyKind } from './policy.js';
import { redirecting } from './redirecting.js';
import { requireLinks } from './require-links.js';
import { signPath } from './sign.js';

/**
 * Clients are sent to a worker, with AList's links: the proxy URL, the path, and a sign that expires. The worker asks the
 * gateway where the bytes are, so the source must be able to tell; it may need a header that the worker sends.
 */
export const PROXY_URL: PolicyKind = {
  name: 'proxy-url',
  create({ source, proxyUrl, linkToken, linkLifeMs, leadsTo, clock, ...context }) {
    if (!proxyUrl) throw new AppError('POLICY_UNSUPPORTED', 'policy proxy-url has no delivery.proxyUrl to lead to');
    requireLinks('proxy-url', source);
    return redirecting('proxy-url', context, async ({ path, item }) => {
      if (!(await leadsTo(path, item))) return { staysFor: 'workers see something else at this path' };
      return { location: linkTo(proxyUrl, path, signPath(path, clock.now() + linkLifeMs, linkToken)) };
    });
  },
};

/** The sign stands in the query as it is, as AList has it; nothing in it needs escaping there. */
function linkTo({ origin, pathname }: URL, path: string, sign: string): URL {
  const escaped = path.split('/').map(encodeURIComponent).join('/');
  return new URL(`${origin}${pathname.replace(/\/$/, '')}${escaped}?sign=${sign}`);
}
