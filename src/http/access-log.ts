import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AppError } from '../errors.js';
import type { Log } from '../log.js';
import type { User } from './sign-in.js';
import { splitTarget } from './target.js';

const MAX_PATH = 1000;

/** What is known of a request only once it is answered. */
export interface Outcome {
  readonly user?: User;
  /** What was answered with, if it was an error. */
  readonly error?: AppError;
}

/**
 * Logs the request when its answer has ended, whole or cut: one line, at debug, or at warn for a failure of 5xx.
 * `outcome` is asked then. Only a line at debug names the user: whoever reads a log need not know who looks at what.
 */
export function logAccess(request: IncomingMessage, response: ServerResponse, log: Log, outcome: () => Outcome): void {
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
    const { user, error } = outcome();
    if (status >= 500 && (!error || isFailure(error))) log.warn(line, 'request');
    else log.debug({ ...line, user: user?.name }, 'request');
  });
}

/** True for what somebody should look into; sign-in tells of its floods itself, and not once for every request. */
export function isFailure({ code, status }: AppError): boolean {
  return status >= 500 && code !== 'NOT_SIGNED_IN';
}

/** The path as asked, of bounded length; without what may hold a secret: user information, and the query. */
export function loggedPath({ url = '' }: IncomingMessage): string {
  return splitTarget(url).path.replace(/\?.*$/s, '').slice(0, MAX_PATH);
}
