import { AppError } from '../errors.js';
import type { Link } from '../sources/source.js';
import { keepsTarget } from './clients.js';
import type { PolicyKind } from './policy.js';
import { Recently } from './recently.js';
import { redirecting, type Target } from './redirecting.js';
import { requireLinks } from './require-links.js';

/** A client may wait before it follows, and asks once more for each place it seeks to. */
const MIN_LIFE_MS = 5 * 60_000;

/** Each look for a link costs one of the day's requests, and a player asks for every place it seeks to. */
const UNRANGED_MS = 10 * 60_000;
const IGNORES_RANGES: Target = { staysFor: 'its host ignores ranges' };

const WORKING = 'choose one of the policies native-proxy and proxy-url for this mount';

/**
 * Clients are sent to where the bytes are. Needs addresses that are enough by themselves, from a host that honours Range:
 * whatever has none is streamed, and so is everything for players that would use the address after it has expired.
 */
export const REDIRECT: PolicyKind = {
  name: 'redirect',
  create({ source, clock, log, redirectClients }) {
    const { name } = source;
    requireLinks('redirect', source);
    if (source.linksNeedHeader === true) {
      const message = `policy redirect: the addresses of the source ${name} need a header, which clients do not send`;
      throw new AppError('POLICY_UNSUPPORTED', message, { advice: WORKING });
    }
    const unranged = new Recently(clock, UNRANGED_MS);
    return redirecting('redirect', { redirectClients, log }, async (request) => {
      const { id } = request.item;
      if (keepsTarget(request.userAgent)) return { staysFor: 'keeps its target' };
      if (unranged.has(id)) return IGNORES_RANGES;
      try {
        const link = await request.source.link?.(request.item, request.signal);
        if (link?.honoursRange === false) unranged.note(id);
        return link ? targetOf(link, clock.now()) : { staysFor: 'no link' };
      } catch (error) {
        if (error instanceof AppError && error.code === 'NOT_FOUND') throw error;
        return { staysFor: error instanceof AppError ? `no link: ${error.code}` : 'no link' };
      }
    });
  },
};

function targetOf({ url, headers, honoursRange, expiresAtMs }: Link, nowMs: number): Target {
  if (Object.keys(headers).length > 0) return { staysFor: 'needs a header' };
  if (!honoursRange) return IGNORES_RANGES;
  if (expiresAtMs - nowMs < MIN_LIFE_MS) return { staysFor: 'expires too soon' };
  return { location: url };
}
