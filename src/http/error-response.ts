import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AppError } from '../errors.js';
import { CHALLENGE } from './credentials.js';

const RETRY_SOON_SECONDS = 30;
const RETRY_LATE_SECONDS = 300;
/** Bodies up to this are read to their end, so that the connection can be kept. */
const KEPT_BODY_BYTES = 64 * 1024;
const LINGER_BYTES = 1024 * 1024;
const LINGER_MS = 1000;

/** How an error is worded for whoever asked. */
export interface ErrorBody {
  /** A media type without parameters. */
  readonly type: string;
  readonly text: string;
}

/**
 * Answers with an error: status, the challenge of a 401, `Retry-After` where a later try makes sense, code, message and
 * advice as the body.
 *
 * Unless given, the body is text for GET and POST, which people send, and a `D:error` for every other method
 * (RFC 4918 §16). Headers already set are kept. Resolves when the answer has been handed over.
 */
export async function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  error: AppError,
  { type, text }: ErrorBody = bodyFor(request, error),
): Promise<void> {
  const body = Buffer.from(text);
  response.statusCode = error.status;
  response.setHeader('Content-Type', `${type}; charset=utf-8`);
  response.setHeader('Content-Length', body.length);
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  if (error.status === 401 && !response.hasHeader('WWW-Authenticate'))
    response.setHeader('WWW-Authenticate', CHALLENGE);
  const retryAfter = retryAfterSeconds(error);
  if (retryAfter !== undefined) response.setHeader('Retry-After', retryAfter);
  const mayHaveMore = hasLongBody(request);
  if (mayHaveMore) response.setHeader('Connection', 'close');
  if (request.method === 'HEAD') response.flushHeaders();
  else response.write(body);
  if (mayHaveMore) await linger(request);
  response.end();
}

function bodyFor({ method = '' }: IncomingMessage, error: AppError): ErrorBody {
  return ['GET', 'HEAD', 'POST'].includes(method)
    ? { type: 'text/plain', text: toText(error) }
    : { type: 'application/xml', text: toXml(error) };
}

function retryAfterSeconds(error: AppError): number | undefined {
  if (error.retryAfterSeconds !== undefined) return Math.max(1, Math.ceil(error.retryAfterSeconds));
  if (error.waitHelps) return RETRY_SOON_SECONDS;
  return error.status === 503 ? RETRY_LATE_SECONDS : undefined;
}

function toText({ code, message, advice }: AppError): string {
  return `${code}: ${message}\n${advice}\n`;
}

/** Directly below the root, where rclone looks for a message. */
function toXml({ code, message, advice }: AppError): string {
  const texts = `<P:code>${code}</P:code><P:message>${escape(message)}</P:message><P:advice>${escape(advice)}</P:advice>`;
  return `<?xml version="1.0" encoding="utf-8"?>\n<D:error xmlns:D="DAV:" xmlns:P="urn:photodav">${texts}</D:error>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** True if too much of the body may be to come to read it for the sake of the connection; Node reads away the rest. */
function hasLongBody({ headers, complete }: IncomingMessage): boolean {
  if (complete) return false;
  const isAwaited = headers.expect !== undefined;
  const hasLength = headers['transfer-encoding'] === undefined;
  const bytes = Number(headers['content-length'] ?? 0);
  return !hasLength || bytes > KEPT_BODY_BYTES || (isAwaited && bytes > 0);
}

/**
 * Reads on for a moment, so that a client that still sends sees the answer and not a reset connection: closing a socket
 * with unread bytes resets it, and Windows then misses the status.
 */
function linger(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let left = LINGER_BYTES;
    const done = (): void => {
      clearTimeout(timer);
      request.off('data', count).off('end', done).off('close', done);
      resolve();
    };
    const count = (chunk: Buffer): void => {
      left -= chunk.length;
      if (left < 0) done();
    };
    const timer = setTimeout(done, LINGER_MS);
    request.on('data', count).on('end', done).on('close', done);
    // A client that waits for "100 Continue" sends nothing until told to, and it is not told.
    if (request.headers.expect !== undefined) done();
  });
}
