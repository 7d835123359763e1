/** An item that came later. */
interface Arrival {
  readonly serial: number;
  readonly takenAtMs: number;
  /** How many of the first items are newer. */
  readonly newer: number;
}

/**
 * The order of a list whose items come and go: the first `count` stand at their serials, newest first, and only what
 * came or went since is kept.
 */
export class Positions {
  /** Newest first. */
  readonly #arrivals: Arrival[] = [];
  /** Serials of the first items that are gone, in order. */
  readonly #gone: number[] = [];

  /** `takenAtMs` is that of one of the first items; it falls as the serial rises. */
  constructor(
    private readonly count: number,
    private readonly takenAtMs: (serial: number) => number,
  ) {}

  get size(): number {
    return this.count - this.#gone.length + this.#arrivals.length;
  }

  add(serial: number, takenAtMs: number): void {
    const newer = countWhile(this.count, (first) => this.takenAtMs(first) > takenAtMs);
    const before = countWhile(this.#arrivals.length, (index) => this.#arrival(index).takenAtMs > takenAtMs);
    this.#arrivals.splice(before, 0, { serial, takenAtMs, newer });
  }

  remove(serial: number): void {
    if (serial < this.count) this.#gone.splice(this.#goneBefore(serial), 0, serial);
    else
      this.#arrivals.splice(
        this.#arrivals.findIndex((arrival) => arrival.serial === serial),
        1,
      );
  }

  serialAt(position: number): number {
    if (position < 0 || position >= this.size) throw new RangeError('no such position');
    const place = (index: number): number => {
      const { newer } = this.#arrival(index);
      return index + newer - this.#goneBefore(newer);
    };
    const before = countWhile(this.#arrivals.length, (index) => place(index) < position);
    if (before < this.#arrivals.length && place(before) === position) return this.#arrival(before).serial;
    const stayed = position - before;
    return stayed + countWhile(this.#gone.length, (index) => (this.#gone[index] ?? 0) - index <= stayed);
  }

  #arrival(index: number): Arrival {
    const arrival = this.#arrivals[index];
    if (!arrival) throw new RangeError('no such arrival');
    return arrival;
  }

  #goneBefore(serial: number): number {
    return countWhile(this.#gone.length, (index) => (this.#gone[index] ?? 0) < serial);
  }
}

/** How many of the indexes 0 to `length - 1`, from the first on, pass a test that none passes after one that fails. */
function countWhile(length: number, passes: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (passes(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
