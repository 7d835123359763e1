import { Writable, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../errors.js';
import type { SpoolFile } from './spool-files.js';

/** The disk would not take bytes, or not give them back: no fault of the upstream's. */
export class DiskFault extends Error {
  override readonly name = 'DiskFault';
}

/** What may wait while the disk is busy; it then goes in one piece. */
const MAX_WAITING_BYTES = 512 * 1024;

/**
 * Writes the body to the file as it comes, hands on what was written after each write, and resolves once all `size` bytes
 * are safe. Rejects with a `DiskFault`, or with what the body fails with; the body is ended then.
 */
export async function fill(
  file: SpoolFile,
  body: Readable,
  size: number,
  onWritten: (pieces: readonly Buffer[]) => void,
): Promise<void> {
  let arrived = 0;
  const append = async (pieces: readonly Buffer[]): Promise<void> => {
    const bytes = pieces.reduce((sum, { length }) => sum + length, 0);
    if (arrived + bytes > size) throw new AppError('SOURCE_UNAVAILABLE', 'the upstream sent more than it had told');
    await toDisk(file.write(pieces, arrived));
    arrived += bytes;
    onWritten(pieces);
  };
  const disk = new Writable({
    highWaterMark: MAX_WAITING_BYTES,
    writev(chunks, done) {
      append(chunks.map(({ chunk }) => chunk as Buffer)).then(() => done(), done);
    },
  });
  await pipeline(body, disk);
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
