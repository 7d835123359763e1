import type { Dispatcher } from 'undici';
import type { Range } from './media-answer.js';
import { MediaFault } from './media-fault.js';
import type { RequestOptions, Transport } from '../transport.js';
import { unreachable } from '../unreachable.js';

export interface MediaRequest {
  readonly range?: Range;
  readonly signal?: AbortSignal;
  /** What lets us in, by name in lower case. Sent to the origin of the address only, never after a redirect to another. */
  readonly headers?: Readonly<Record<string, string>>;
}

export type Response = Dispatcher.ResponseData;
export type Method = 'GET' | 'HEAD';

const MAX_REST_BYTES = 64 * 1024;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export interface WireOptions {
  readonly transport: Transport;
  readonly mayServeBytes: (url: URL) => boolean;
  /** What to do about an address at another host, in the place of the usual advice. */
  readonly strangerAdvice?: string;
}

/** One request at a time to hosts that may serve bytes, and to no other. */
export class MediaWire {
  readonly #options: WireOptions;

  constructor(options: WireOptions) {
    this.#options = options;
  }

  /** The address, if bytes may come from there; a `MediaFault` that tells its host and nothing else if not. */
  target(address: string, base?: URL): URL {
    const url = URL.canParse(address, base?.href) ? new URL(address, base) : undefined;
    const { mayServeBytes, strangerAdvice } = this.#options;
    if (url && mayServeBytes(url)) return url;
    throw new MediaFault({
      code: 'SOURCE_UNAVAILABLE',
      message: `google photos: bytes from a host that is not allowed (${url?.host ?? 'no address'})`,
      ...(strangerAdvice === undefined ? {} : { advice: strangerAdvice }),
    });
  }

  /** The answer of `target`, or where it redirects to. `start` is where the request's headers belong. */
  async ask(target: URL, start: URL, method: Method, request: MediaRequest): Promise<Response | URL> {
    const response = await this.#request(target, {
      method,
      headers: {
        ...headersAt(target, start, request),
        // A length is only a size if nothing is packed.
        'accept-encoding': 'identity',
        ...rangeHeader(request.range, method),
      },
      ...(request.signal ? { signal: request.signal } : {}),
    });
    // A body nobody reads any more may still fail.
    response.body.on('error', () => undefined);
    if (!REDIRECTS.has(response.statusCode)) return response;
    drain(response);
    const { location } = response.headers;
    return this.target(typeof location === 'string' ? location : '', target);
  }

  async #request(url: URL, options: RequestOptions): Promise<Response> {
    const { transport } = this.#options;
    try {
      return await transport.request(url, options);
    } catch (error) {
      throw new MediaFault(unreachable(error, url, transport));
    }
  }
}

/** The headers that `target` needs; none on another origin than `start`'s, which must not learn them. */
export function headersAt(target: URL, start: URL, { headers = {} }: MediaRequest): Readonly<Record<string, string>> {
  return target.origin === start.origin ? headers : {};
}

/** Reads what little is left, so that the connection can be used again; a large rest ends with its connection. */
export function drain({ body }: Response): void {
  void body.dump({ limit: MAX_REST_BYTES });
}

function rangeHeader(range: Range | undefined, method: Method): Record<string, string> {
  if (!range || method !== 'GET') return {};
  return { range: `bytes=${range.first}-${range.last === Infinity ? '' : range.last}` };
}
