import { request as requestInClear, type Agent, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { request as requestOverTls } from 'node:https';
import { connect } from 'node:net';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
  /** Keeps connections; each request has its own if absent. */
  readonly agent?: Agent;
  /** The certificate to believe, for an origin of https. */
  readonly ca?: string;
}

/** Sends one request, its target exactly as written. Rejects if the answer is cut. */
export function ask(origin: string, target: string, options: Ask = {}): Promise<Reply> {
  const { method = 'GET', headers = {}, body, agent = false, ca } = options;
  const { protocol, hostname, port } = new URL(origin);
  const request = protocol === 'https:' ? requestOverTls : requestInClear;
  const isFramed = body === undefined || 'Transfer-Encoding' in headers;
  // Node frames no body of a DELETE by itself.
  const sent = isFramed ? headers : { 'Content-Length': Buffer.byteLength(body), ...headers };
  return new Promise((resolve, reject) => {
    const to = {
      host: hostname,
      port,
      path: target,
      method,
      headers: sent,
      agent,
      ...(ca === undefined ? {} : { ca }),
    };
    const outgoing = request(to, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const bytes = Buffer.concat(chunks);
        resolve({ status: incoming.statusCode!, headers: incoming.headers, bytes, text: bytes.toString() });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Sends octets as they are, and gives all that comes back until the server closes. */
export function sendRaw(origin: string, octets: string): Promise<string> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString('latin1')));
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
    socket.write(octets, 'latin1');
  });
}

/** PROPFIND, Depth 1 and no body if not said otherwise. */
export function propfind(
  origin: string,
  target: string,
  { headers, body, depth = '1' }: { headers?: OutgoingHttpHeaders; body?: string; depth?: string | null } = {},
): Promise<Reply> {
  const sent = { ...(depth === null ? {} : { Depth: depth }), ...headers };
  return ask(origin, target, { method: 'PROPFIND', headers: sent, ...(body === undefined ? {} : { body }) });
}

/** A PROPFIND body that asks for properties by name. */
export function propBody(...elements: readonly string[]): string {
  return `<?xml version="1.0"?><D:propfind xmlns:D="DAV:"><D:prop>${elements.join('')}</D:prop></D:propfind>`;
}
