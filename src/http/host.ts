import type { IncomingMessage } from 'node:http';
import { AppError } from '../errors.js';
import { isRepeated } from './raw-headers.js';
import { splitTarget } from './target.js';

/**
 * The host that a request names: of its target if that is in absolute-form, else of its Host header (RFC 9112 §3.2.2).
 * Throws BAD_REQUEST for several Host headers.
 */
export function namedHost(request: IncomingMessage): string | undefined {
  if (isRepeated(request, 'host')) throw new AppError('BAD_REQUEST', 'the request has several Host headers');
  return splitTarget(request.url ?? '').authority ?? request.headers.host;
}

/**
 * True if `host`, a name and perhaps a port, is this server: loopback, one of `allowedHosts`, or the very address connected to.
 *
 * A page whose name is rebound to a loopback address carries its own name as Host, and is refused by this.
 */
export function isAllowedHost(
  host: string | undefined,
  allowedHosts: readonly string[],
  localAddress: string | undefined,
): boolean {
  // Only HTTP/1.0 goes without Host, and no browser speaks that.
  if (host === undefined) return true;
  const name = host
    .trim()
    .toLowerCase()
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
  return isLoopback(name) || name === localAddress || allowedHosts.some((allowed) => allowed.toLowerCase() === name);
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost') || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}
