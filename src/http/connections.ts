import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

interface Connection {
  /** What is being answered. */
  running?: Exchange | undefined;
  readonly waiting: Exchange[];
}

/**
 * Pipelined requests that may wait on one connection: each is held with its headers, up to 16 KiB, for whoever has not even
 * signed in. No client sends more than a few ahead.
 */
const MAX_WAITING = 32;

/**
 * The open connections, on each of which one request is answered at a time.
 *
 * Node tells of every pipelined request at once, and the response to one whose turn has not come has no socket: it would
 * never learn that the client has left.
 */
export class Connections {
  readonly #open = new Map<Socket, Connection>();
  readonly #answer: (request: IncomingMessage, response: ServerResponse) => void;
  #isClosing = false;

  constructor(answer: (request: IncomingMessage, response: ServerResponse) => void) {
    this.#answer = answer;
  }

  add(socket: Socket): void {
    this.#open.set(socket, { waiting: [] });
    socket.once('close', () => this.#open.delete(socket));
  }

  /** Answers now, or when the answers before it on its connection have ended; never if the connection ends before. */
  take(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    const connection = this.#open.get(socket);
    if (!connection) return;
    if (connection.waiting.push({ request, response }) > MAX_WAITING) socket.destroy();
    else if (!connection.running) this.#next(socket, connection);
  }

  /** Ends connections without a running answer: at once the idle and those with half a request, the others after it. */
  close(): void {
    this.#isClosing = true;
    for (const [socket, { running }] of this.#open) {
      const isRunning = running && (running.request.complete || running.response.headersSent);
      if (!isRunning) socket.destroy();
    }
  }

  #next(socket: Socket, connection: Connection): void {
    const next = connection.waiting.shift();
    connection.running = next;
    if (!next) {
      if (this.#isClosing) socket.destroySoon();
      return;
    }
    const { request, response } = next;
    // No socket: the answer before it was the last one on this connection.
    if (socket.destroyed || !response.socket) return;
    response.once('close', () => this.#next(socket, connection));
    this.#answer(request, response);
  }
}
