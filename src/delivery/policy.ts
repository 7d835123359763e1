import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
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
  /** As the client asked for it, decoded, without the base path: `/Albums/Summer/IMG_1.jpg`. */
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
export interface PolicyKind {
  readonly name: string;
  create(context: PolicyContext): DeliveryPolicy;
}

/** What every policy is handed; one of a mount. */
export interface PolicyContext {
  readonly source: MediaSource;
  /** Where a worker is, under `proxy-url`. */
  readonly proxyUrl?: URL;
  /** Signs links and lets workers in. */
  readonly linkToken: string;
  readonly linkLifeMs: number;
  /** As `delivery.redirectClients` has them. */
  readonly redirectClients: readonly string[];
  /**
   * Whether a worker that asks for this path finds this item. What one user sees under a path may be another mount's for
   * those who see that one too.
   */
  readonly leadsTo: (path: string, item: MediaItem) => Promise<boolean>;
  readonly clock: Clock;
  readonly log: Log;
}
