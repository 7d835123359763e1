import type { AddressInfo, Server, Socket } from 'node:net';

/** A server and its connections, whatever has become of them since: tunnels and TLS sessions too. */
export class Listener {
  readonly #sockets = new Set<Socket>();

  constructor(private readonly server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** Resolves with the origin, such as `http://127.0.0.1:40123`; rejects if the address cannot be bound. */
  async listen(address: string, port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, address, () => {
        this.server.off('error', reject);
        resolve();
      });
    });
    const { port: bound, family, address: at } = this.server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${at}]` : at}:${bound}`;
  }

  /** Ends the server and every connection to it. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
  }
}
