import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
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
 * True if `host`, a name and perhaps a port, may be this server's: loopback, one of `allowedHosts`, or any IP address.
 *
 * A page whose name is rebound to an address of this machine carries its own name as Host, never an address, and is
 * refused by this.
 */
export function isAllowedHost(host: string | undefined, allowedHosts: readonly string[]): boolean {
  // Only HTTP/1.0 goes without Host, and no browser speaks that.
  if (host === undefined) return true;
  const name = host
    .trim()
    .toLowerCase()
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
  return isIP(name) > 0 || isLocal(name) || allowedHosts.some((allowed) => allowed.toLowerCase() === name);
}

function isLocal(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost');
}
