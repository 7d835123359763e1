import type { Clock } from '../../clock.js';
import type { PickerApi } from '../../google/picker-api.js';
import type { Log } from '../../log.js';
import { forgetOpen, lookAtPick } from './picking.js';
import type { Pick, Picks } from './picks.js';

export interface PickResumingOptions {
  readonly api: PickerApi;
  readonly picks: Picks;
  readonly clock: Clock;
  readonly log: Log;
  /** Ends every wait. */
  readonly signal: AbortSignal;
}

/** `photodav pick` looks as often as Google says; this is for when it no longer does. */
const INTERVAL_MS = 30_000;
const LONGEST_MS = 3_600_000;

/** Goes on with picks that are not finished: whoever began them may have been killed since. */
export class PickResuming {
  readonly #options: PickResumingOptions;
  readonly #followed = new Set<string>();
  #isFirst = true;

  constructor(options: PickResumingOptions) {
    this.#options = options;
  }

  /** Follows those that are open; at once those of an earlier run. */
  look(picks: readonly Pick[]): void {
    const waitMs = this.#isFirst ? 0 : INTERVAL_MS;
    this.#isFirst = false;
    for (const pick of picks) {
      if (!pick.open || this.#followed.has(pick.sessionId)) continue;
      this.#followed.add(pick.sessionId);
      void this.#follow(pick, waitMs).catch((error: unknown) => {
        if (!this.#options.signal.aborted) this.#options.log.warn({ err: error }, 'picks: a pick is not gone on with');
      });
    }
  }

  async #follow(pick: Pick, firstMs: number): Promise<void> {
    const { clock, signal } = this.#options;
    for (let waitMs: number | undefined = firstMs; waitMs !== undefined;) {
      if (waitMs > 0) await clock.sleep(waitMs, signal);
      waitMs = await this.#lookAt(pick, waitMs);
    }
  }

  /** How long to wait until the next look; undefined if none is needed. */
  async #lookAt({ folder, sessionId, endsAtMs }: Pick, waitedMs: number): Promise<number | undefined> {
    const { clock, log, picks, signal } = this.#options;
    try {
      const pick = (await picks.all()).find((each) => each.sessionId === sessionId);
      if (!pick?.open) return undefined;
      const found = await lookAtPick(pick, this.#options, signal);
      if (found.state === 'picking') return INTERVAL_MS;
      if (found.state === 'done')
        log.info({ folder, items: found.pick.items.length }, 'picks: a pick was gone on with');
      else if (found.state === 'timed-out')
        log.info({ folder }, 'picks: nobody has finished a pick in time; it is forgotten');
      else log.info({ folder }, 'picks: Google has ended a pick that nobody has finished; it is forgotten');
      return undefined;
    } catch (error) {
      signal.throwIfAborted();
      if (clock.now() >= endsAtMs) {
        await forgetOpen(sessionId, picks);
        return undefined;
      }
      log.debug({ err: error }, 'picks: an open pick could not be looked at');
      return Math.min(Math.max(waitedMs * 2, INTERVAL_MS), LONGEST_MS);
    }
  }
}
