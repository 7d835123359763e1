import { request as askPlain } from 'node:http';
import { request as askSecure } from 'node:https';
import { createServer } from 'node:net';
import { once as event } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import { systemErrorCode } from '../../system-error.js';
import { AppError } from '../../errors.js';
import { listen } from '../../http/listen.js';
import type { Check } from './check.js';
import { failureFrom, ok } from './finding.js';
import type { Setup } from './setup.js';

/** Our own answers at once; another program may wait for the client to speak first, or not at all. */
const ANSWER_MS = 2_000;

export const ADDRESS: Check<Setup> = {
  name: 'address',
  needs: ['configuration'],
  async run(setup, signal) {
    const { host, port } = setup.config.server;
    const where = `${host} port ${port}`;
    const server = createServer();
    try {
      await listen(server, host, port);
      return ok(port === 0 ? `a free port of ${host} will be taken` : `${where} is free`);
    } catch (error) {
      const isHeld = error instanceof AppError && systemErrorCode(error.cause) === 'EADDRINUSE';
      const answering = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
      if (isHeld && (await isPhotodav(setup, answering))) return ok(`photodav is running at ${where}`);
      return failureFrom(error);
    } finally {
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    }
  },
};

/** Whoever holds the address: its metrics, or what it asks a name and a password for, tell. */
async function isPhotodav({ config: { server } }: Setup, signal: AbortSignal): Promise<boolean> {
  const { host, port, basePath, tls } = server;
  const name = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  const at = isIPv6(name) ? `[${name}]` : name;
  const path = `${basePath === '/' ? '' : basePath}/.photodav/metrics`;
  // Its certificate is for the name that clients know; nothing is told to it.
  const request = tls
    ? askSecure(`https://${at}:${port}${path}`, { signal, rejectUnauthorized: false })
    : askPlain(`http://${at}:${port}${path}`, { signal });
  try {
    request.end();
    const [response] = (await event(request, 'response')) as [IncomingMessage];
    if (response.headers['www-authenticate']?.includes('realm="photodav"')) return true;
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
    return text.includes('photodav_open_transfers');
  } catch {
    return false;
  } finally {
    request.destroy();
  }
}
