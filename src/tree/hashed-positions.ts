import { endianness } from 'node:os';

/** A hash and a position make one number that sorts by hash, whichever half of it the system puts first. */
const HASH = endianness() === 'LE' ? 1 : 0;
const POSITION = 1 - HASH;

/** Positions to be found by a hash: eight bytes each. Set once for each position, then sorted. */
export class HashedPositions {
  readonly #pairs: BigUint64Array;
  readonly #halves: Uint32Array;

  constructor(length: number) {
    this.#pairs = new BigUint64Array(length);
    this.#halves = new Uint32Array(this.#pairs.buffer);
  }

  /** Puts a position and its hash into a place of the table. */
  set(place: number, position: number, hash: number): void {
    this.#halves[place * 2 + POSITION] = position;
    this.#halves[place * 2 + HASH] = hash;
  }

  sort(): void {
    this.#pairs.sort();
  }

  /** The positions of a hash. */
  *find(hash: number): Iterable<number> {
    let low = 0;
    for (let high = this.#pairs.length; low < high;) {
      const middle = (low + high) >>> 1;
      if (this.#hashAt(middle) < hash) low = middle + 1;
      else high = middle;
    }
    for (let place = low; place < this.#pairs.length && this.#hashAt(place) === hash; place++) {
      yield this.#positionAt(place);
    }
  }

  /** The positions of each hash that more than one has. */
  *shared(): Iterable<readonly number[]> {
    const { length } = this.#pairs;
    for (let first = 0; first < length; first++) {
      const hash = this.#hashAt(first);
      if (first + 1 >= length || this.#hashAt(first + 1) !== hash) continue;
      const positions = [];
      for (; first < length && this.#hashAt(first) === hash; first++) positions.push(this.#positionAt(first));
      first -= 1;
      yield positions;
    }
  }

  #hashAt(place: number): number {
    return this.#halves[place * 2 + HASH] ?? 0;
  }

  #positionAt(place: number): number {
    return this.#halves[place * 2 + POSITION] ?? 0;
  }
}
