import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import { failureOf, type Failure } from './answer.js';
import { contentOf, sizeOf, toldByHead, type Bytes, type Range } from './media/media-answer.js';
import { MediaFault } from './media/media-fault.js';
import { MediaHosts } from './media/media-hosts.js';
import {
  drain,
  headersAt,
  MediaWire,
  type MediaRequest,
  type Method,
  type Response,
  type WireOptions,
} from './media/media-wire.js';
import type { Ask, Meter } from './quota/quota-part.js';
import { backoffMs, retryAfterMs } from './retry.js';

export type { MediaRequest } from './media/media-wire.js';

/** The base URL is not, or no longer, accepted: a new one may be. */
export interface Refused {
  readonly kind: 'refused';
  readonly status: number;
}

/** Where the bytes are, past every redirect. */
export interface Resolved {
  readonly kind: 'resolved';
  readonly url: URL;
  /** What must be sent there: the request's headers, if the address is still on the base URL's own origin. */
  readonly headers: Readonly<Record<string, string>>;
  readonly honoursRange: boolean;
}

export interface ResolveRequest extends Omit<MediaRequest, 'range'> {
  /** True if this base URL never redirects, and may be taken to work. */
  readonly isTrusted?: boolean;
}

export interface MediaOptions extends WireOptions {
  readonly quota: Meter;
  readonly clock: Clock;
  readonly log: Log;
}

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
const TOO_MANY_REDIRECTS: Failure = { code: 'SOURCE_UNAVAILABLE', message: 'google photos: too many redirects' };
const ONE_BYTE: Range = { first: 0, last: 0 };
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
  readonly #wire: MediaWire;
  readonly #hosts = new MediaHosts();

  constructor(options: MediaOptions) {
    this.#options = options;
    this.#wire = new MediaWire(options);
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
      const { response, host } = await this.#follow(url, () => 'GET', request);
      if (range && response.statusCode === 416) {
        drain(response);
        return undefined;
      }
      const refused = await this.#refusal(response);
      if (refused) return refused;
      const content = kept(response, () => contentOf(response, range));
      if (range) this.#hosts.learnRange(host, range, response.statusCode);
      return content;
    });
    return opened ?? this.open(url, whole);
  }

  /** Bytes that `open` would give; asks for the header, or for one byte where a host refuses HEAD. */
  async measure(url: string, request: Omit<MediaRequest, 'range'> = {}): Promise<number | Refused> {
    return this.#try(request.signal, async () => {
      const refusing = new Set<string>();
      while (refusing.size <= MAX_REDIRECTS) {
        const methodFor = (host: string): Method =>
          refusing.has(host) || this.#hosts.refusesHead(host) ? 'GET' : 'HEAD';
        const { response, host, method } = await this.#follow(url, methodFor, { ...request, range: ONE_BYTE });
        const size = await (method === 'GET' ? this.#sizeByRange(response, host) : this.#sizeByHead(response));
        if (typeof size === 'number') for (const each of refusing) this.#hosts.rememberNoHead(each);
        if (size !== undefined) return size;
        refusing.add(host);
      }
      throw new MediaFault(TOO_MANY_REDIRECTS);
    });
  }

  /**
   * Where the bytes that `open` would give can be had. A host whose answers to ranges are not known yet is asked for one
   * byte; one that is known is not asked, if the base URL `isTrusted` or redirects there from another.
   */
  async resolve(url: string, { isTrusted = false, ...request }: ResolveRequest = {}): Promise<Resolved | Refused> {
    return this.#try(request.signal, async () => {
      const start = this.#wire.target(url);
      // Also where nobody is asked here: whoever gets the address asks at least once.
      const ask = this.#options.quota.ask();
      let target = start;
      for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
        // A probe that is not sent cannot tell that a spent quota is granted again.
        const isKnown = (isTrusted || target.host !== start.host) && !ask.isProbe;
        const known = isKnown ? this.#hosts.honoursRange(target.host) : undefined;
        const answer = known ?? (await this.#rangesAt(target, start, request, ask));
        if (typeof answer === 'boolean') {
          return { kind: 'resolved', url: target, headers: headersAt(target, start, request), honoursRange: answer };
        }
        if (!(answer instanceof URL)) return answer;
        target = answer;
      }
      throw new MediaFault(TOO_MANY_REDIRECTS);
    });
  }

  /** Whether a range is honoured at `target`, or where that redirects to. */
  async #rangesAt(target: URL, start: URL, request: MediaRequest, ask: Ask): Promise<boolean | URL | Refused> {
    const answer = await this.#wire.ask(target, start, 'GET', { ...request, range: ONE_BYTE });
    if (answer instanceof URL) return answer;
    await this.#tellQuota(answer, ask);
    const size = await this.#sizeByRange(answer, target.host);
    return typeof size === 'number' ? answer.statusCode === 206 : size;
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

  async #sizeByRange(response: Response, host: string): Promise<number | Refused> {
    try {
      const refused = await this.#refusal(response);
      if (refused) return refused;
      const size = sizeOf(response, ONE_BYTE);
      this.#hosts.learnRange(host, ONE_BYTE, response.statusCode);
      return size;
    } finally {
      drain(response);
    }
  }

  async #try<T>(signal: AbortSignal | undefined, attempt: () => Promise<T>): Promise<T> {
    const { clock, log } = this.#options;
    const giveUpMs = clock.now() + PATIENCE_MS;
    for (let count = 1; ; count++) {
      signal?.throwIfAborted();
      try {
        return await attempt();
      } catch (error) {
        signal?.throwIfAborted();
        const fault = faultOf(error);
        const waitMs = backoffMs(count, BASE_MS, 0, fault.afterMs);
        if (!fault.mayPass || count === ATTEMPTS || clock.now() + waitMs > giveUpMs) throw fault.toAppError(count);
        log.debug({ attempt: count, waitMs, reason: fault.message }, 'bytes are asked for again');
        await clock.sleep(waitMs, signal);
      }
    }
  }

  async #follow(url: string, methodFor: (host: string) => Method, request: MediaRequest): Promise<Arrival> {
    const start = this.#wire.target(url);
    let target = start;
    const ask = this.#options.quota.ask();
    for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
      const { host } = target;
      const method = methodFor(host);
      const answer = await this.#wire.ask(target, start, method, request);
      if (!(answer instanceof URL)) {
        await this.#tellQuota(answer, ask);
        return { response: answer, host, method };
      }
      target = answer;
    }
    throw new MediaFault(TOO_MANY_REDIRECTS);
  }

  /** The refusal of the base URL, or undefined if the answer is good; any other failure is thrown. */
  async #refusal(response: Response): Promise<Refused | undefined> {
    const { statusCode: status } = response;
    if (status >= 200 && status < 300) return undefined;
    if (REFUSALS.has(status)) {
      drain(response);
      return { kind: 'refused', status };
    }
    throw await this.#faultOf(response);
  }

  /** Tells the quota what the answer says of it; throws if that is a refusal. */
  async #tellQuota(response: Response, ask: Ask): Promise<void> {
    const { statusCode: status } = response;
    if (status < 400) ask.granted();
    else if (status < 500 && status !== 429) ask.undecided();
    if (status !== 429) return;
    const fault = await this.#faultOf(response);
    const { failure, afterMs = Infinity } = fault;
    if (failure.isDaySpent) throw ask.spent(failure.cause);
    // A HEAD is refused without a word on which quota it is.
    if (afterMs > PATIENCE_MS) throw ask.refused(failure.cause, fault.afterMs);
    throw fault;
  }

  async #faultOf(response: Response): Promise<MediaFault> {
    const { statusCode: status, headers } = response;
    const retryAfter = typeof headers['retry-after'] === 'string' ? headers['retry-after'] : undefined;
    const text = await errorText(response);
    return new MediaFault(failureOf({ status, text }), retryAfterMs(retryAfter, this.#options.clock.now()));
  }
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
