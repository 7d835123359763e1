import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from './faults.js';
import type { Origins } from './google-names.js';

export type Headers = Readonly<Record<string, string | number>>;

const MAX_BODY_BYTES = 1 << 20;

const API_HEADERS: Headers = {
  Vary: 'Origin, X-Origin, Referer',
  Server: 'ESF',
  'Cache-Control': 'private',
  'X-XSS-Protection': '0',
  'X-Frame-Options': 'SAMEORIGIN',
  'X-Content-Type-Options': 'nosniff',
};

/** One request and its answer. */
export class Exchange {
  readonly url: URL;
  /** Aborted when the client has left, or when the answer is complete. */
  readonly signal: AbortSignal;
  /** The fault that this request drew. */
  fault: Fault | undefined;

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    /** Where this client finds bytes. */
    readonly origins: Origins,
    private readonly recordStatus: (status: number) => void,
  ) {
    this.url = urlOf(request);
    const gone = new AbortController();
    this.signal = gone.signal;
    response.once('close', () => gone.abort());
  }

  get method(): string {
    return this.request.method ?? 'GET';
  }

  /** Waits; rejects when the client leaves. */
  async sleep(ms: number): Promise<void> {
    if (ms > 0) await delay(ms, undefined, { signal: this.signal });
  }

  /** Writes the header; the body is the caller's. */
  begin(status: number, headers: Headers): void {
    this.recordStatus(status);
    this.response.writeHead(status, headers);
  }

  send(status: number, headers: Headers, body: string | Buffer = ''): void {
    this.begin(status, { ...headers, 'Content-Length': Buffer.byteLength(body) });
    this.response.end(this.method === 'HEAD' ? undefined : body);
  }

  /** JSON as Google prints it, with two spaces unless `prettyPrint=false`. */
  json(status: number, value: object, headers: Headers = {}): void {
    const isPlain = this.url.searchParams.get('prettyPrint') === 'false';
    const text = isPlain ? JSON.stringify(value) : `${JSON.stringify(value, null, 2)}\n`;
    const isCut = this.fault && 'body' in this.fault && this.fault.body === 'cut-json';
    const body = isCut ? text.slice(0, text.length / 2) : text;
    this.send(status, { ...API_HEADERS, 'Content-Type': 'application/json; charset=UTF-8', ...headers }, body);
  }

  /** A page such as Google shows people, for programs to stumble over. */
  html(status: number, title: string, text: string, headers: Headers = {}): void {
    const body =
      '<!DOCTYPE html>\n<html lang=en>\n  <meta charset=utf-8>\n' +
      `  <title>Error ${status} (${escapeHtml(title)})!!1</title>\n` +
      `  <p><b>${status}.</b> <ins>That’s an error.</ins>\n  <p>${escapeHtml(text)}\n</html>\n`;
    this.send(
      status,
      { 'Content-Type': 'text/html; charset=UTF-8', 'Referrer-Policy': 'no-referrer', ...headers },
      body,
    );
  }

  notFoundPage(): void {
    const text = `The requested URL ${this.url.pathname} was not found on this server. That’s all we know.`;
    this.html(404, 'Not Found', text);
  }

  /** The request's body as text; throws RangeError beyond 1 MiB. */
  async body(): Promise<string> {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of this.request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > MAX_BODY_BYTES) throw new RangeError('the request body is too large');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString();
  }
}

/** Where the request goes; only path and query mean anything. */
export function urlOf(request: IncomingMessage): URL {
  const target = request.url ?? '/';
  const url = URL.canParse(target) ? target : `http://emulator.invalid/${target.replace(/^\/+/, '')}`;
  return new URL(URL.canParse(url) ? url : 'http://emulator.invalid/');
}

/** Text as it may stand in HTML, in an attribute's double quotes too. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
