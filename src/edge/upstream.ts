import { AppError } from '../errors.js';
import type { Bytes, Range } from '../google/media-answer.js';
import type { MediaClient } from '../google/media.js';
import type { Links } from './links.js';

export interface UpstreamOptions {
  readonly links: Links;
  readonly media: MediaClient;
}

export interface BytesRequest {
  readonly range?: Range;
  /** Aborted when the client leaves. */
  readonly signal?: AbortSignal;
}

/** Opens the bytes of a path where the gateway says that they are. */
export class Upstream {
  readonly #links: Links;
  readonly #media: MediaClient;

  constructor({ links, media }: UpstreamOptions) {
    this.#links = links;
    this.#media = media;
  }

  /** A link that its host refuses is dropped, and the gateway asked once more. Throws what both of them throw. */
  async open(path: string, request: BytesRequest): Promise<Bytes> {
    const first = await this.#links.get(path, request.signal);
    const opened = await this.#media.open(first.url, { ...request, headers: first.headers });
    if (opened.kind === 'bytes') return opened;
    const second = await this.#links.renew(path, first, request.signal);
    const again = await this.#media.open(second.url, { ...request, headers: second.headers });
    if (again.kind === 'bytes') return again;
    this.#links.drop(path, second);
    throw new AppError('SOURCE_UNAVAILABLE', `the host of the bytes refuses each link with ${again.status}`, {
      advice: "try again later; the gateway's log may tell more",
    });
  }
}
