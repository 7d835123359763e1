import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { AppError, brokeOff } from '../../errors.js';
import { systemErrorCode } from '../../system-error.js';
import type { PartRecord, PinFile, PinRecord } from './pin-file.js';
import { diskFull, type PinRoom } from './pin-room.js';
import type { Content, OpenOptions } from '../source.js';

export interface FetchOptions {
  /** Opens the item's bytes where they come from. */
  readonly open: (options: OpenOptions) => Promise<Content>;
  readonly room: PinRoom;
  readonly signal?: AbortSignal;
}

/** What may be lost to a power cut, and is fetched again. */
const SAFE_EVERY_BYTES = 8 * 2 ** 20;
const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

interface Start {
  readonly content: Content;
  readonly first: number;
}

/**
 * Brings an item's bytes to the disk, from where an earlier fetch has stopped if the upstream still has the same.
 *
 * Throws what `open` throws, SOURCE_UNAVAILABLE if the body breaks off (what has come is kept), and NO_ROOM if the disk
 * takes no more (nothing is kept, so that others can write).
 */
export async function fetchPin(pin: PinFile, options: FetchOptions): Promise<void> {
  await pin.removeWhole();
  const kept = await pin.part();
  const { content, first } = await begin(kept, options);
  const { size, validator } = content;
  try {
    await options.room.take(size - first);
    const part = { size, ...(validator === undefined ? {} : { validator }) };
    const sha256 = await written(() => download(pin, content, { part, first }));
    await written(() => pin.finish({ ...part, sha256 } satisfies PinRecord));
  } catch (error) {
    if (error instanceof AppError && error.code === 'NO_ROOM') await pin.removePart();
    options.signal?.throwIfAborted();
    throw error;
  } finally {
    content.body.destroy();
  }
}

/** Where to go on; from the first byte if the upstream has no ranges, or something else than was begun with. */
async function begin(kept: PartRecord | undefined, { open, signal }: FetchOptions): Promise<Start> {
  const request = signal ? { signal } : {};
  // Only a validator tells that the bytes are still the same, and only an open end tells what size they have now.
  if (kept?.validator !== undefined && kept.safeBytes < kept.size) {
    const range = { first: kept.safeBytes, last: Infinity };
    const content = await open({ ...request, range });
    if (!content.range) return { content, first: 0 };
    if (content.size === kept.size && content.validator === kept.validator) return { content, first: range.first };
    content.body.destroy();
  }
  return { content: await open(request), first: 0 };
}

interface Download {
  readonly part: Pick<PartRecord, 'size' | 'validator'>;
  readonly first: number;
}

/** Resolves with the digest of the whole once all of it is safe. */
async function download(pin: PinFile, { body }: Content, { part, first }: Download): Promise<string> {
  const file = await pin.openPart(first === 0);
  try {
    const hash = createHash('sha256');
    await hashBytes(file, hash, first);
    let position = first;
    let safeBytes = first;
    const keepSafe = async (): Promise<void> => {
      await file.datasync();
      await pin.savePart({ ...part, safeBytes: position });
      safeBytes = position;
    };
    try {
      for await (const chunk of bytesOf(body)) {
        if (position + chunk.length > part.size) throw wrongLength('sent more than it had told');
        await writeAll(file, chunk, position);
        hash.update(chunk);
        position += chunk.length;
        if (position - safeBytes >= SAFE_EVERY_BYTES) await keepSafe();
      }
      if (position < part.size) throw wrongLength('ended early');
    } catch (error) {
      if (position > safeBytes && error instanceof AppError) await keepSafe();
      throw error;
    }
    await file.truncate(part.size);
    await file.sync();
    return hash.digest('hex');
  } finally {
    await file.close();
  }
}

async function* bytesOf(body: Content['body']): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* body as AsyncIterable<Buffer>;
  } catch (error) {
    throw brokeOff(error);
  }
}

/** A disk that is nearly full takes a part, and says why with the next. */
async function writeAll(file: FileHandle, chunk: Buffer, position: number): Promise<void> {
  for (let done = 0; done < chunk.length;) {
    done += (await file.write(chunk, done, chunk.length - done, position + done)).bytesWritten;
  }
}

/** Takes the first `length` bytes of the file into the digest. */
export async function hashBytes(file: FileHandle, hash: Hash, length: number): Promise<void> {
  const buffer = Buffer.allocUnsafe(256 * 1024);
  for (let position = 0; position < length;) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, length - position), position);
    if (bytesRead === 0) return;
    hash.update(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
}

/** Does what writes to the disk; a disk that takes no more is a NO_ROOM. */
async function written<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (FULL.has(systemErrorCode(error))) throw diskFull(error);
    throw error;
  }
}

function wrongLength(what: string): AppError {
  return new AppError('SOURCE_UNAVAILABLE', `the upstream ${what}`);
}
