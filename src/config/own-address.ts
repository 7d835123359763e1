import { networkInterfaces } from 'node:os';
import { basePath, isLoopback, listenHost } from './addresses.js';
import type { Layer } from './given.js';
import { optionAt } from './options.js';

const EVERYWHERE: readonly string[] = ['0.0.0.0', '::'];

/** Whether the server would answer at this address, as far as its own options tell. */
export function isOwnAddress({ protocol, hostname, port, pathname }: URL, layer: Layer): boolean {
  const valueOf = (path: string): unknown => layer.get(path)?.value ?? optionAt(path)?.defaultValue;
  const host = plain(hostname);
  const isSamePort = Number(port === '' ? (protocol === 'http:' ? 80 : 443) : port) === valueOf('server.port');
  if (isSamePort && isListenedOn(host, listenHost.safeParse(valueOf('server.host')).data)) return true;
  const names = valueOf('server.allowedHosts');
  const isNamed = Array.isArray(names) && names.some((name) => plain(String(name)) === host);
  // Behind a reverse proxy the port is another's, and the path tells which of its servers is meant.
  const base = basePath.safeParse(valueOf('server.basePath')).data ?? '/';
  return isNamed && (isSamePort || (base !== '/' && `${decoded(pathname)}/`.startsWith(`${base}/`)));
}

function isListenedOn(host: string, listening: string | undefined): boolean {
  if (listening === undefined) return false;
  const isEverywhere = EVERYWHERE.includes(listening);
  // Whoever asks for no address in particular reaches this machine by loopback.
  if (isLoopback(host) || host.endsWith('.localhost') || EVERYWHERE.includes(host)) {
    return isEverywhere || isLoopback(plain(listening));
  }
  const isOwn = Object.values(networkInterfaces()).some((each) => each?.some(({ address }) => address === host));
  return host === plain(listening) || (isEverywhere && isOwn);
}

/** One spelling of a host: lower case, no brackets, no dot of the root, and an IPv4 address that IPv6 maps as itself. */
function plain(host: string): string {
  const name = host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
  const [, high, low] = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(name) ?? [];
  if (high === undefined || low === undefined) return name;
  const bits = parseInt(high, 16) * 0x10000 + parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 0xff).join('.');
}

/** As it is where its escapes are none. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
