import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { AppError, toAppError } from '../errors.js';
import type { Log } from '../log.js';
import { isFailure, logAccess, loggedPath, type Outcome } from './access-log.js';
import { Connections } from './connections.js';
import { sendError } from './error-response.js';
import { Handshakes } from './handshakes.js';
import { isAllowedHost, namedHost } from './host.js';
import { listen } from './listen.js';
import type { Door } from './door.js';
import type { User } from './sign-in.js';
import type { Tls } from './tls.js';

/** Answers a request, or rejects with the error to answer with. Without sign-in, and for OPTIONS, there is no user. */
export type Handler = (request: IncomingMessage, response: ServerResponse, user: User | undefined) => Promise<void>;

/** Answers a request and resolves with what came of it, or with undefined if the request is not its. */
export type OwnHandler = (request: IncomingMessage, response: ServerResponse) => Promise<Outcome | undefined>;

export interface HttpServerOptions {
  readonly handle: Handler;
  /** Is asked before the Host check and the door, for programs that bring a secret of their own. */
  readonly beforeDoor?: OwnHandler;
  /** Who may enter; everybody if absent. OPTIONS, which clients send first and without a password, is always answered. */
  readonly door?: Door;
  /** Speaks TLS 1.2 or newer, and nothing else, if present. */
  readonly tls?: Tls;
  /**
   * Host names besides loopback's that a request may carry, without port. `any` ends the check, which is against pages
   * whose name is made to lead here (DNS rebinding): they gain nothing where a password is asked for.
   */
  readonly allowedHosts: readonly string[] | 'any';
  readonly log: Log;
}

/** Built but not listening. */
export interface HttpServer {
  /** Resolves with the addresses to ask, port 0 replaced by the real one; throws LISTEN_FAILED. */
  listen(host: string, port: number): Promise<readonly URL[]>;
  /** Stops accepting, ends idle connections, lets running answers finish for `graceMs`, then ends them. */
  close(graceMs: number): Promise<void>;
}

/** Also how long a TLS handshake may take. */
const HEADERS_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 60_000;
/** Clients reuse a connection after a minute and see a reset if it is gone. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const CHECK_INTERVAL_MS = 5_000;
/** A paused player holds its connection for minutes; a dead one would hold it for ever. */
const IDLE_TIMEOUT_MS = 15 * 60_000;

/** An HTTP server with limits, an access log, and an answer to every error. Malformed requests are Node's to refuse. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { handle, beforeDoor, door, tls, allowedHosts, log } = options;
  let isClosing = false;
  const limits = {
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    connectionsCheckingInterval: CHECK_INTERVAL_MS,
  };
  const server = tls
    ? createTlsServer({ ...limits, ...tls, minVersion: 'TLSv1.2', handshakeTimeout: HEADERS_TIMEOUT_MS })
    : createServer(limits);
  server.setTimeout(IDLE_TIMEOUT_MS);

  const admit = async (request: IncomingMessage): Promise<User | undefined> => {
    const host = namedHost(request);
    const isHere = allowedHosts === 'any' || isAllowedHost(host, allowedHosts);
    if (!isHere) throw misdirected();
    return request.method === 'OPTIONS' ? undefined : door?.check(request);
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let outcome: Outcome = {};
    logAccess(request, response, log, () => outcome);
    // An expectation of HTTP/1.0 is ignored (RFC 9110 §10.1.1), and `100 Continue` would be taken for the answer.
    if (request.httpVersion === '1.0') delete request.headers.expect;
    if (isClosing) response.setHeader('Connection', 'close');
    try {
      const own = await beforeDoor?.(request, response);
      if (own) {
        outcome = own;
        if (own.error) logError(request, own.error, log);
        return;
      }
      const user = await admit(request);
      if (user) outcome = { user };
      // Whoever answers learns from now on when the client leaves.
      if (response.destroyed) return;
      await handle(request, response, user);
    } catch (cause) {
      const error = toAppError(cause);
      outcome = { ...outcome, error };
      await answerError(request, response, error, log);
    }
  };
  const connections = new Connections((request, response) => void answer(request, response));
  const handshakes = new Handshakes();
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => connections.take(request, response);
  if (tls) server.on('connection', (socket: Socket) => handshakes.add(socket));
  server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
    handshakes.done(socket);
    connections.add(socket);
  });
  server.on('request', onRequest);
  // Whoever reads the body says "100 Continue"; an answer that needs none comes before it.
  server.on('checkContinue', onRequest);

  return {
    async listen(host, port) {
      const bound = await listen(server, host, port);
      // Such as no file handle left for a new connection; the next one may find one.
      server.on('error', (err) => log.error({ err }, 'a connection was not accepted'));
      return bound.hosts.map((name) => new URL(`${tls ? 'https' : 'http'}://${name}:${bound.port}/`));
    },
    async close(graceMs) {
      isClosing = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      connections.close();
      handshakes.end();
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
  error: AppError,
  log: Log,
): Promise<void> {
  if (response.destroyed || response.writableEnded) return;
  logError(request, error, log);
  if (response.headersSent) response.destroy();
  else await sendError(request, response, error);
}

function logError(request: IncomingMessage, error: AppError, log: Log): void {
  const { method } = request;
  const path = loggedPath(request);
  if (error.code === 'INTERNAL') log.error({ err: error, method, path }, 'request failed');
  else if (isFailure(error)) log.warn({ code: error.code, reason: error.message, method, path }, error.advice);
}

function misdirected(): AppError {
  return new AppError('BAD_REQUEST', 'the request names another server', {
    status: 421,
    advice: 'ask for localhost, or add the name to server.allowedHosts',
  });
}
