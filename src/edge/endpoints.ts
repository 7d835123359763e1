import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../errors.js';
import type { WorkerMetrics } from './metrics.js';

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly metrics: WorkerMetrics;
}

/** The folder that no item of a gateway is in. */
const FOLDER = '.photodav';
const HEALTHY = 'ok\n';

/** Answers what is below `/.photodav/`, to anybody, and says true; false for any other path. */
export async function answerEndpoint(
  [folder, ...rest]: readonly string[],
  { request, response, metrics }: Exchange,
): Promise<boolean> {
  if (folder !== FOLDER) return false;
  const name = rest.join('/');
  if (name === 'metrics') await metrics.answer(request, response);
  else if (name === 'healthz') {
    // The gateway is not asked: a worker is not ill because another machine is.
    const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': HEALTHY.length };
    response.writeHead(200, { ...headers, 'Cache-Control': 'no-store' });
    response.end(request.method === 'HEAD' ? undefined : HEALTHY);
  } else throw new AppError('NOT_FOUND', 'nothing is at this path');
  return true;
}
