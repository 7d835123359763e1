import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { networkInterfaces } from 'node:os';
import { AppError, toAppError } from '../errors.js';
import type { Log } from '../log.js';
import { logAccess, loggedPath } from './access-log.js';
import { Connections } from './connections.js';
import { sendError } from './error-response.js';
import { isAllowedHost, namedHost } from './host.js';

/** Answers a request, or rejects with the error to answer with. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface HttpServerOptions {
  readonly handle: Handler;
  /** Host names besides loopback's that a request may carry, without port. */
  readonly allowedHosts: readonly string[];
  readonly log: Log;
}

/** Built but not listening. */
export interface HttpServer {
  /** Resolves with the addresses to ask, port 0 replaced by the real one; throws LISTEN_FAILED. */
  listen(host: string, port: number): Promise<readonly URL[]>;
  /** Stops accepting, ends idle connections, lets running answers finish for `graceMs`, then ends them. */
  close(graceMs: number): Promise<void>;
}

const HEADERS_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 60_000;
/** Clients reuse a connection after a minute and see a reset if it is gone. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const CHECK_INTERVAL_MS = 5_000;
/** A paused player holds its connection for minutes; a dead one would hold it for ever. */
const IDLE_TIMEOUT_MS = 15 * 60_000;

/** An HTTP server with limits, an access log, and an answer to every error. Malformed requests are Node's to refuse. */
export function createHttpServer({ handle, allowedHosts, log }: HttpServerOptions): HttpServer {
  let isClosing = false;
  const server = createServer({
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    connectionsCheckingInterval: CHECK_INTERVAL_MS,
  });
  server.setTimeout(IDLE_TIMEOUT_MS);

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    logAccess(request, response, log);
    // An expectation of HTTP/1.0 is ignored (RFC 9110 §10.1.1), and `100 Continue` would be taken for the answer.
    if (request.httpVersion === '1.0') delete request.headers.expect;
    if (isClosing) response.setHeader('Connection', 'close');
    try {
      if (!isAllowedHost(namedHost(request), allowedHosts, request.socket.localAddress)) throw misdirected();
      await handle(request, response);
    } catch (cause) {
      await answerError(request, response, cause, log);
    }
  };
  const connections = new Connections((request, response) => void answer(request, response));
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => connections.take(request, response);
  server.on('connection', (socket) => connections.add(socket));
  server.on('request', onRequest);
  // Whoever reads the body says "100 Continue"; an answer that needs none comes before it.
  server.on('checkContinue', onRequest);

  return {
    async listen(host, port) {
      await new Promise<void>((resolve, reject) => {
        const fail = (cause: Error): void => reject(listenFailed(host, port, cause));
        server.once('error', fail);
        server.listen({ host, port }, () => {
          server.off('error', fail);
          resolve();
        });
      });
      // Such as no file handle left for a new connection; the next one may find one.
      server.on('error', (err) => log.error({ err }, 'a connection was not accepted'));
      const address = server.address();
      return addressesOf(host, typeof address === 'object' && address ? address.port : port);
    },
    async close(graceMs) {
      isClosing = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      connections.close();
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

/** The last resort: an answer that has begun is cut, for a short body that ends cleanly would be taken for whole. */
async function answerError(
  request: IncomingMessage,
  response: ServerResponse,
  cause: unknown,
  log: Log,
): Promise<void> {
  if (response.destroyed || response.writableEnded) return;
  const error = toAppError(cause);
  const { method } = request;
  const path = loggedPath(request);
  if (error.code === 'INTERNAL') log.error({ err: error, method, path }, 'request failed');
  else if (error.status >= 500) log.warn({ code: error.code, reason: error.message, method, path }, error.advice);
  if (response.headersSent) response.destroy();
  else await sendError(request, response, error);
}

function misdirected(): AppError {
  return new AppError('BAD_REQUEST', 'the request names another server', {
    status: 421,
    advice: 'ask for localhost, or add the name to server.allowedHosts',
  });
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

function addressesOf(host: string, port: number): URL[] {
  const isWildcard = host === '0.0.0.0' || host === '::';
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const hosts = isWildcard
    ? own.filter(({ family }) => family === 'IPv4' || host === '::').map(({ address }) => address)
    : [host];
  return hosts
    .filter((name) => !name.startsWith('fe80:'))
    .map((name) => new URL(`http://${name.includes(':') ? `[${name}]` : name}:${port}/`));
}
