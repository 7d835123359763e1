import type { IncomingMessage } from 'node:http';
import { AppError } from '../errors.js';
import type { MediaResource, Resource, ResourceTree } from '../tree/resource.js';

/**
 * Clients to whom a file without a size is an empty one, and who act on that: rclone fetches it over the good copy that it
 * has, finds that the sizes differ, and removes it.
 */
const TAKES_NONE_FOR_EMPTY = 'rclone/';

/** The next sizes have been learned by then. */
const RETRY_AFTER_SECONDS = 10;

/** Whether this client must not be shown a listing that lacks sizes which it would have tomorrow. */
export function needsExactSizes({ headers }: IncomingMessage): boolean {
  return (headers['user-agent'] ?? '').startsWith(TAKES_NONE_FOR_EMPTY);
}

/**
 * Learns the sizes of at most `max` of these that are not known. Throws SOURCE_UNAVAILABLE with status 503 while there are
 * more to come; what has no size for another reason does not count, for it has no bytes either, or was never to have one.
 */
export async function requireSizes(
  tree: ResourceTree,
  resources: Iterable<Resource>,
  max: number,
  signal: AbortSignal,
): Promise<void> {
  const unknown: MediaResource[] = [];
  for (const resource of resources) if (resource.kind === 'media' && !tree.known(resource)) unknown.push(resource);
  if (unknown.length === 0) return;
  const learning = tree.learnSizes(unknown.slice(0, max), signal)[Symbol.asyncIterator]();
  while ((await learning.next()).done !== true) signal.throwIfAborted();
  const due = unknown.filter((resource) => !tree.known(resource) && tree.isSizeDue(resource)).length;
  if (due === 0) return;
  throw new AppError('SOURCE_UNAVAILABLE', message(due), {
    status: 503,
    retryAfterSeconds: RETRY_AFTER_SECONDS,
    advice: 'try again, tomorrow if no more come; docs/clients.md, rclone',
  });
}

function message(count: number): string {
  return (
    `the sizes of ${count} files are not known yet; they are learned as far as the quota of requests for bytes allows, ` +
    'which keeps half for opening files'
  );
}
