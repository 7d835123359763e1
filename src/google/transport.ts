import { isNativeError } from 'node:util/types';
import { Agent, EnvHttpProxyAgent, fetch, request, type Dispatcher } from 'undici';
import { AppError } from '../errors.js';

export interface ProxySettings {
  readonly http?: string;
  readonly https?: string;
  /** Hosts that are reached directly, as in NO_PROXY: comma-separated, sub-domains included, `*` for all. */
  readonly no?: string;
}

export interface Timeouts {
  readonly connectMs: number;
  /** From the request to the answer's header; a video's first byte takes up to 9 s. */
  readonly headersMs: number;
  /** Between two chunks of a body, while somebody reads. */
  readonly bodyMs: number;
}

const TIMEOUTS: Timeouts = { connectMs: 10_000, headersMs: 30_000, bodyMs: 30_000 };
/** An idle connection is kept no longer, whatever its host offers: after a rush of clients hundreds would stay open. */
const KEEP_ALIVE_MS = 20_000;
const LOOPBACK = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

export interface RequestOptions extends Pick<Dispatcher.RequestOptions, 'method'> {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/**
 * The one way out, for API, sign-in and bytes alike: keep-alive, timeouts, and proxies for all but loopback hosts.
 *
 * Redirects are never followed here. CONFIG_INVALID if a proxy's address is none.
 */
export class Transport {
  readonly #direct: Agent;
  readonly #proxied: EnvHttpProxyAgent;
  readonly #proxy: ProxySettings;

  constructor(proxy: ProxySettings, timeouts: Partial<Timeouts> = {}) {
    const { connectMs, headersMs, bodyMs } = { ...TIMEOUTS, ...timeouts };
    const limits = {
      connect: { timeout: connectMs },
      headersTimeout: headersMs,
      bodyTimeout: bodyMs,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
    };
    this.#direct = new Agent(limits);
    this.#proxy = proxy;
    try {
      // An absent value would be read from the environment.
      const { http = '', https = '', no = '' } = proxy;
      this.#proxied = new EnvHttpProxyAgent({ ...limits, httpProxy: http, httpsProxy: https, noProxy: no });
    } catch {
      // No cause: the address may hold a password, and the error repeats it.
      throw new AppError('CONFIG_INVALID', 'HTTPS_PROXY or HTTP_PROXY is not an address', {
        advice: 'set it to an address such as http://proxy.example:3128, or unset it',
      });
    }
  }

  async request(url: URL, options: RequestOptions): Promise<Dispatcher.ResponseData> {
    // Undici ends the connection after each HEAD unless told not to, in case a server sends a body: a handshake per size.
    return request(url, { ...options, reset: false, dispatcher: this.#dispatcherFor(url) });
  }

  /** As the global one, and in its types, so that Google's own client can be handed it. Decompresses. */
  readonly fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : input);
    const options = { ...init, redirect: 'manual', dispatcher: this.#dispatcherFor(url) } as const;
    // The same classes in two sets of declarations: undici's own, and those that Node bundles.
    const response: unknown = await fetch(url, options as unknown as Parameters<typeof fetch>[1]);
    return response as Response;
  };

  /** Host and port of the proxy set for such an address, for people; undefined if none is. */
  proxyFor({ protocol, hostname }: URL): string | undefined {
    if (LOOPBACK.test(hostname)) return undefined;
    const { http, https = http } = this.#proxy;
    const address = protocol === 'https:' ? https : http;
    return address !== undefined && URL.canParse(address) ? new URL(address).host : undefined;
  }

  /** Ends whatever is under way. */
  async close(): Promise<void> {
    await Promise.all([this.#direct.destroy(), this.#proxied.destroy()]);
  }

  #dispatcherFor({ hostname }: URL): Dispatcher {
    return LOOPBACK.test(hostname) ? this.#direct : this.#proxied;
  }
}

/**
 * What went wrong on the wire, fit for a cause: innermost message and code, and nothing else.
 *
 * HTTP clients hang requests, headers and addresses on their errors.
 */
export function wireFault(error: unknown): Error {
  let inner = error;
  for (let depth = 0; depth < 5 && isNativeError(inner) && isNativeError(inner.cause); depth++) inner = inner.cause;
  if (!isNativeError(inner)) return new Error('unknown fault');
  const code = 'code' in inner && typeof inner.code === 'string' ? inner.code : undefined;
  const fault = new Error(describe(inner, code));
  return code === undefined ? fault : Object.assign(fault, { code });
}

function describe({ message }: Error, code: string | undefined): string {
  // Several addresses of one host were tried: the message is empty.
  if (message === '') return code ?? 'unknown fault';
  return message.replace(/https?:\/\/\S+/g, 'an address');
}
