import type { Clock } from '../../clock.js';
import type { Log } from '../../log.js';
import type { PickedShelf } from './picked-shelf.js';
import type { Pick } from './picks.js';

const DAY_MS = 86_400_000;

/** Says in the log, once each, that a pick ends within a day, and that it has ended. */
export class PickEndings {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #told = new Set<string>();
  #waiting = new AbortController();

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Tells what is due, and the rest when it is. */
  look(shelf: PickedShelf): void {
    this.close();
    const nextMs = Math.min(...shelf.picks.map((pick) => this.#tell(pick, shelf)));
    if (nextMs === Infinity) return;
    this.#waiting = new AbortController();
    // A timer cannot be set for more than 24 days, and a machine that sleeps holds it up.
    const waitMs = Math.min(nextMs - this.#clock.now(), DAY_MS);
    void this.#clock.sleep(waitMs, this.#waiting.signal).then(
      () => this.look(shelf),
      () => undefined,
    );
  }

  /** Ends the wait. */
  close(): void {
    this.#waiting.abort();
  }

  /** When there is something to tell of the pick again. */
  #tell(pick: Pick, shelf: PickedShelf): number {
    const { endsAtMs, folder, sessionId } = pick;
    const now = this.#clock.now();
    const items = pick.items.filter(({ id }) => shelf.picksOf(id)[0]?.sessionId === sessionId).length;
    // Pinned items open for ever, and those of a pick that lives longer as long as that.
    if (items === 0 || pick.isPinned) return Infinity;
    const advice = `photodav pick --folder ${JSON.stringify(folder)}`;
    if (now < endsAtMs - DAY_MS) return endsAtMs - DAY_MS;
    if (now < endsAtMs) {
      const endsAt = new Date(endsAtMs).toISOString();
      this.#once(`${sessionId} ends`, () =>
        this.#log.warn(
          { folder, items, endsAt, advice },
          'picks: a pick ends within a day; pick again to keep its files',
        ),
      );
      return endsAtMs;
    }
    this.#once(`${sessionId} ended`, () =>
      this.#log.warn({ folder, items, advice }, 'picks: a pick has ended; its files stay listed and answer 410'),
    );
    return Infinity;
  }

  #once(key: string, tell: () => void): void {
    if (this.#told.has(key)) return;
    this.#told.add(key);
    tell();
  }
}
