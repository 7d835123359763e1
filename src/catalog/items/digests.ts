import { hash } from 'node:crypto';
import type { MediaItem } from '../../model.js';

/** 132 bits in base64url. */
const LENGTH = 22;
const SHIFT = 12;
const CHUNK = 1 << SHIFT;

/** The digest of an item's id and version: 22 characters. The same in every process. */
export function digestOf({ id, version }: MediaItem): string {
  return hash('sha256', `${id}\n${version ?? ''}`, 'base64url').slice(0, LENGTH);
}

/** Digests by item number, each made once: a listing asks for all of its members', again and again. */
export class Digests {
  readonly #chunks: Buffer[] = [];

  get(number: number, item: MediaItem): string {
    const chunk = this.#chunkOf(number);
    const start = (number & (CHUNK - 1)) * LENGTH;
    if (chunk[start]) return chunk.toString('latin1', start, start + LENGTH);
    const digest = digestOf(item);
    chunk.write(digest, start, 'latin1');
    return digest;
  }

  /** For an item whose version is another now. */
  forget(number: number): void {
    this.#chunkOf(number)[(number & (CHUNK - 1)) * LENGTH] = 0;
  }

  #chunkOf(number: number): Buffer {
    return (this.#chunks[number >>> SHIFT] ??= Buffer.alloc(CHUNK * LENGTH));
  }
}
