import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Clock } from '../clock.js';
import { AppError, toAppError } from '../errors.js';
import type { Outcome } from '../http/access-log.js';
import { sendError } from '../http/error-response.js';
import type { Guesses } from '../http/guesses.js';
import { abortWhenLeft } from '../http/flow.js';
import { networkOf } from '../http/network.js';
import { parsePath } from '../http/path.js';
import { readBody } from '../http/request-body.js';
import type { Link } from '../sources/source.js';

/** Whoever stands between a user and a mount has no business with this: it is at the server's root, for AList's workers. */
const PATH = '/api/fs/link';
const MAX_BODY_BYTES = 64 * 1024;
const MAX_PATH = 4096;

/**
 * What workers send, and more: AList's API has a password of the folder, and pages. `refresh` is ours, after AList's API of
 * folders: the link given before was refused.
 */
const question = z.object({
  path: z.string().startsWith('/').max(MAX_PATH),
  refresh: z.boolean().catch(false),
});
type Question = z.output<typeof question>;

export interface LinksOptions {
  /** The whole of a worker's Authorization header. */
  readonly token: string;
  /** Throws the `AppError` to answer with for what is no item, or has no link for workers. */
  readonly linkTo: (segments: readonly string[], signal: AbortSignal, isDoubted: boolean) => Promise<Link>;
  readonly guesses: Guesses;
  readonly clock: Clock;
}

/** Answers workers, and tells what came of it; undefined for every other request. */
export type Links = (request: IncomingMessage, response: ServerResponse) => Promise<Outcome | undefined>;

/**
 * `POST /api/fs/link` as AList and OpenList answer it: `{"path": …}` to an address with the headers it needs, which grants
 * access to that item alone. Errors are told in the same shape, and by their real status.
 */
export function createLinks({ token, linkTo, guesses, clock }: LinksOptions): Links {
  const rightToken = digest(token);

  const signIn = ({ socket, headers }: IncomingMessage): void => {
    // First, for behind a reverse proxy all are of one network: who guesses must not shut out a worker.
    if (timingSafeEqual(digest(headers.authorization ?? ''), rightToken)) return;
    const network = networkOf(socket.remoteAddress);
    guesses.check(network);
    guesses.wrong(network);
    throw new AppError('NOT_SIGNED_IN', 'the link token is missing or wrong', {
      advice: "give the worker this server's `delivery.linkToken`, as the whole value of Authorization",
    });
  };
  const answer = async (request: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<void> => {
    requirePost(request, response);
    signIn(request);
    const { path, refresh } = questionIn(await readBody(request, response, MAX_BODY_BYTES));
    const link = await linkTo(path.split('/').slice(1), signal, refresh);
    signal.throwIfAborted();
    sendLink(response, link, clock.now());
  };

  return async (request, response) => {
    if (!isHere(request)) return undefined;
    const signal = abortWhenLeft(response);
    try {
      await answer(request, response, signal);
      return {};
    } catch (cause) {
      if (signal.aborted) return {};
      const error = toAppError(cause);
      // Not Basic, so that no browser asks for a password.
      if (error.status === 401) response.setHeader('WWW-Authenticate', 'LinkToken realm="photodav"');
      await sendError(request, response, error, { type: 'application/json', text: envelope(error) });
      return { error };
    }
  };
}

function isHere({ url = '' }: IncomingMessage): boolean {
  // Every other request is spared the parsing, for WebDAV parses it again.
  if (!url.includes(PATH)) return false;
  const { segments, endsInSlash } = parsePath(url);
  return !endsInSlash && `/${segments.join('/')}` === PATH;
}

function requirePost({ method = '' }: IncomingMessage, response: ServerResponse): void {
  if (method === 'POST') return;
  response.setHeader('Allow', 'POST');
  throw new AppError('BAD_REQUEST', `${method} does nothing here`, { status: 405, advice: 'use POST' });
}

function questionIn(body: Buffer): Question {
  let read: unknown;
  try {
    read = JSON.parse(body.toString());
  } catch {
    // No cause: it repeats the body.
  }
  const { success, data } = question.safeParse(read);
  if (success) return data;
  throw new AppError('BAD_REQUEST', 'the body names no path', { advice: 'send JSON such as {"path": "/All/a.jpg"}' });
}

function sendLink(response: ServerResponse, { url, headers, expiresAtMs }: Link, nowMs: number): void {
  const header = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  const body = Buffer.from(JSON.stringify({ code: 200, message: 'success', data: { url, header } }));
  const lifeSeconds = Math.max(0, Math.floor((expiresAtMs - nowMs) / 1_000));
  response
    .writeHead(200, {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': body.length,
      // Says to the worker how long it may keep the link.
      'Cache-Control': `private, max-age=${lifeSeconds}`,
      'X-Content-Type-Options': 'nosniff',
    })
    .end(body);
}

function envelope({ status, message, advice }: AppError): string {
  return `${JSON.stringify({ code: status, message: `${message}; ${advice}`, data: null })}\n`;
}

/** Of one length, whatever was sent. */
function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
