import { mayRedirect } from './clients.js';
import { nativeProxy } from './native-proxy.js';
import type { DeliveryPolicy, DeliveryRequest, PolicyContext } from './policy.js';

/** Where a request leads, or why it stays here; the reason is for the log and holds no address. */
export type Target = { readonly location: URL } | { readonly staysFor: string };

/**
 * A policy that redirects where that is safe: a client that is known to follow, no conditions, for the validators are
 * ours, and a target that `locate` finds. All else goes through the native proxy.
 */
export function redirecting(
  name: string,
  { redirectClients, log }: Pick<PolicyContext, 'redirectClients' | 'log'>,
  locate: (request: DeliveryRequest) => Promise<Target>,
): DeliveryPolicy {
  async function decide(request: DeliveryRequest): Promise<Target & { readonly rule?: string }> {
    if (request.conditional) return { staysFor: 'conditional' };
    const { isAllowed, rule } = mayRedirect(request.userAgent, redirectClients);
    if (isAllowed && (await request.source.isAtHand?.(request.item))) return { staysFor: 'on disk here' };
    return isAllowed ? { ...(await locate(request)), rule } : { staysFor: rule };
  }
  return {
    name,
    async deliver(request) {
      const decision = await decide(request);
      const { path } = request;
      if ('location' in decision) {
        log.debug({ policy: name, path, rule: decision.rule }, 'redirected');
        return { kind: 'redirect', location: decision.location };
      }
      log.debug({ policy: name, path, rule: decision.staysFor }, 'not redirected');
      return nativeProxy.deliver(request);
    },
  };
}
