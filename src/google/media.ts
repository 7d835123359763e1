import type { Dispatcher } from 'undici';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import { failureOf, type Failure } from './answer.js';
import { contentOf, sizeOf, toldByHead, type Bytes, type Range } from './media-answer.js';
import { MediaFault } from './media-fault.js';
import type { Governor } from './quota.js';
import { backoffMs, retryAfterMs } from './retry.js';
import type { RequestOptions, Transport } from './transport.js';
import { unreachable } from './unreachable.js';

export interface MediaRequest {
  readonly range?: Range;
  readonly signal?: AbortSignal;
  /** Sent to the origin of the base URL only, never after a redirect to another. */
  readonly bearer?: string;
}

/** The base URL is not, or no longer, accepted: a new one may be. */
export interface Refused {
  readonly kind: 'refused';
  readonly status: number;
}

export interface MediaOptions {
  readonly transport: Transport;
  readonly mayServeBytes: (url: URL) => boolean;
  readonly governor: Governor;
  readonly clock: Clock;
  readonly log: Log;
}

type Response = Dispatcher.ResponseData;
type Method = 'GET' | 'HEAD';

interface Arrival {
  readonly response: Response;
  readonly host: string;
  readonly method: Method;
}

const MAX_REDIRECTS = 5;
const ATTEMPTS = 5;
const BASE_MS = 500;
/** All waits together; a client waits with us. */
const PATIENCE_MS = 10_000;
const MAX_ERROR_BYTES = 64 * 1024;
const MAX_REMEMBERED_HOSTS = 100;
const TOO_MANY_REDIRECTS: Failure = { code: 'SOURCE_UNAVAILABLE', message: 'google photos: too many redirects' };
const ONE_BYTE: Range = { first: 0, last: 0 };
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const REFUSALS: ReadonlySet<number> = new Set([401, 403, 404, 410]);
/** How a host says that it does not do HEAD; 400 and 403 may also mean the base URL. */
const NO_HEAD: ReadonlySet<number> = new Set([400, 403, 405, 501]);

/**
 * Bytes behind base URLs.
 *
 * Redirects are followed by hand, to allowed hosts only. What may pass is tried again for about ten seconds before the
 * header, then it is QUOTA_EXCEEDED or SOURCE_UNAVAILABLE; an abort rejects with the signal's reason. No error tells
 * the URL.
 */
export class MediaClient {
  readonly #options: MediaOptions;
  readonly #hostsWithoutHead = new Set<string>();

  constructor(options: MediaOptions) {
    this.#options = options;
  }

  /**
   * Opens the bytes. Destroying the body ends the upstream request; a body that breaks before its length fails.
   *
   * An upstream that ignores the range gives all of it, and so does one with fewer bytes than the range begins at:
   * only the whole tells the new size and the bytes alike.
   */
  async open(url: string, request: MediaRequest = {}): Promise<Bytes | Refused> {
    const { range, ...whole } = request;
    const opened = await this.#try(request.signal, async () => {
      const { response } = await this.#follow(url, () => 'GET', request);
      if (range && response.statusCode === 416) {
        drain(response);
        return undefined;
      }
      return (await this.#refusal(response)) ?? kept(response, () => contentOf(response, range));
    });
    return opened ?? this.open(url, whole);
  }

  /** Bytes that `open` would give; asks for the header, or for one byte where a host refuses HEAD. */
  async measure(url: string, request: Omit<MediaRequest, 'range'> = {}): Promise<number | Refused> {
    return this.#try(request.signal, async () => {
      const refusing = new Set<string>();
      while (refusing.size <= MAX_REDIRECTS) {
        const methodFor = (host: string): Method => (refusing.has(host) ? 'GET' : this.#methodFor(host));
        const { response, host, method } = await this.#follow(url, methodFor, { ...request, range: ONE_BYTE });
        const size = await (method === 'GET' ? this.#sizeByRange(response) : this.#sizeByHead(response));
        if (typeof size === 'number') for (const each of refusing) this.#rememberNoHead(each);
        if (size !== undefined) return size;
        refusing.add(host);
      }
      throw new MediaFault(TOO_MANY_REDIRECTS);
    });
  }

  /** Undefined if the host does not do HEAD, or does not tell by it. */
  async #sizeByHead(response: Response): Promise<number | Refused | undefined> {
    try {
      if (NO_HEAD.has(response.statusCode)) return undefined;
      return (await this.#refusal(response)) ?? toldByHead(response);
    } finally {
      drain(response);
    }
  }

  async #sizeByRange(response: Response): Promise<number | Refused> {
    try {
      return (await this.#refusal(response)) ?? sizeOf(response, ONE_BYTE);
    } finally {
      drain(response);
    }
  }

  #methodFor(host: string): Method {
    return this.#hostsWithoutHead.has(host) ? 'GET' : 'HEAD';
  }

  #rememberNoHead(host: string): void {
    const [oldest] = this.#hostsWithoutHead;
    if (this.#hostsWithoutHead.size >= MAX_REMEMBERED_HOSTS && oldest !== undefined)
      this.#hostsWithoutHead.delete(oldest);
    this.#hostsWithoutHead.add(host);
  }

  async #try<T>(signal: AbortSignal | undefined, attempt: () => Promise<T>): Promise<T> {
    const { clock, log, governor } = this.#options;
    if (!governor.mayAsk('bytes')) throw governor.refusal();
    const giveUpMs = clock.now() + PATIENCE_MS;
    for (let count = 1; ; count++) {
      signal?.throwIfAborted();
      try {
        const result = await attempt();
        governor.markGranted('bytes');
        return result;
      } catch (error) {
        signal?.throwIfAborted();
        const fault = faultOf(error);
        if (fault.failure.isDaySpent) governor.markSpent('bytes');
        const waitMs = backoffMs(count, BASE_MS, 0, fault.afterMs);
        if (!fault.mayPass || count === ATTEMPTS || clock.now() + waitMs > giveUpMs)
          throw fault.toAppError(count, governor);
        log.debug({ attempt: count, waitMs, reason: fault.message }, 'bytes are asked for again');
        await clock.sleep(waitMs, signal);
      }
    }
  }

  async #follow(url: string, methodFor: (host: string) => Method, request: MediaRequest): Promise<Arrival> {
    const { governor } = this.#options;
    const start = this.#target(url);
    let target = start;
    governor.countBytes();
    for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
      const { host } = target;
      const method = methodFor(host);
      const response = await this.#request(target, {
        method,
        headers: headersFor(request, method, target.origin === start.origin),
        ...(request.signal ? { signal: request.signal } : {}),
      });
      // A body nobody reads any more may still fail.
      response.body.on('error', () => undefined);
      if (!REDIRECTS.has(response.statusCode)) return { response, host, method };
      drain(response);
      const { location } = response.headers;
      target = this.#target(typeof location === 'string' ? location : '', target);
    }
    throw new MediaFault(TOO_MANY_REDIRECTS);
  }

  async #request(url: URL, options: RequestOptions): Promise<Response> {
    const { transport } = this.#options;
    try {
      return await transport.request(url, options);
    } catch (error) {
      throw new MediaFault(unreachable(error, url, transport));
    }
  }

  #target(address: string, base?: URL): URL {
    const url = URL.canParse(address, base?.href) ? new URL(address, base) : undefined;
    if (url && this.#options.mayServeBytes(url)) return url;
    throw new MediaFault({
      code: 'SOURCE_UNAVAILABLE',
      message: `google photos: bytes from a host that is not allowed (${url?.host ?? 'no address'})`,
    });
  }

  /** The refusal of the base URL, or undefined if the answer is good; any other failure is thrown. */
  async #refusal(response: Response): Promise<Refused | undefined> {
    const { statusCode: status, headers } = response;
    if (status >= 200 && status < 300) return undefined;
    if (REFUSALS.has(status)) {
      drain(response);
      return { kind: 'refused', status };
    }
    const retryAfter = typeof headers['retry-after'] === 'string' ? headers['retry-after'] : undefined;
    const text = await errorText(response);
    const afterMs = retryAfterMs(retryAfter, this.#options.clock.now());
    throw new MediaFault(failureOf({ status, text }), afterMs);
  }
}

function headersFor(request: MediaRequest, method: Method, isSameOrigin: boolean): Record<string, string> {
  const { range, bearer } = request;
  return {
    // A length is only a size if nothing is packed.
    'accept-encoding': 'identity',
    ...(range && method === 'GET'
      ? { range: `bytes=${range.first}-${range.last === Infinity ? '' : range.last}` }
      : {}),
    ...(bearer !== undefined && isSameOrigin ? { authorization: `Bearer ${bearer}` } : {}),
  };
}

/** What `read` makes of the header; the body ends if it throws. */
function kept<T>(response: Response, read: () => T): T {
  try {
    return read();
  } catch (error) {
    drain(response);
    throw error;
  }
}

/** Reads what little is left, so that the connection can be used again; a large rest ends with its connection. */
function drain({ body }: Response): void {
  void body.dump({ limit: MAX_ERROR_BYTES });
}

async function errorText({ body, headers }: Response): Promise<string> {
  const type = headers['content-type'];
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // Media hosts send an image with their errors.
    if (typeof type === 'string' && type.startsWith('image/')) return '';
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_ERROR_BYTES) break;
      chunks.push(chunk);
    }
  } catch {
    // The status says enough.
  } finally {
    body.destroy();
  }
  return Buffer.concat(chunks).toString('utf8');
}

function faultOf(error: unknown): MediaFault {
  if (error instanceof MediaFault) return error;
  throw error;
}
