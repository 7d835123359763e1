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
    let status = 0;
    for (let count = 1; count <= 2; count++) {
      const link = await this.#links.get(path, request.signal);
      const opened = await this.#media.open(link.url, { ...request, headers: link.headers });
      if (opened.kind === 'bytes') return opened;
      this.#links.drop(path, link);
      ({ status } = opened);
    }
    throw new AppError('SOURCE_UNAVAILABLE', `the host of the bytes refuses each link with ${status}`, {
      advice: "try again later; the gateway's log may tell more",
    });
  }
}
