import type { Clock } from '../../clock.js';
import type { Log } from '../../log.js';
import type { Pick } from './picks.js';

const FIRST_MS = 60_000;
const LONGEST_MS = 3_600_000;

/**
 * Lists sessions again that hold a video which Google still works on, while somebody lists what was picked: after a minute
 * at first, and each time after twice as long, up to an hour.
 */
export class UnreadyVideos {
  readonly #list: (sessionId: string) => Promise<unknown>;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #asked = new Map<string, { readonly atMs: number; readonly waitMs: number }>();

  /** `list` lists the session into its file. */
  constructor(list: (sessionId: string) => Promise<unknown>, clock: Clock, log: Log) {
    this.#list = list;
    this.#clock = clock;
    this.#log = log;
  }

  look(picks: readonly Pick[]): void {
    for (const pick of picks) {
      if (!pick.items.some(({ isProcessing }) => isProcessing) || pick.endsAtMs <= this.#clock.now()) continue;
      const atMs = this.#clock.now();
      const { sessionId } = pick;
      const asked = this.#asked.get(sessionId);
      if (!asked) this.#asked.set(sessionId, { atMs, waitMs: FIRST_MS });
      else if (atMs - asked.atMs >= asked.waitMs) {
        this.#asked.set(sessionId, { atMs, waitMs: Math.min(asked.waitMs * 2, LONGEST_MS) });
        this.#list(sessionId).catch((error: unknown) => {
          this.#log.debug({ err: error }, 'picks: whether a video is ready could not be told');
        });
      }
    }
  }
}
