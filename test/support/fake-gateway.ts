import { createServer, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What the gateway says to a request for a link; `body` is sent as JSON, a string as it is. */
export interface GatewayAnswer {
  readonly status?: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body: unknown;
}

export interface LinkRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A gateway as workers see it: it answers requests for links, and nothing else. */
export interface FakeGateway {
  readonly origin: string;
  /** Those for links, as they came. */
  readonly requests: readonly LinkRequest[];
  close(): Promise<void>;
}

/** `answer` gets the path that a link is asked for; `check` is for who asks for none, as a worker does at its start. */
export async function startFakeGateway(
  answer: (path: string) => GatewayAnswer | Promise<GatewayAnswer>,
  check = noLink(400),
): Promise<FakeGateway> {
  const requests: LinkRequest[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const { method = '', url = '', headers } = request;
      const asked = await text(request);
      const { path } = JSON.parse(asked) as { path?: string };
      if (path !== undefined) requests.push({ method, target: url, headers, body: asked });
      const { status = 200, headers: sent = {}, body } = path === undefined ? check : await answer(path);
      response.writeHead(status, { 'Content-Type': 'application/json', ...sent });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The answer that gives this link, as AList words it. */
export function linkTo(
  url: string,
  { header = {}, maxAge }: { header?: Readonly<Record<string, readonly string[]>>; maxAge?: number } = {},
): GatewayAnswer {
  return {
    ...(maxAge === undefined ? {} : { headers: { 'Cache-Control': `private, max-age=${maxAge}` } }),
    body: { code: 200, message: 'success', data: { url, header } },
  };
}

/** The answer that gives none. */
export function noLink(code: number, headers: OutgoingHttpHeaders = {}, status = code): GatewayAnswer {
  return { status, headers, body: { code, message: 'no link', data: null } };
}
