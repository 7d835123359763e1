import type { Readable } from 'node:stream';
import { AppError } from '../errors.js';
import type { SpoolFile } from './spool-files.js';

/** The disk would not take bytes, or not give them back: no fault of the upstream's. */
export class DiskFault extends Error {
  override readonly name = 'DiskFault';
}

/**
 * Writes the body to the file as it comes, tells after each write how many bytes there are, and resolves once all `size`
 * of them are safe. Rejects with a `DiskFault`, or with what the body fails with; the body is ended then.
 */
export async function fill(
  file: SpoolFile,
  body: Readable,
  size: number,
  onArrived: (bytes: number) => void,
): Promise<void> {
  let arrived = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    if (arrived + chunk.length > size)
      throw new AppError('SOURCE_UNAVAILABLE', 'the upstream sent more than it had told');
    await toDisk(file.write(chunk, arrived));
    arrived += chunk.length;
    onArrived(arrived);
  }
  if (arrived < size) throw new AppError('SOURCE_UNAVAILABLE', 'the upstream ended early');
  await toDisk(file.sync());
}

/** Passes on what the disk gives; what it fails with becomes a `DiskFault`. */
export async function toDisk<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw new DiskFault('the spool cannot be written or read', { cause });
  }
}
