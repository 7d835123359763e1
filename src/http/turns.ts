/** Who asks for a run. */
export interface Asker {
  /** Such as an address. */
  readonly place: string;
  readonly name: string;
}

export interface TurnsOptions {
  /** How many may run at once. */
  readonly maxRunning: number;
  /** How many may wait, over all places and names. */
  readonly maxWaiting: number;
  /** How many may wait of one name at one place. */
  readonly maxWaitingOfOne: number;
  /** Makes the error for one that cannot wait. */
  readonly refuse: () => Error;
}

interface Waiting {
  readonly start: () => void;
  readonly end: (reason: Error) => void;
}

type Lines = Map<string, Waiting[]>;

/**
 * Runs what is dear, a few at a time. Those who wait take turns: places go round, and at one place the names, so that
 * whoever asks a thousand times delays another by one run, also where a reverse proxy makes one place of everybody.
 *
 * Where no more may wait, a newcomer from a shorter line takes the room of the last one in the longest.
 */
export class Turns {
  readonly #options: TurnsOptions;
  /** By place, then by name; none is empty, and who comes first in a map is next. */
  readonly #places = new Map<string, Lines>();
  #running = 0;
  #waiting = 0;

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  /** What `run` gives when its turn has come. Throws what `refuse` makes if it cannot wait, or not to its end. */
  async take<T>(asker: Asker, run: () => Promise<T>): Promise<T> {
    if (this.#running < this.#options.maxRunning) this.#running++;
    else await this.#turn(asker);
    try {
      return await run();
    } finally {
      const next = this.#next();
      if (next) next.start();
      else this.#running--;
    }
  }

  #turn(asker: Asker): Promise<void> {
    const { maxWaiting, maxWaitingOfOne, refuse } = this.#options;
    const own = this.#places.get(asker.place)?.get(asker.name)?.length ?? 0;
    const mayWait = own < maxWaitingOfOne && (this.#waiting < maxWaiting || this.#makeRoom(asker));
    if (!mayWait) return Promise.reject(refuse());
    return new Promise((start, end) => {
      const lines: Lines = this.#places.get(asker.place) ?? new Map<string, Waiting[]>();
      const line = lines.get(asker.name) ?? [];
      line.push({ start, end });
      lines.set(asker.name, line);
      this.#places.set(asker.place, lines);
      this.#waiting++;
    });
  }

  #next(): Waiting | undefined {
    for (const [place, lines] of this.#places) {
      for (const [name, line] of lines) {
        const next = line.shift();
        this.#waiting--;
        // To the end of the round, both.
        lines.delete(name);
        if (line.length > 0) lines.set(name, line);
        this.#places.delete(place);
        if (lines.size > 0) this.#places.set(place, lines);
        return next;
      }
    }
    return undefined;
  }

  /** Sends somebody away who has more in the line than the newcomer; false if nobody has. */
  #makeRoom({ place, name }: Asker): boolean {
    const busiest = largest(this.#places, waitingAt);
    const own = this.#places.get(place);
    const isElsewhere = waitingAt(busiest.value) - waitingAt(own) > 1;
    const crowd = isElsewhere ? busiest : { key: place, value: own };
    if (!crowd.value) return false;
    const longest = largest(crowd.value, ({ length }) => length);
    if (!isElsewhere && longest.value.length - (own?.get(name)?.length ?? 0) <= 1) return false;
    longest.value.pop()?.end(this.#options.refuse());
    this.#waiting--;
    if (longest.value.length === 0) crowd.value.delete(longest.key);
    if (crowd.value.size === 0) this.#places.delete(crowd.key);
    return true;
  }
}

function waitingAt(lines: Lines | undefined): number {
  return [...(lines?.values() ?? [])].reduce((sum, { length }) => sum + length, 0);
}

/** The largest entry of a map that is not empty. */
function largest<V>(map: ReadonlyMap<string, V>, sizeOf: (value: V) => number) {
  return [...map]
    .map(([key, value]) => ({ key, value }))
    .reduce((most, each) => (sizeOf(each.value) > sizeOf(most.value) ? each : most));
}
