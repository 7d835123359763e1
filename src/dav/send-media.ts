import type { DeliveryPolicy } from '../delivery/policy.js';
import { AppError } from '../errors.js';
import { CONDITIONAL_HEADERS, decide, type Verdict } from '../http/conditional.js';
import { sendBytes } from '../http/send-bytes.js';
import type { MediaResource, ResourceTree } from '../tree/resource.js';
import { entityHeaders, sendWithoutBytes } from './entity-headers.js';
import type { Exchange } from './exchange.js';

/** Counts what is delivered. */
export interface Meter {
  delivered(policy: string, outcome: 'stream' | 'redirect'): void;
  transfer(): { sent(bytes: number): void; end(): void };
}

export interface SendMediaOptions {
  readonly tree: ResourceTree;
  /** Of the resource, without the base path. */
  readonly path: readonly string[];
  readonly policy: DeliveryPolicy;
  readonly meter: Meter;
}

type Satisfied = Extract<Verdict, { readonly status: 200 | 206 }>;

/** The second is for a size that has changed. */
const MAX_OPENINGS = 2;

/**
 * Answers GET of a media item: 304, 412 and 416 from what is known, all else through the policy.
 *
 * When the bytes' own answer tells another size than was known, the answer wins and the request is decided again. A plain
 * GET needs no size beforehand: whatever the answer tells is right.
 */
export async function sendMedia(
  exchange: Exchange,
  resource: MediaResource,
  { tree, path, policy, meter }: SendMediaOptions,
): Promise<void> {
  const { request, response, signal } = exchange;
  const { headers } = request;
  const isConditional = CONDITIONAL_HEADERS.some((name) => headers[name] !== undefined);
  const isPlain = !isConditional && headers.range === undefined;
  let representation = tree.known(resource);
  if (!representation && !isPlain) representation = await tree.represent(resource);

  for (let opening = 1; opening <= MAX_OPENINGS; opening++) {
    const verdict: Verdict = representation ? decide(headers, representation) : { status: 200 };
    if (representation && !isSatisfied(verdict)) {
      sendWithoutBytes(response, verdict.status, representation);
      return;
    }
    const range = verdict.status === 206 ? verdict.range : undefined;
    const delivery = await policy.deliver({
      item: resource.item,
      source: resource.source,
      path: `/${path.join('/')}`,
      userAgent: headers['user-agent'] ?? '',
      conditional: isConditional,
      signal,
      ...(range ? { range } : {}),
    });
    if (delivery.kind === 'redirect') {
      meter.delivered(policy.name, 'redirect');
      sendRedirect(exchange, delivery.location);
      return;
    }
    const { content } = delivery;
    if (content.size !== representation?.size) {
      representation = tree.learned(resource, content.size);
      if (!isSame(decide(headers, representation), verdict)) {
        content.body.destroy();
        continue;
      }
    }
    meter.delivered(policy.name, 'stream');
    const transfer = meter.transfer();
    try {
      const answer = { headers: entityHeaders(resource, representation, range), content, range, signal };
      await sendBytes(response, answer, (bytes) => transfer.sent(bytes));
      return;
    } finally {
      transfer.end();
    }
  }
  throw new AppError('SOURCE_UNAVAILABLE', 'the item changed while it was read');
}

function isSatisfied(verdict: Verdict): verdict is Satisfied {
  return verdict.status === 200 || verdict.status === 206;
}

function isSame(a: Verdict, b: Verdict): boolean {
  if (a.status !== 206 || b.status !== 206) return a.status === b.status;
  return a.range.first === b.range.first && a.range.last === b.range.last;
}

/** As AList has it. Not cached, for the address expires; the referrer would tell our path to the other host. */
function sendRedirect({ response }: Exchange, location: URL): void {
  response
    .writeHead(302, {
      Location: location.href,
      'Cache-Control': 'max-age=0, no-cache, no-store, must-revalidate',
      'Referrer-Policy': 'no-referrer',
      'Content-Length': 0,
    })
    .end();
}
