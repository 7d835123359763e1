import type { DeliveryPolicy } from '../delivery/policy.js';
import { AppError } from '../errors.js';
import { decide } from '../http/conditional.js';
import { Pace, write } from '../http/flow.js';
import type { Representation } from '../model.js';
import type { MediaSource } from '../sources/source.js';
import type { Members, ResourceTree, StaticResource } from '../tree/resource.js';
import { entityHeaders, sendWithoutBytes, type File } from './entity-headers.js';
import type { Answer, Exchange } from './exchange.js';
import { sendMedia, type Meter } from './send-media.js';

/** The page that a browser sees of a collection: HTML in pieces. `segments` is its path, decoded, base path included. */
export type CollectionPage = (
  segments: readonly string[],
  members: Members,
  tree: Pick<ResourceTree, 'known'>,
) => Iterable<string>;

/** How the bytes of an item of this source are delivered; its path is decoded, without the base path. */
export type PolicyFor = (segments: readonly string[], source: MediaSource) => DeliveryPolicy;

export interface GetOptions {
  readonly policyFor: PolicyFor;
  readonly meter: Meter;
  /** What stands before every path. */
  readonly base: readonly string[];
  readonly collectionPage: CollectionPage;
}

const PAGE_HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'private, no-cache',
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** GET and HEAD. HEAD and whatever conditions settle never ask for bytes. */
export function createGet({ policyFor, meter, base, collectionPage }: GetOptions): Answer {
  return async (exchange) => {
    const { resource, request, tree, segments } = exchange;
    if (!resource) throw new Error('GET of an unmapped URL');
    if (resource.kind === 'collection') await sendPage(exchange);
    else if (resource.kind === 'static') sendStatic(exchange, resource);
    else {
      try {
        if (request.method === 'HEAD') sendHead(exchange, resource, await tree.represent(resource));
        else {
          const path = segments.slice(base.length);
          await sendMedia(exchange, resource, { tree, path, policy: policyFor(path, resource.source), meter });
        }
      } catch (error) {
        if (error instanceof AppError && error.code === 'NOT_FOUND') tree.gone(resource);
        throw error;
      }
    }
  };

  async function sendPage({ request, response, tree, segments, signal }: Exchange): Promise<void> {
    const members = (await tree.members(segments)) ?? [];
    response.writeHead(200, PAGE_HEADERS);
    if (request.method !== 'HEAD') {
      const pace = new Pace();
      for (const piece of collectionPage(segments, members, tree)) {
        await write(response, piece, signal);
        if (pace.isDue()) await pace.rest();
      }
    }
    response.end();
  }
}

/** HEAD is GET without the body; a Range means nothing to it (RFC 9110 §14.2). */
function sendHead({ request, response }: Exchange, file: File, representation: Representation): void {
  const headers = { ...request.headers };
  delete headers.range;
  const { status } = decide(headers, representation);
  if (status === 200) response.writeHead(200, entityHeaders(file, representation)).end();
  else sendWithoutBytes(response, status, representation);
}

function sendStatic(exchange: Exchange, file: StaticResource): void {
  const { request, response } = exchange;
  const { content, representation } = file;
  if (request.method === 'HEAD') {
    sendHead(exchange, file, representation);
    return;
  }
  const verdict = decide(request.headers, representation);
  if (verdict.status === 200) response.writeHead(200, entityHeaders(file, representation)).end(content);
  else if (verdict.status === 206) {
    const { first, last } = verdict.range;
    const headers = entityHeaders(file, representation, verdict.range);
    response.writeHead(206, headers).end(content.subarray(first, last + 1));
  } else sendWithoutBytes(response, verdict.status, representation);
}
