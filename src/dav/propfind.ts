import { AppError } from '../errors.js';
import { encodePath, encodeSegment } from '../http/path.js';
import type { Log } from '../log.js';
import type { Representation } from '../model.js';
import type { MediaResource, Members, Resource, ResourceTree } from '../tree/resource.js';
import { needsExactSizes, requireSizes } from './exact-sizes.js';
import type { Answer, Exchange } from './exchange.js';
import { Pace } from '../http/flow.js';
import { MultistatusWriter } from './multistatus-writer.js';
import { planMultistatus, type RenderPlan } from './multistatus.js';

/** RFC 4918 §9.1: a shallow answer instead would tell good clients that the tree ends here. */
const FINITE_DEPTH =
  '<?xml version="1.0" encoding="utf-8"?>\n<D:error xmlns:D="DAV:"><D:propfind-finite-depth/></D:error>';

/** Members that wait for their sizes; a day's share of Google's quota is less, and what waits takes memory. */
const MAX_LATE = 40_000;

/**
 * PROPFIND with Depth 0 and 1 (RFC 4918 §9.1), streamed.
 *
 * The listing is fetched before the 207 begins, so its failure is a status. Then members whose size is known, then those
 * whose size is learned meanwhile, last the rest, without length and ETag; but none of those to clients that take them
 * for empty.
 */
export function createPropfind(log: Log): Answer {
  return async (exchange) => {
    const { request, response, tree, segments, resource, propfind, signal } = exchange;
    if (!resource || !propfind) throw new Error('PROPFIND of an unmapped URL');
    const isCollection = resource.kind === 'collection';
    if (isCollection && propfind.depth === 'infinity') {
      sendFiniteDepth(exchange);
      return;
    }
    const isLean = (request.headers['user-agent'] ?? '').includes('MiniRedir');
    const plan = planMultistatus(propfind.query, isLean);
    const isListed = isCollection && propfind.depth === '1';
    const members = isListed ? await tree.members(segments) : [];
    if (!members) throw new AppError('NOT_FOUND', 'the collection is gone');
    if (plan.needsSizes && needsExactSizes(request)) {
      await requireSizes(tree, isListed ? members : [resource], MAX_LATE, signal);
    }
    signal.throwIfAborted();

    const writer = new MultistatusWriter(request, response, signal);
    await writeListing({ log, plan, writer, exchange, resource, members });
    writer.end();
  };
}

interface Listing {
  readonly log: Log;
  readonly plan: RenderPlan;
  readonly writer: MultistatusWriter;
  readonly exchange: Exchange;
  /** What was asked about; its entry comes first. */
  readonly resource: Resource;
  readonly members: Members;
}

async function writeListing(listing: Listing): Promise<void> {
  const { plan, writer, exchange, resource, members } = listing;
  const { tree, segments } = exchange;
  const selfHref = encodePath(segments, resource.kind === 'collection');
  const pace = new Pace();
  const late = new Set<MediaResource>();

  const add = (target: Resource, representation?: Representation): void => {
    const isSelf = target === resource;
    const slash = target.kind === 'collection' ? '/' : '';
    const href = isSelf ? selfHref : selfHref + encodeSegment(target.name) + slash;
    const name = isSelf ? (segments.at(-1) ?? '') : target.name;
    writer.add(plan.render({ href, name, resource: target, representation }));
  };
  // Asked before it is awaited: an await costs more than rendering a member.
  const isPauseDue = (): boolean => writer.isFull || pace.isDue();
  const pause = async (): Promise<void> => {
    if (writer.isFull) await writer.flush();
    await pace.rest();
  };

  for (const target of withSelf(resource, members)) {
    const representation = representationOf(target, tree);
    const isLate = plan.needsSizes && target.kind === 'media' && !representation;
    if (isLate && late.size < MAX_LATE) late.add(target);
    else add(target, representation);
    if (isPauseDue()) await pause();
  }
  for await (const learned of learnSizes(listing, late)) {
    for (const target of learned) {
      if (!late.delete(target)) continue;
      add(target, tree.known(target));
      if (isPauseDue()) await pause();
    }
  }
  for (const target of late) {
    add(target);
    if (isPauseDue()) await pause();
  }
}

function* withSelf(resource: Resource, members: Members): Iterable<Resource> {
  yield resource;
  yield* members;
}

function representationOf(resource: Resource, tree: ResourceTree): Representation | undefined {
  if (resource.kind === 'media') return tree.known(resource);
  return resource.kind === 'static' ? resource.representation : undefined;
}

/** Sizes as they arrive; a failure ends them, for the 207 has begun and a missing property is not a missing member. */
async function* learnSizes(
  { log, writer, exchange }: Listing,
  late: ReadonlySet<MediaResource>,
): AsyncIterable<readonly MediaResource[]> {
  if (late.size === 0) return;
  const { tree, signal, request } = exchange;
  if (writer.hasEntries) await writer.flushThrough();
  try {
    yield* tree.learnSizes([...late], signal);
  } catch (err) {
    if (signal.aborted) throw err;
    log.warn({ err, path: request.url }, 'sizes are left out of a listing');
  }
}

function sendFiniteDepth({ response }: Exchange): void {
  const headers = { 'Content-Type': 'application/xml; charset=utf-8', 'Content-Length': FINITE_DEPTH.length };
  response.writeHead(403, headers).end(FINITE_DEPTH);
}
