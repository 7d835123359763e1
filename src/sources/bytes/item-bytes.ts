import type { Clock } from '../../clock.js';
import type { MediaClient, Refused } from '../../google/media.js';
import type { Box, MediaItem } from '../../model.js';
import { BaseUrls, type BaseUrlOptions } from './base-urls.js';
import { HandedOut } from './handed-out.js';
import { Refusals } from './refusals.js';
import { suffixFor } from '../rendition.js';
import type { Content, Link, OpenOptions } from '../source.js';

export interface ItemBytesOptions extends BaseUrlOptions {
  readonly media: MediaClient;
  readonly clock: Clock;
  readonly rendition: Box | undefined;
  /** What lets us in at a base URL beside the address itself; nothing if absent. */
  readonly headers?: (signal: AbortSignal | undefined) => Promise<Readonly<Record<string, string>>>;
}

interface BaseUrlState {
  readonly headers: Readonly<Record<string, string>>;
  readonly expiresAtMs: number;
  /** True if it replaces a refused one, and nobody was given bytes by it yet. */
  readonly isOnTrial: boolean;
}

/** Items' bytes by their base URLs, which are fetched as they are needed and renewed when they are refused. */
export class ItemBytes {
  readonly #options: ItemBytesOptions;
  readonly #baseUrls: BaseUrls;
  readonly #handedOut: HandedOut;
  readonly #refusals: Refusals;

  constructor(options: ItemBytesOptions) {
    this.#options = options;
    this.#handedOut = new HandedOut(options.clock);
    this.#refusals = new Refusals(options.clock);
    this.#baseUrls = new BaseUrls(options);
  }

  /** Takes a base URL that a listing told just now. */
  prime(id: string, url: string): void {
    this.#baseUrls.prime(id, url);
  }

  async measure(item: MediaItem, signal?: AbortSignal): Promise<number> {
    return this.#withBaseUrl(item, signal, (url, { headers }) =>
      this.#options.media.measure(url, { headers, ...(signal ? { signal } : {}) }),
    );
  }

  async open(item: MediaItem, { range, signal }: OpenOptions = {}): Promise<Content> {
    const request = { ...(range ? { range } : {}), ...(signal ? { signal } : {}) };
    return this.#withBaseUrl(item, signal, (url, { headers }) =>
      this.#options.media.open(url, { headers, ...request }),
    );
  }

  async link(item: MediaItem, signal?: AbortSignal, isDoubted = false): Promise<Link> {
    return this.#withBaseUrl(item, signal, async (baseUrl, { headers, expiresAtMs, isOnTrial }) => {
      const isTrusted = !isVideo(item) && !isDoubted && !isOnTrial && this.#handedOut.mayTrust(baseUrl);
      const found = await this.#options.media.resolve(baseUrl, { headers, isTrusted, ...(signal ? { signal } : {}) });
      if (isRefused(found)) return found;
      return { url: found.url, headers: found.headers, honoursRange: found.honoursRange, expiresAtMs };
    });
  }

  /** Ends every request for base URLs. */
  close(): void {
    this.#baseUrls.close();
  }

  /**
   * Does `ask` with the item's base URL, and once more with a new one if that is refused. If the new one is refused too, the
   * item is left alone for a minute, whatever listings tell: they bring new base URLs more often than that.
   */
  async #withBaseUrl<T extends object | number>(
    item: MediaItem,
    signal: AbortSignal | undefined,
    ask: (url: string, state: BaseUrlState) => Promise<T | Refused>,
  ): Promise<T> {
    const { id } = item;
    const suffix = suffixFor(item, this.#options.rendition);
    const askWith = async (url: string): Promise<T | Refused> => {
      this.#refusals.throwIfRefused(id);
      const isOnTrial = this.#refusals.isOnTrial(id, url);
      const headers = (await this.#options.headers?.(signal)) ?? {};
      const answer = await ask(url + suffix, {
        headers,
        expiresAtMs: this.#baseUrls.expiresAtMs(id, url),
        isOnTrial,
      });
      if (!isRefused(answer)) this.#refusals.accept(id, url);
      return answer;
    };
    this.#refusals.throwIfRefused(id);
    const first = await this.#baseUrls.get(id, signal);
    const answer = await askWith(first);
    if (!isRefused(answer)) return answer;
    // Another reader may have renewed it meanwhile, to no avail.
    this.#refusals.throwIfRefused(id);
    if (this.#refusals.isOnTrial(id, first)) throw this.#refusals.remember(id, answer.status);
    const second = await this.#baseUrls.renew(id, first, signal);
    this.#refusals.putOnTrial(id, second);
    const again = await askWith(second);
    if (!isRefused(again)) return again;
    throw this.#refusals.remember(id, again.status);
  }
}

function isVideo({ mimeType }: MediaItem): boolean {
  return mimeType.startsWith('video/');
}

function isRefused(answer: object | number): answer is Refused {
  return typeof answer === 'object' && 'kind' in answer && answer.kind === 'refused';
}
