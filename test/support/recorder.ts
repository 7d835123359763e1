import { createServer, request, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';

/** One request that a client made, and what it was answered. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly status: number;
  readonly answer: IncomingHttpHeaders;
}

/** A server between a client and photodav that changes nothing and notes everything. */
export interface Recorder {
  /** Without a slash at the end. */
  readonly url: string;
  readonly exchanges: readonly Exchange[];
  close(): Promise<void>;
}

/** Players' exit codes prove nothing: what they asked for, and got, does. */
export async function startRecorder(target: string): Promise<Recorder> {
  const exchanges: Exchange[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method = '', url = '', headers } = incoming;
    const upstream = request(target + url, { method, headers }, (answer) => {
      const status = answer.statusCode ?? 0;
      exchanges.push({ method, path: url, headers, status, answer: answer.headers });
      outgoing.writeHead(status, answer.headers);
      pipeline(answer, outgoing, () => undefined);
    });
    upstream.on('error', () => outgoing.destroy());
    outgoing.on('close', () => upstream.destroy());
    pipeline(incoming, upstream, () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    exchanges,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
