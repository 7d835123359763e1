import type { z } from 'zod';
import type { ByteRange, MediaItem } from '../model.js';
import type { Content, MediaSource } from '../sources/source.js';

/** How bytes reach the client. A policy decides and returns; it never touches the response. */
export interface DeliveryPolicy {
  readonly name: string;
  /** Throws what the source's `open` throws. */
  deliver(request: DeliveryRequest): Promise<Delivery>;
}

export interface DeliveryRequest {
  readonly item: MediaItem;
  readonly source: MediaSource;
  /** As the client asked for it, decoded; a proxy URL may be built from it. */
  readonly path: string;
  readonly range?: ByteRange;
  /** Decides, with `conditional`, whether a redirect is safe. */
  readonly userAgent: string;
  /** True if any If-* header came: such a request is answered here. */
  readonly conditional: boolean;
  /** Aborted when the client leaves. */
  readonly signal: AbortSignal;
}

export type Delivery =
  { readonly kind: 'stream'; readonly content: Content } | { readonly kind: 'redirect'; readonly location: URL };

/** What a policy file exports. `create` throws POLICY_UNSUPPORTED at start, not at the first GET. */
export interface PolicyKind<O> {
  readonly name: string;
  /** The schema of this part's options; help texts are its descriptions. */
  readonly options: z.ZodType<O>;
  create(options: O, sources: readonly MediaSource[]): DeliveryPolicy;
}
