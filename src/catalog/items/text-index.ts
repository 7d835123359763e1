import { keyedHash } from './keyed-hash.js';
import { NumberColumn } from './number-column.js';
import type { TextColumn } from './text-column.js';

const FIRST_CAPACITY = 1 << 10;

/** Finds a text's position in a column: a hash table of positions, at most three quarters full, without a copy of the texts. */
export class TextIndex {
  readonly #texts: TextColumn;
  readonly #hash: typeof keyedHash;
  readonly #hashes = NumberColumn.ofIntegers();
  /** Position plus one; 0 is free. A taken slot's text may have come to the first free one after its own. */
  #slots = new Uint32Array(FIRST_CAPACITY);
  #count = 0;

  constructor(texts: TextColumn, hash: typeof keyedHash = keyedHash) {
    this.#texts = texts;
    this.#hash = hash;
  }

  /** How many texts can be found. */
  get size(): number {
    return this.#count;
  }

  /** The position of the text that `text` has from `start` up to `end`. */
  find(text: string, start = 0, end = text.length): number | undefined {
    const hash = this.#hash(text, start, end);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const position = (this.#slots[slot] ?? 0) - 1;
      if (position < 0) return undefined;
      if (this.#hashes.get(position) === hash && this.#texts.equals(position, text, start, end)) return position;
    }
  }

  /** Makes the text at `position`, which is the given one and was not found before, one that is found. */
  add(position: number, text: string, start = 0, end = text.length): void {
    this.#count += 1;
    this.#hashes.set(position, this.#hash(text, start, end));
    if (this.#count * 4 > this.#slots.length * 3) this.#grow();
    this.#place(position);
  }

  #grow(): void {
    const positions = this.#slots.filter((taken) => taken > 0);
    this.#slots = new Uint32Array(this.#slots.length * 2);
    for (const taken of positions) this.#place(taken - 1);
  }

  #place(position: number): void {
    const mask = this.#slots.length - 1;
    let slot = this.#hashes.get(position) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = position + 1;
  }
}
