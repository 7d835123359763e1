import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../log.js';
import { splitTarget } from './target.js';

const MAX_PATH = 1000;

/**
 * Logs the request when its answer has ended, whole or cut: one line, at debug, or at warn for 5xx.
 * `userName` is asked then, and only for a line at debug: whoever reads a log need not know who looks at what.
 */
export function logAccess(
  request: IncomingMessage,
  response: ServerResponse,
  log: Log,
  userName: () => string | undefined,
): void {
  const start = performance.now();
  const { socket, method } = request;
  const bytesBefore = socket.bytesWritten;
  const path = loggedPath(request);
  response.once('close', () => {
    const { statusCode: status } = response;
    const line = {
      method,
      path,
      status,
      bytes: socket.bytesWritten - bytesBefore,
      ms: Math.round(performance.now() - start),
      range: response.getHeader('content-range'),
      ...(response.writableFinished ? {} : { isCut: true }),
    };
    if (status >= 500) log.warn(line, 'request');
    else log.debug({ ...line, user: userName() }, 'request');
  });
}

/** The path as asked, of bounded length; without what may hold a secret: user information, and the query. */
export function loggedPath({ url = '' }: IncomingMessage): string {
  return splitTarget(url).path.replace(/\?.*$/s, '').slice(0, MAX_PATH);
}
