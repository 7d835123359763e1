import type { IncomingMessage } from 'node:http';
import { AppError } from '../errors.js';
import { Transport, type RequestOptions } from '../google/transport.js';

const NAME = 'photodav-proxy';

/** The way out, for requests that say who sends them on (RFC 9110 §7.6.3), so that one that comes back is known. */
export class ViaTransport extends Transport {
  override request(url: URL, options: RequestOptions): ReturnType<Transport['request']> {
    return super.request(url, { ...options, headers: { ...options.headers, via: `1.1 ${NAME}` } });
  }
}

/** Throws for what a worker has sent: a link leads back here. 508 is RFC 5842 §7.2. */
export function refuseLoop({ headers }: Pick<IncomingMessage, 'headers'>): void {
  if (headers.via?.includes(NAME) !== true) return;
  throw new AppError('BAD_REQUEST', 'a worker is asked by a worker', {
    status: 508,
    advice: 'take the hosts of workers out of --allowed-hosts, for bytes come from none of them',
  });
}

/** Whether the gateway's address is one of those that the worker listens on, as far as that shows. */
export function isOwnAddress(gateway: URL, own: readonly URL[]): boolean {
  return own.some((url) => portOf(url) === portOf(gateway) && nameOf(url) === nameOf(gateway));
}

function portOf({ port, protocol }: URL): string {
  return port === '' ? (protocol === 'https:' ? '443' : '80') : port;
}

function nameOf({ hostname }: URL): string {
  return /^(127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname) ? 'localhost' : hostname;
}
