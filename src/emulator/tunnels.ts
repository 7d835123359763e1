import { createServer, type Server } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * A proxy that answers CONNECT for those names, port 443, and hands the connection over; nothing is ever forwarded.
 *
 * `accept` gets the connection where the client goes on with its first bytes of TLS.
 */
export function createTunnelProxy(names: ReadonlySet<string>, accept: (connection: Duplex) => void): Server {
  const server = createServer((_request, response) => {
    response.writeHead(405, { Allow: 'CONNECT', 'Content-Type': 'text/plain' });
    response.end('This proxy answers CONNECT alone: use it for https:// addresses.\n');
  });
  server.on('connect', (request, connection, head) => {
    connection.on('error', () => connection.destroy());
    const [, name = '', port] = /^(.*):(\d+)$/.exec(request.url ?? '') ?? [];
    if (port !== '443' || !names.has(name.toLowerCase())) {
      refuse(connection, `This proxy leads to an emulator of Google Photos, and not to ${request.url ?? ''}.\n`);
      return;
    }
    connection.write('HTTP/1.1 200 Connection established\r\n\r\n');
    if (head.length > 0) connection.unshift(head);
    accept(connection);
  });
  return server;
}

function refuse(connection: Duplex, text: string): void {
  const head = ['HTTP/1.1 403 Forbidden', 'Content-Type: text/plain', `Content-Length: ${Buffer.byteLength(text)}`];
  connection.end(`${[...head, 'Connection: close'].join('\r\n')}\r\n\r\n${text}`);
}
