import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../../clock.js';
import { AppError } from '../../errors.js';
import { listen } from '../../http/listen.js';
import { readAnswer, type Answer } from './answer.js';
import {
  ALREADY,
  DONE,
  FAILED,
  FOREIGN,
  NOT_FOUND,
  PAGE_HEADERS,
  pageHtml,
  REFUSED,
  WRONG_HOST,
  WRONG_METHOD,
  type Page,
} from './pages.js';

const HOST = '127.0.0.1';
/** Where the browser is sent at once, so that no address with a code is left in it. */
const DONE_PATH = '/done';
/** How long a browser that has answered may take to ask for its last page. */
const LAST_PAGE_MS = 3000;
/** The one that has stood longest makes room: whoever holds them all must not keep the browser out. */
const MAX_CONNECTIONS = 32;

/** A server on the loopback that waits for the browser which Google sends back (RFC 8252 §7.3). */
export interface Listener {
  readonly redirectUri: URL;
  /** The first that comes. */
  readonly answer: Promise<Answer>;
  /** Ends it; a browser that has answered is shown first whether that signed the person in. */
  close(isSignedIn: boolean): Promise<void>;
}

export interface ListenerOptions {
  readonly state: string;
  readonly clock: Clock;
  /** Told of the first answer to another sign-in; all are ignored. */
  readonly onForeign: () => void;
  /** Where the client's answers must go; on a free port if absent. */
  readonly redirectUri?: URL;
}

/** Opens it. Throws LISTEN_FAILED. */
export async function openListener({ state, clock, onForeign, redirectUri }: ListenerOptions): Promise<Listener> {
  const answer = promised<Answer>();
  const outcome = promised<Page>();
  const lastPage = promised<undefined>();
  let origin = '';
  let isAnswered = false;
  let isToldOfForeign = false;

  /** Undefined if it is the answer that was waited for. */
  const take = (query: URLSearchParams): Page | undefined => {
    const found = readAnswer(query, state);
    if (found.kind === 'none') return NOT_FOUND;
    if (found.kind === 'foreign') {
      if (!isToldOfForeign) onForeign();
      isToldOfForeign = true;
      return FOREIGN;
    }
    if (isAnswered) return ALREADY;
    isAnswered = true;
    if (found.kind === 'refused') outcome.resolve(REFUSED);
    answer.resolve(found);
    return undefined;
  };
  const server = createServer((request, response) => {
    const [path, query] = splitOnce(request.url ?? '');
    const fault = faultOf(request, new URL(origin).host);
    if (fault) send(response, fault);
    else if (path === (redirectUri?.pathname ?? '/')) {
      const page = take(new URLSearchParams(query));
      if (page) send(response, page);
      else response.writeHead(303, { ...PAGE_HEADERS, Location: DONE_PATH }).end();
    } else if (path === DONE_PATH && isAnswered) {
      response.once('close', () => lastPage.resolve(undefined));
      void outcome.value.then((page) => send(response, page));
    } else send(response, NOT_FOUND);
  });
  const connections = new Set<Socket>();
  server.on('connection', (connection: Socket) => {
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
    const [oldest] = connections;
    if (connections.size > MAX_CONNECTIONS) oldest?.destroy();
  });
  const { port } = await listen(
    server,
    redirectUri?.hostname === '[::1]' ? '::1' : HOST,
    Number(redirectUri?.port ?? 0),
  );
  origin = redirectUri?.origin ?? `http://${HOST}:${port}`;

  return {
    redirectUri: redirectUri ?? new URL('/', origin),
    answer: answer.value,
    async close(isSignedIn) {
      outcome.resolve(isSignedIn ? DONE : FAILED);
      const leave = new AbortController();
      if (isAnswered) await Promise.race([lastPage.value, clock.sleep(LAST_PAGE_MS, leave.signal)]);
      leave.abort(new AppError('INTERNAL', 'the last page is sent'));
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A page under another name, which is led here, must neither read nor answer (DNS rebinding). */
function faultOf({ method, headers }: IncomingMessage, host: string): Page | undefined {
  if (headers.host !== host) return WRONG_HOST;
  return method === 'GET' ? undefined : WRONG_METHOD;
}

function splitOnce(target: string): readonly [path: string, query: string] {
  const at = target.indexOf('?');
  return at < 0 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)];
}

function send(response: ServerResponse, page: Page): void {
  const headers = { ...PAGE_HEADERS, 'Content-Type': 'text/html; charset=utf-8' };
  response.writeHead(page.status, page.status === 405 ? { ...headers, Allow: 'GET' } : headers).end(pageHtml(page));
}

interface Promised<T> {
  readonly value: Promise<T>;
  resolve(value: T): void;
}

function promised<T>(): Promised<T> {
  let resolve: (value: T) => void = () => undefined;
  const value = new Promise<T>((fulfil) => (resolve = fulfil));
  return { value, resolve };
}
