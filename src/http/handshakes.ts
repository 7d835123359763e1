import type { Socket } from 'node:net';

/** Connections whose TLS handshake is not over: nothing else of Node's ends them when a server closes. */
export class Handshakes {
  readonly #sockets = new Map<string, Socket>();

  add(socket: Socket): void {
    const peer = peerOf(socket);
    this.#sockets.set(peer, socket);
    socket.once('close', () => this.#sockets.delete(peer));
  }

  /** `socket` is the encrypted one; that below it is known by its peer alone. */
  done(socket: Socket): void {
    this.#sockets.delete(peerOf(socket));
  }

  end(): void {
    for (const socket of this.#sockets.values()) socket.destroy();
  }
}

function peerOf({ remoteAddress = '', remotePort = 0 }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
