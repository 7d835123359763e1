const SHIFT = 12;
const CHUNK = 1 << SHIFT;

/** Numbers by position, `absent` where none was set; in chunks, so that growing copies nothing. */
export class NumberColumn {
  readonly #chunks: (Float64Array | Uint32Array)[] = [];
  readonly #make: () => Float64Array | Uint32Array;
  readonly #absent: number;

  private constructor(make: () => Float64Array | Uint32Array, absent: number) {
    this.#make = make;
    this.#absent = absent;
  }

  /** Any number, NaN where none was set. */
  static ofDoubles(): NumberColumn {
    return new NumberColumn(() => new Float64Array(CHUNK).fill(NaN), NaN);
  }

  /** Whole numbers below 2³², 0 where none was set. */
  static ofIntegers(): NumberColumn {
    return new NumberColumn(() => new Uint32Array(CHUNK), 0);
  }

  get(position: number): number {
    return this.#chunks[position >>> SHIFT]?.[position & (CHUNK - 1)] ?? this.#absent;
  }

  set(position: number, value: number): void {
    while (this.#chunks.length <= position >>> SHIFT) this.#chunks.push(this.#make());
    const chunk = this.#chunks[position >>> SHIFT];
    if (chunk) chunk[position & (CHUNK - 1)] = value;
  }
}
