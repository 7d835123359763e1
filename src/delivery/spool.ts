import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.js';
import { toAppError, type AppError } from '../errors.js';
import type { Log } from '../log.js';
import type { Content } from '../sources/source.js';
import { SpoolEntry, type EntryFacts } from './spool/spool-entry.js';
import type { SpoolFiles } from './spool/spool-files.js';
import { DiskFault } from './spool/spool-filling.js';
import { nick } from './spool/spool-key.js';
import { partName, tidy, wholeName } from './spool/spool-tidying.js';

export interface SpoolOptions {
  readonly maxBytes: number;
  /** How long something stays once it is whole. */
  readonly keepMs: number;
  /** How long something is fetched on once its last reader has left. */
  readonly lingerMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** A disk that would not take bytes is left alone this long. */
const FAULT_PAUSE_MS = 60_000;
/** That there is no room is told no more often. */
const NO_ROOM_MS = 10 * 60_000;
const DAY_MS = 86_400_000;

/**
 * Items on disk, whole ones and those that are still coming; bounded by room and by time.
 *
 * Two servers may share a folder: neither is served wrong bytes, but each may have to fetch again what the other removed.
 */
export class Spool {
  readonly #files: SpoolFiles;
  readonly #options: SpoolOptions;
  /** The least recently used first. */
  readonly #entries = new Map<string, SpoolEntry>();
  /** All that take room, also those that were removed while somebody reads them. */
  readonly #onDisk = new Set<SpoolEntry>();
  readonly #closing = new AbortController();
  readonly #work = new Set<Promise<void>>();
  #aging: Promise<void> | undefined;
  #pausedUntilMs = 0;
  #noRoomToldAtMs = -Infinity;

  private constructor(files: SpoolFiles, options: SpoolOptions) {
    this.#files = files;
    this.#options = options;
  }

  /** With what an earlier run has left whole; the rest of it is removed. Rejects if the folder cannot be read. */
  static async open(files: SpoolFiles, options: SpoolOptions): Promise<Spool> {
    const spool = new Spool(files, options);
    for (const { key, size, name, wholeAtMs } of await tidy(files, options.clock.now(), options.keepMs)) {
      spool.#entry(key, { size, name }).adopt(wholeAtMs);
    }
    spool.#makeRoom(0);
    spool.#age();
    return spool;
  }

  /** False for a while after the disk has failed, and once closed. */
  get isOpen(): boolean {
    return !this.#closing.signal.aborted && this.#options.clock.now() >= this.#pausedUntilMs;
  }

  /** The item, all of it or what has come so far; its reader says so by `enter` and `leave`. */
  find(key: string): SpoolEntry | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    if (this.#isOld(entry)) {
      this.#remove(key, entry);
      return undefined;
    }
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  /** Takes over the body, which begins at the first byte; undefined, and the body untouched, if there is no room. */
  hold(key: string, { body, size, validator }: Content): SpoolEntry | undefined {
    if (!this.isOpen) return undefined;
    const before = this.#entries.get(key);
    if (before) this.#remove(key, before);
    if (!this.#makeRoom(size)) {
      this.#tellNoRoom(key, size);
      return undefined;
    }
    const entry = this.#entry(key, { size, validator, name: wholeName(key, size) });
    this.#track(this.#fill(key, entry, body));
    return entry;
  }

  /** Gives up what could not be read; who reads it turns to the upstream. */
  drop(key: string, entry: SpoolEntry, fault: DiskFault): void {
    this.#options.log.debug({ err: fault.cause, item: nick(key) }, 'spool: a file could not be read');
    this.#remove(key, entry);
  }

  /** Ends what is coming and removes it; what is whole stays for the next run. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const [key, entry] of this.#entries) if (entry.wholeAtMs === undefined) this.#remove(key, entry);
    await this.#aging;
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  #entry(key: string, facts: EntryFacts): SpoolEntry {
    const { clock, lingerMs, log } = this.#options;
    const entry = new SpoolEntry(facts, this.#files, {
      clock,
      lingerMs,
      onDeserted: () => {
        log.debug({ item: nick(key) }, 'spool: nobody reads it any more; it is not fetched on');
        this.#remove(key, entry);
      },
    });
    this.#entries.set(key, entry);
    this.#onDisk.add(entry);
    return entry;
  }

  async #fill(key: string, entry: SpoolEntry, body: Content['body']): Promise<void> {
    const { clock, log } = this.#options;
    const { size } = entry;
    log.debug({ item: nick(key), size }, 'spool: begun');
    try {
      await entry.fill(body, partName(key, size, randomUUID()), () => clock.now());
      log.debug({ item: nick(key), size }, 'spool: whole');
      this.#age();
    } catch (error) {
      if (this.#entries.get(key) !== entry) return;
      if (error instanceof DiskFault) this.#pause(key, entry, error);
      else this.#remove(key, entry, toAppError(error));
    }
  }

  #pause(key: string, entry: SpoolEntry, { cause }: DiskFault): void {
    const { clock, log } = this.#options;
    if (this.isOpen) {
      const item = nick(key);
      log.warn({ err: cause, item }, 'spool: cannot be written; for a minute, videos are streamed and seek slowly');
    }
    this.#pausedUntilMs = clock.now() + FAULT_PAUSE_MS;
    this.#remove(key, entry);
    // A full disk has room again without what nobody reads.
    for (const [other, idle] of this.#entries) if (!idle.isRead) this.#remove(other, idle);
  }

  /** Removes what nobody reads until there is room for so many bytes: whole ones first. False if there cannot be. */
  #makeRoom(bytes: number): boolean {
    const { maxBytes } = this.#options;
    if (bytes > maxBytes) return false;
    const idle = [...this.#entries].filter(([, { isRead }]) => !isRead);
    const isWhole = ([, { wholeAtMs }]: (typeof idle)[number]): boolean => wholeAtMs !== undefined;
    const leaving = [...idle.filter(isWhole), ...idle.filter((each) => !isWhole(each))];
    let taken = this.#taken();
    const reclaimable = leaving.reduce((sum, [, { size }]) => sum + size, 0);
    if (taken - reclaimable + bytes > maxBytes) return false;
    for (const [key, entry] of leaving) {
      if (taken + bytes <= maxBytes) break;
      taken -= entry.size;
      this.#remove(key, entry);
    }
    return true;
  }

  #tellNoRoom(key: string, size: number): void {
    const { clock, log, maxBytes } = this.#options;
    if (clock.now() - this.#noRoomToldAtMs < NO_ROOM_MS) return;
    this.#noRoomToldAtMs = clock.now();
    const item = nick(key);
    log.info({ item, size, maxBytes }, 'spool: spool.maxSize has no room for a video; it is streamed and seeks slowly');
  }

  #taken(): number {
    let bytes = 0;
    for (const entry of this.#onDisk) {
      if (entry.isOnDisk) bytes += entry.size;
      else this.#onDisk.delete(entry);
    }
    return bytes;
  }

  #remove(key: string, entry: SpoolEntry, error?: AppError): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
    this.#track(
      entry.remove(error).catch((cause: unknown) => {
        this.#options.log.warn({ err: cause, item: nick(key) }, 'spool: a file could not be removed');
      }),
    );
  }

  #isOld({ wholeAtMs = Infinity }: SpoolEntry): boolean {
    return wholeAtMs + this.#options.keepMs <= this.#options.clock.now();
  }

  /** Sees to it that what is whole leaves in time. */
  #age(): void {
    this.#aging ??= this.#removeInTime()
      // The clock says so when the spool is closed.
      .catch(() => undefined)
      .finally(() => (this.#aging = undefined));
  }

  async #removeInTime(): Promise<void> {
    const { clock, keepMs } = this.#options;
    for (;;) {
      const times = [...this.#entries.values()].flatMap(({ wholeAtMs }) => wholeAtMs ?? []);
      if (times.length === 0) return;
      // A timer cannot be set for longer than 24 days.
      await clock.sleep(Math.min(Math.min(...times) + keepMs - clock.now(), DAY_MS), this.#closing.signal);
      for (const [key, entry] of this.#entries) if (this.#isOld(entry)) this.#remove(key, entry);
    }
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#work.delete(tracked));
    this.#work.add(tracked);
  }
}
