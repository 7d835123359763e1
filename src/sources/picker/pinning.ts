import type { Clock } from '../../clock.js';
import { toAppError, type AppError, type ErrorCode } from '../../errors.js';
import type { Log } from '../../log.js';
import type { MediaItem } from '../../model.js';
import type { Pick, Picks } from './picks.js';
import type { Pins } from '../pins/pins.js';
import type { MediaSource } from '../source.js';

export interface PinningParts {
  readonly picks: Picks;
  readonly pins: Pins;
  /** What is served of these picks, each item once. */
  readonly items: (picks: readonly Pick[]) => readonly MediaItem[];
  /** Opens the item's bytes where they come from. */
  readonly open: MediaSource['open'];
  /** False once the rest of the day's quota is for people. */
  readonly mayFetch: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** How far the pinned items have come. */
export interface PinProgress {
  readonly total: number;
  readonly whole: number;
  /** Those that Google no longer has for us, for their session has ended. */
  readonly ended: number;
}

/** What a look has come to. */
export interface PinOutcome extends PinProgress {
  /** Why it went no further, if there is more to fetch. */
  readonly stopped?: AppError | 'quota' | 'busy';
}

export interface LookOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PinProgress) => void;
}

const AT_A_TIME = 3;
/** In a row, of any items: then it is not the items. */
const MAX_FAILURES = 3;
/** How often a server looks whether anything was picked or removed; it costs a look at the folder. */
const LOOK_MS = 5_000;
/** What a process that was killed has locked is free again after ten seconds. */
const BUSY_MS = 12_000;
const SOON_MS = 60_000;
const LATER_MS = 15 * 60_000;
const TOLD_EVERY_MS = 60_000;
const ENDED: ReadonlySet<ErrorCode> = new Set(['GONE', 'NOT_FOUND']);
const STOPPING: ReadonlySet<ErrorCode> = new Set([
  'NO_ROOM',
  'QUOTA_EXCEEDED',
  'SIGN_IN_REQUIRED',
  'SCOPE_MISSING',
  'API_DISABLED',
  'INTERNAL',
]);

/** Brings the bytes of pinned picks to the disk, and takes from there what no pick pins any more. */
export class Pinning {
  readonly #parts: PinningParts;

  constructor(parts: PinningParts) {
    this.#parts = parts;
  }

  /** Fetches what is missing, as far as that goes now; one process at a time does, for all of an account's mounts. */
  async look({ signal, onProgress }: LookOptions = {}): Promise<PinOutcome> {
    const { picks, pins } = this.#parts;
    const look = new Look(this.#parts, onProgress);
    const isAlone = await pins.whileAlone(async (losing) => {
      const { wanted, missing } = await this.#survey();
      // A file that cannot be read, such as one of a newer version, may be what pins the rest.
      if (picks.damaged.length === 0) await pins.keepOnly(wanted.keys());
      await look.fetch(missing, wanted.size, signal ? AbortSignal.any([signal, losing]) : losing);
    });
    signal?.throwIfAborted();
    return isAlone ? look.outcome : { ...(await this.progress()), stopped: 'busy' };
  }

  async progress(): Promise<PinProgress> {
    const { wanted, missing } = await this.#survey();
    return { total: wanted.size, whole: wanted.size - missing.length, ended: 0 };
  }

  /** Looks at the start, and whenever picks change; goes on by itself with what could not be had. Ends with the signal. */
  async run(signal: AbortSignal): Promise<void> {
    const { picks, pins, clock, log } = this.#parts;
    let seen = '';
    let againAtMs = Infinity;
    let toldTotal = 0;
    const teller = this.#teller();
    const onProgress = (progress: PinProgress): void => {
      // What was fetched is news, even if it has only taken the place of what was damaged.
      toldTotal = 0;
      teller(progress);
    };
    for (;;) {
      try {
        const edition = `${await picks.edition()} ${pins.losses}`;
        if (edition !== seen || clock.now() >= againAtMs) {
          const outcome = await this.look({ signal, onProgress });
          seen = edition;
          againAtMs = clock.now() + pauseAfter(outcome);
          this.#tell(outcome, toldTotal);
          toldTotal = outcome.total;
        }
        await clock.sleep(LOOK_MS, signal);
      } catch (error) {
        signal.throwIfAborted();
        log.warn({ err: error }, 'pins: nothing could be fetched');
        await clock.sleep(SOON_MS, signal);
      }
    }
  }

  async #survey(): Promise<{
    readonly wanted: ReadonlyMap<string, MediaItem>;
    readonly missing: readonly MediaItem[];
  }> {
    const { picks, pins, items } = this.#parts;
    const pinned = (await picks.all()).filter(({ isPinned }) => isPinned);
    const wanted = new Map(items(pinned).map((item) => [item.id, item]));
    const missing: MediaItem[] = [];
    for (const item of wanted.values()) if ((await pins.size(item)) === undefined) missing.push(item);
    return { wanted, missing };
  }

  #teller(): (progress: PinProgress) => void {
    const { clock, log } = this.#parts;
    let toldAtMs = -Infinity;
    return ({ total, whole }) => {
      if (whole === total || clock.now() - toldAtMs < TOLD_EVERY_MS) return;
      toldAtMs = clock.now();
      log.info({ whole, total }, 'pins: pinned items are fetched');
    };
  }

  /** That all is on disk is told once, and not again for each pick that pins nothing. */
  #tell({ total, whole, ended, stopped }: PinOutcome, toldTotal: number): void {
    const { log } = this.#parts;
    const told = { whole, total };
    if (ended > 0) {
      log.warn({ ...told, ended }, 'pins: some items had not been fetched when their pick ended; pick them again');
    }
    if (stopped === 'quota') log.info(told, "pins: the rest waits for the next day's quota");
    else if (typeof stopped === 'object')
      log.warn({ ...told, err: stopped }, `pins: the rest waits: ${stopped.advice}`);
    else if (stopped === undefined && total !== toldTotal && total > 0 && ended === 0) {
      log.info(told, 'pins: all pinned items are on disk');
    }
  }
}

/** One look: some at a time, until nothing is left or something stops it. */
class Look {
  readonly #parts: PinningParts;
  readonly #onProgress: (progress: PinProgress) => void;
  #total = 0;
  #whole = 0;
  #ended = 0;
  #failures = 0;
  #stopped: AppError | 'quota' | undefined;

  constructor(parts: PinningParts, onProgress: (progress: PinProgress) => void = () => undefined) {
    this.#parts = parts;
    this.#onProgress = onProgress;
  }

  get outcome(): PinOutcome {
    const progress = { total: this.#total, whole: this.#whole, ended: this.#ended };
    return { ...progress, ...(this.#stopped === undefined ? {} : { stopped: this.#stopped }) };
  }

  async fetch(missing: readonly MediaItem[], total: number, signal: AbortSignal): Promise<void> {
    this.#total = total;
    this.#whole = total - missing.length;
    const queue = missing.values();
    const work = async (): Promise<void> => {
      // All of them take from the same queue.
      for (const item of queue) {
        if (!this.#parts.mayFetch()) this.#stopped ??= 'quota';
        if (this.#stopped !== undefined || signal.aborted) return;
        await this.#fetchOne(item, signal);
        this.#onProgress(this.outcome);
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, work));
  }

  async #fetchOne(item: MediaItem, signal: AbortSignal): Promise<void> {
    const { pins, open, log } = this.#parts;
    try {
      await pins.fetch(item, { signal, open: (options) => open(item, options) });
      this.#whole += 1;
      this.#failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      const fault = toAppError(error);
      if (ENDED.has(fault.code)) this.#ended += 1;
      else this.#failures += 1;
      if (STOPPING.has(fault.code) || this.#failures >= MAX_FAILURES) this.#stopped ??= fault;
      log.debug({ err: fault }, 'pins: an item could not be fetched');
    }
  }
}

function pauseAfter(outcome: PinOutcome): number {
  if (outcome.stopped === 'busy') return BUSY_MS;
  if (outcome.stopped === undefined) return outcome.whole + outcome.ended < outcome.total ? SOON_MS : Infinity;
  return LATER_MS;
}
