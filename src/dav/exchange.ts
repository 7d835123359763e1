import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Resource, ResourceTree } from '../tree/resource.js';
import type { PropfindRequest } from './propfind-request.js';

/** A request on its way to its answer, with what is known about it before webdav-server is asked. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** All that this request may see. */
  readonly tree: ResourceTree;
  /** As the client spells them, decoded, base path included; hrefs repeat this spelling. */
  readonly segments: readonly string[];
  /** Undefined for an unmapped URL, and where the method needs none. */
  readonly resource: Resource | undefined;
  /** Present for PROPFIND. */
  readonly propfind?: PropfindRequest;
  /** Aborted when the client leaves before the answer's end. */
  readonly signal: AbortSignal;
}

/** Writes the whole answer, or throws what to answer instead. */
export type Answer = (exchange: Exchange) => Promise<void>;
