import type { Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { AppError } from '../errors.js';

/** Resolves with the host names and addresses to ask and the port, a real one if 0 was asked for; throws LISTEN_FAILED. */
export async function listen(
  server: Server,
  host: string,
  port: number,
): Promise<{ readonly hosts: readonly string[]; readonly port: number }> {
  await new Promise<void>((resolve, reject) => {
    const fail = (cause: Error): void => reject(listenFailed(host, port, cause));
    server.once('error', fail);
    server.listen({ host, port }, () => {
      server.off('error', fail);
      resolve();
    });
  });
  const address = server.address();
  return { hosts: hostsOf(host), port: typeof address === 'object' && address ? address.port : port };
}

function listenFailed(host: string, port: number, cause: NodeJS.ErrnoException): AppError {
  const reasons: Record<string, string> = {
    EADDRINUSE: 'another program holds it',
    EACCES: 'ports below 1024 need more rights',
    EADDRNOTAVAIL: 'this machine has no such address',
    ENOTFOUND: 'the name is unknown',
  };
  const reason = reasons[cause.code ?? ''] ?? cause.message;
  return new AppError('LISTEN_FAILED', `cannot listen on ${host} port ${port}: ${reason}`, { cause });
}

/** `host`, or every address of this machine if that is a wildcard; IPv6 in brackets. */
function hostsOf(host: string): string[] {
  const isWildcard = host === '0.0.0.0' || host === '::';
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const hosts = isWildcard
    ? own.filter(({ family }) => family === 'IPv4' || host === '::').map(({ address }) => address)
    : [host];
  return hosts.filter((name) => !name.startsWith('fe80:')).map((name) => (name.includes(':') ? `[${name}]` : name));
}
