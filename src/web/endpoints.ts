import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../errors.js';
import { namedHost } from '../http/host.js';
import { parsePath } from '../http/path.js';
import { OWN_FOLDER } from '../tree/tree.js';

/** `U` is whoever asks; an endpoint does what concerns that user's mounts alone. */
export interface EndpointsOptions<U> {
  /** What stands before every path, such as `/photos`. */
  readonly basePath: string;
  /** Has what the user sees fetched again. The seconds to wait before asking again, if this was too soon; else 0. */
  readonly refresh: (user: U) => number;
  /** Answers GET and HEAD with what is counted; it tells nothing of what is in the library. */
  readonly sendMetrics: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

/** Answers a request to `/.photodav/…` and says true; false for any other. Rejects with the `AppError` to answer with. */
export type Endpoints<U> = (request: IncomingMessage, response: ServerResponse, user: U) => Promise<boolean>;

type Endpoint<U> = (request: IncomingMessage, response: ServerResponse, user: U) => void | Promise<void>;

/** What photodav offers beside WebDAV, under `/.photodav/`. */
export function createEndpoints<U>({ basePath, refresh, sendMetrics }: EndpointsOptions<U>): Endpoints<U> {
  const base = [...parsePath(basePath).segments, OWN_FOLDER];
  const endpoints = new Map<string, Endpoint<U>>([
    [
      'refresh',
      (request, response, user) => {
        requireMethod(request, response, ['POST']);
        refuseOtherSites(request);
        const waitSeconds = refresh(user);
        if (waitSeconds > 0) throw tooSoon(waitSeconds);
        const text = 'The listings are being fetched again.\n';
        response
          .writeHead(202, { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': text.length })
          .end(text);
      },
    ],
    [
      'metrics',
      (request, response) => {
        requireMethod(request, response, ['GET', 'HEAD']);
        return sendMetrics(request, response);
      },
    ],
  ]);
  return async (request, response, user) => {
    const { url = '' } = request;
    // Every other request is spared the parsing, for WebDAV parses it again.
    if (!url.includes(OWN_FOLDER)) return false;
    const { segments } = parsePath(url);
    if (!base.every((name, i) => segments[i] === name)) return false;
    if (request.method === 'OPTIONS') return false;
    const endpoint = endpoints.get(segments.slice(base.length).join('/'));
    if (!endpoint) throw new AppError('NOT_FOUND', 'nothing is at this path');
    await endpoint(request, response, user);
    return true;
  };
}

function tooSoon(retryAfterSeconds: number): AppError {
  return new AppError('BAD_REQUEST', 'the listings were fetched again less than a minute ago', {
    status: 429,
    retryAfterSeconds,
    advice: 'wait a moment; `catalog.ttl` says how often they are looked at without being asked',
  });
}

function requireMethod({ method = '' }: IncomingMessage, response: ServerResponse, allowed: readonly string[]): void {
  if (allowed.includes(method)) return;
  response.setHeader('Allow', ['OPTIONS', ...allowed].join(', '));
  throw new AppError('BAD_REQUEST', `${method} does nothing here`, {
    status: 405,
    advice: `use ${allowed.join(' or ')}`,
  });
}

/** A page of another site can make a browser send this with the password that it remembers. */
function refuseOtherSites(request: IncomingMessage): void {
  const { origin, 'sec-fetch-site': site } = request.headers;
  const isOwnOrigin = origin === undefined || (URL.canParse(origin) && new URL(origin).host === namedHost(request));
  if (isOwnOrigin && (site === undefined || site === 'same-origin' || site === 'none')) return;
  throw new AppError('BAD_REQUEST', 'the request comes from a page of another site', {
    status: 403,
    advice: 'send it from a page of this server, or with a program such as curl',
  });
}
