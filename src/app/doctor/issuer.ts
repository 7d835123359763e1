import { once as event } from 'node:events';
import { isIP } from 'node:net';
import { connect, type PeerCertificate } from 'node:tls';

/**
 * Who issued the certificate that is shown in the place of Google's, by its name; undefined where a proxy is used, or
 * nothing is shown. Nothing is sent there.
 */
export async function issuerSeen(
  { hostname, port }: URL,
  proxy: string | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (proxy !== undefined) return undefined;
  const socket = connect({
    host: hostname,
    // An address is no name (RFC 6066 §3).
    ...(isIP(hostname) > 0 ? {} : { servername: hostname }),
    port: Number(port) || 443,
    // It is looked at because it was not trusted.
    rejectUnauthorized: false,
  });
  try {
    await event(socket, 'secureConnect', { signal });
    // Of a certificate made by hand any part may be absent.
    const issuer: Partial<PeerCertificate['issuer']> = socket.getPeerCertificate().issuer;
    const names = [issuer.O ?? issuer.CN ?? []].flat();
    return names.length === 0 ? undefined : names.join(', ');
  } catch {
    return undefined;
  } finally {
    socket.destroy();
  }
}
