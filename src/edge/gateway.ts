import type { Clock } from '../clock.js';
import { AppError } from '../errors.js';
import type { Transport } from '../google/transport.js';
import { readAnswer, type GatewayAnswer } from './gateway-answer.js';
import { gatewayUnreachable } from './gateway-unreachable.js';
import { linkFailure } from './link-failure.js';
import { linkHeaders } from './link-headers.js';

/** Where an item's bytes are; grants access to whoever holds it, so it is in no log and no error. */
export interface Link {
  readonly url: string;
  /** To be sent to the origin of `url` and nowhere else; by name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** How long it is good from now on. */
  readonly lifeMs: number;
}

export interface GatewayOptions {
  readonly gateway: URL;
  readonly linkToken: string;
  readonly transport: Transport;
  readonly clock: Clock;
}

const MAX_LIFE_MS = 50 * 60_000;
/** Where the gateway does not tell. */
const USUAL_LIFE_MS = 5 * 60_000;

/** The gateway, as a worker asks it for links (AList's `POST /api/fs/link`). */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #address: URL;

  constructor(options: GatewayOptions) {
    this.#options = options;
    const { gateway } = options;
    this.#address = new URL('api/fs/link', gateway.href.endsWith('/') ? gateway : `${gateway.href}/`);
  }

  /**
   * Where the bytes of the item at `path` are; a path is as people read it, without percent-encoding. `isRenewal` says
   * that the link given before was refused. NOT_FOUND if the gateway has no such item; SOURCE_UNAVAILABLE, with the
   * gateway's status and `Retry-After` where it said 503, for everything else.
   */
  async link(path: string, isRenewal = false): Promise<Link> {
    const answer = await this.#ask(isRenewal ? { path, refresh: true } : { path });
    const { status, data, cacheControl } = answer;
    if (status !== 200 || !data) throw linkFailure(answer, this.#options.clock.now());
    return { url: data.url, headers: linkHeaders(data.header ?? {}), lifeMs: lifeOf(cacheControl) };
  }

  /** Resolves if the gateway answers workers and takes this one's token; else throws what `link` would. */
  async check(): Promise<void> {
    // Whoever may ask is told that this names no item.
    const answer = await this.#ask({});
    if (!answer.isOfApi || answer.status !== 400) throw linkFailure(answer, this.#options.clock.now());
  }

  async #ask(question: object): Promise<GatewayAnswer> {
    const { transport, linkToken, gateway } = this.#options;
    try {
      const response = await transport.request(this.#address, {
        method: 'POST',
        headers: { authorization: linkToken, 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify(question),
      });
      return await readAnswer(response);
    } catch (error) {
      throw error instanceof AppError ? error : gatewayUnreachable(error, gateway);
    }
  }
}

function lifeOf(cacheControl = ''): number {
  const [, seconds] = /(?:^|[\s,])max-age=(\d{1,9})/i.exec(cacheControl) ?? [];
  return seconds === undefined ? USUAL_LIFE_MS : Math.min(Number(seconds) * 1000, MAX_LIFE_MS);
}
