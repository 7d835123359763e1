import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline, type Writable } from 'node:stream';
import { constants, createGzip, gzipSync, type Gzip } from 'node:zlib';
import { acceptsGzip } from './accept-encoding.js';
import { write } from '../http/flow.js';
import { MULTISTATUS_END, MULTISTATUS_START } from './multistatus.js';

const CHUNK_CHARACTERS = 64 * 1024;
/** Below this a coding costs more than it saves. */
const MIN_CODED_BYTES = 1024;
/** Level 6 takes twice the time for a tenth of the size. */
const GZIP_LEVEL = 1;

/** Writes a 207, compressed where the client offers gzip: with its length if short, in chunks otherwise. */
export class MultistatusWriter {
  readonly #response: ServerResponse;
  readonly #signal: AbortSignal;
  readonly #isCoded: boolean;
  #pending = MULTISTATUS_START;
  #gzip: Gzip | undefined;

  constructor(request: IncomingMessage, response: ServerResponse, signal: AbortSignal) {
    this.#response = response;
    this.#signal = signal;
    this.#isCoded = acceptsGzip(request.headers['accept-encoding']?.toString());
  }

  add(xml: string): void {
    this.#pending += xml;
  }

  get hasEntries(): boolean {
    return this.#response.headersSent || this.#pending.length > MULTISTATUS_START.length;
  }

  /** True when a chunk's worth waits; `flush` is due. */
  get isFull(): boolean {
    return this.#pending.length >= CHUNK_CHARACTERS;
  }

  /** Sends what waits. Rejects when the client has left. */
  async flush(): Promise<void> {
    // Encoded here, for a stream of text would take three bytes for each character first.
    const chunk = Buffer.from(this.#pending);
    this.#pending = '';
    await write(this.#stream(), chunk, this.#signal);
  }

  /** Sends what waits to the client itself, past the compressor's own buffer; for when more will take a while. */
  async flushThrough(): Promise<void> {
    await this.flush();
    this.#gzip?.flush(constants.Z_SYNC_FLUSH);
  }

  end(): void {
    this.#pending += MULTISTATUS_END;
    if (this.#response.headersSent) this.#stream().end(this.#pending);
    else this.#sendShort(Buffer.from(this.#pending));
  }

  #sendShort(body: Buffer): void {
    const isCoded = this.#isCoded && body.length >= MIN_CODED_BYTES;
    const sent = isCoded ? gzipSync(body, { level: GZIP_LEVEL }) : body;
    this.#response.writeHead(207, { ...this.#headers(isCoded), 'Content-Length': sent.length }).end(sent);
  }

  #stream(): Writable {
    if (!this.#response.headersSent) {
      this.#response.writeHead(207, this.#headers(this.#isCoded));
      if (this.#isCoded) {
        this.#gzip = createGzip({ level: GZIP_LEVEL });
        // Whoever waits learns of a failure by the signal or by `write`.
        pipeline(this.#gzip, this.#response, () => undefined);
      }
    }
    return this.#gzip ?? this.#response;
  }

  #headers(isCoded: boolean): Record<string, string> {
    return {
      'Content-Type': 'application/xml; charset=utf-8',
      'Cache-Control': 'private, no-cache',
      Vary: 'Accept-Encoding',
      ...(isCoded ? { 'Content-Encoding': 'gzip' } : {}),
    };
  }
}
