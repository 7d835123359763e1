import type { Readable } from 'node:stream';
import { AppError } from '../../errors.js';
import type { ByteRange } from '../../model.js';
import type { Content } from '../../sources/source.js';
import { PulledBody } from '../pulled-body.js';
import type { SpoolEntry } from './spool-entry.js';
import { DiskFault } from './spool-filling.js';
import type { OpenBytes } from '../steady.js';
import { isOneVersion } from '../version.js';

/** All that a reader holds of the item in memory, twice over at most. */
const CHUNK_BYTES = 256 * 1024;

export interface ReadOptions {
  readonly range: ByteRange;
  /** Asked for the rest when the disk fails. */
  readonly upstream: OpenBytes;
  readonly onFault: (fault: DiskFault) => void;
}

/** The range of the entry, each byte as soon as it has come. The entry counts the body as a reader until it is closed. */
export function readEntry(entry: SpoolEntry, options: ReadOptions): Readable {
  entry.enter();
  const body = new PulledBody((signal) => bytesOf(entry, options, signal), CHUNK_BYTES);
  return body.once('close', () => entry.leave());
}

async function* bytesOf(
  entry: SpoolEntry,
  { range, upstream, onFault }: ReadOptions,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  let { first } = range;
  while (first <= range.last) {
    const chunk = await entry
      .read(first, Math.min(CHUNK_BYTES, range.last - first + 1), signal)
      .catch((error: unknown) => {
        if (!(error instanceof DiskFault)) throw error;
        onFault(error);
        return undefined;
      });
    if (!chunk) {
      yield* bytesFrom(await upstream({ range: { first, last: range.last }, signal }), entry, {
        first,
        last: range.last,
      });
      return;
    }
    first += chunk.length;
    yield chunk;
  }
}

/** The range out of what an upstream sends, if that is what the entry is made of. */
async function* bytesFrom(
  content: Content,
  entry: SpoolEntry,
  { first, last }: ByteRange,
): AsyncGenerator<Buffer, void, undefined> {
  const { body, size, range: sent = { first: 0, last: size - 1 } } = content;
  if (!isOneVersion(content, entry) || sent.first > first || sent.last < last) {
    body.destroy();
    throw new AppError('SOURCE_UNAVAILABLE', 'the item changed while it was read');
  }
  let toSkip = first - sent.first;
  let left = last - first + 1;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    const part = chunk.subarray(Math.min(toSkip, chunk.length), toSkip + left);
    toSkip -= Math.min(toSkip, chunk.length);
    left -= part.length;
    if (part.length > 0) yield part;
    if (left === 0) return;
  }
  throw new AppError('SOURCE_UNAVAILABLE', 'the upstream ended early');
}
