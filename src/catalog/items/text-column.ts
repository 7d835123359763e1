import { NumberColumn } from './number-column.js';

const CHUNK_BYTES = 1 << 20;
// eslint-disable-next-line no-control-regex -- the whole of Latin-1
const LATIN1 = /^[\u0000-\u00ff]*$/;

/**
 * Texts by position, packed: a byte for each character where Latin-1 has them all, two for each UTF-16 code unit
 * elsewhere, so that every text comes back as it was, an ill-formed one too.
 */
export class TextColumn {
  readonly #chunks: Buffer[] = [];
  /** Bytes used of the last chunk. */
  #used = 0;
  /** Where texts begin, as chunk and byte in one number. */
  readonly #starts = NumberColumn.ofIntegers();
  /** Bytes, times two, plus one for a text of UTF-16 code units. */
  readonly #lengths = NumberColumn.ofIntegers();

  /** Empty where none was set. */
  get(position: number): string {
    const length = this.#lengths.get(position);
    if (length === 0) return '';
    const start = this.#starts.get(position);
    const from = start % CHUNK_BYTES;
    const chunk = this.#chunks[Math.floor(start / CHUNK_BYTES)];
    return chunk?.toString(length & 1 ? 'utf16le' : 'latin1', from, from + (length >>> 1)) ?? '';
  }

  /** What a text that is replaced takes up is not used again. */
  set(position: number, text: string): void {
    const isWide = !LATIN1.test(text);
    const bytes = isWide ? text.length * 2 : text.length;
    const start = this.#write(text, isWide ? 'utf16le' : 'latin1', bytes);
    this.#place(position, start, bytes * 2 + Number(isWide));
  }

  /** Sets texts of these lengths, side by side in `joined`, at `position` and after it. */
  setMany(position: number, joined: string, lengths: readonly number[]): void {
    if (joined.length > CHUNK_BYTES || !LATIN1.test(joined)) {
      let from = 0;
      for (const [i, length] of lengths.entries()) this.set(position + i, joined.slice(from, (from += length)));
      return;
    }
    let start = this.#write(joined, 'latin1', joined.length);
    for (const [i, length] of lengths.entries()) {
      this.#place(position + i, start, length * 2);
      start += length;
    }
  }

  /** True if the text at `position` is that of `text` from `start` up to `end`. */
  equals(position: number, text: string, start: number, end: number): boolean {
    const length = this.#lengths.get(position);
    if (length & 1 || length >>> 1 !== end - start) return this.get(position) === text.slice(start, end);
    const at = this.#starts.get(position);
    const chunk = this.#chunks[Math.floor(at / CHUNK_BYTES)];
    const shift = (at % CHUNK_BYTES) - start;
    for (let i = start; i < end; i++) if (chunk?.[i + shift] !== text.charCodeAt(i)) return false;
    return true;
  }

  #place(position: number, start: number, length: number): void {
    this.#starts.set(position, start);
    this.#lengths.set(position, length);
  }

  /** Gives where the text begins. */
  #write(text: string, encoding: 'utf16le' | 'latin1', bytes: number): number {
    let chunk = this.#chunks.at(-1);
    if (!chunk || chunk.length - this.#used < bytes) {
      // Memory that was never written to is not resident. One text may need more than a chunk has.
      chunk = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, bytes));
      this.#chunks.push(chunk);
      this.#used = 0;
    }
    const start = (this.#chunks.length - 1) * CHUNK_BYTES + this.#used;
    chunk.write(text, this.#used, encoding);
    this.#used += bytes;
    return start;
  }
}
