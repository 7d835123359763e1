import type { Readable } from 'node:stream';
import type { AppError } from '../../errors.js';
import { Audience, type AudienceOptions } from '../audience.js';
import type { SpoolFile, SpoolFiles } from './spool-files.js';
import { fill, toDisk } from './spool-filling.js';

/** What an entry is about, and where it lies. */
export interface EntryFacts {
  /** Bytes of the whole item. */
  readonly size: number;
  /** Of the upstream body that it is made of. */
  readonly validator?: string | undefined;
  /** The file's name once all has come. */
  readonly name: string;
}

interface Waiting {
  readonly position: number;
  readonly wake: () => void;
}

/** One item's bytes on disk, of one upstream body: all of them, or what has come so far. */
export class SpoolEntry {
  readonly size: number;
  readonly validator: string | undefined;
  readonly #files: SpoolFiles;
  readonly #waiting = new Set<Waiting>();
  readonly #audience: Audience;
  #name: string;
  #arrived = 0;
  /** What was written last: who keeps up with the upstream need not read it again. */
  #latest: readonly Buffer[] = [];
  #file: Promise<SpoolFile> | undefined;
  /** Undefined while nothing has gone wrong; no error where the disk is to blame, and the upstream still has it all. */
  #end: { readonly error?: AppError } | undefined;
  #upstream: Readable | undefined;
  #wholeAtMs: number | undefined;

  /** `audience.onDeserted` is called when nobody has read for a while what is still to come. */
  constructor({ size, validator, name }: EntryFacts, files: SpoolFiles, audience: AudienceOptions) {
    this.size = size;
    this.validator = validator;
    this.#name = name;
    this.#files = files;
    this.#audience = new Audience(audience);
  }

  /** When the last byte came; undefined while it has not. */
  get wholeAtMs(): number | undefined {
    return this.#wholeAtMs;
  }

  get isRead(): boolean {
    return !this.#audience.isEmpty;
  }

  /** Whether the disk still holds bytes for it, removed or not. */
  get isOnDisk(): boolean {
    return this.#end === undefined || this.#file !== undefined;
  }

  /** Takes the file that an earlier run has left, whole. */
  adopt(wholeAtMs: number): void {
    this.#arrived = this.size;
    this.#wholeAtMs = wholeAtMs;
    this.#audience.end();
  }

  /**
   * Brings the body to the disk, under `partName` until it is whole; resolves with the time of that. Rejects with a
   * `DiskFault`, or with what ended the body, after telling all readers.
   */
  async fill(body: Readable, partName: string, now: () => number): Promise<void> {
    const name = this.#name;
    this.#name = partName;
    this.#upstream = body;
    // It may fail before the file is there, and is asked then.
    body.on('error', () => undefined);
    try {
      this.#file = this.#files.create(partName);
      await fill(await toDisk(this.#file), body, this.size, (pieces) => this.#advance(pieces));
      await toDisk(this.#files.rename(partName, name));
    } finally {
      body.destroy();
      this.#upstream = undefined;
      this.#latest = [];
      this.#audience.end();
    }
    this.#name = name;
    if (this.#end) {
      // It was removed while it was renamed.
      await this.#files.remove(name);
      return;
    }
    this.#wholeAtMs = now();
    if (!this.isRead) await this.#close();
  }

  /**
   * Takes it from the disk, and ends its upstream. Only who reads a whole one reads on; for the others it has failed with
   * this error or, without one, the upstream still has it all.
   */
  async remove(error?: AppError): Promise<void> {
    this.#end ??= error ? { error } : {};
    this.#upstream?.destroy();
    for (const { wake } of this.#waiting) wake();
    // After that, for what is not there yet cannot be removed.
    if (this.#wholeAtMs === undefined || !this.isRead) await this.#close();
    await this.#files.remove(this.#name);
  }

  enter(): void {
    this.#audience.enter();
  }

  leave(): void {
    this.#audience.leave();
    if (this.#wholeAtMs !== undefined && !this.isRead) void this.#close();
  }

  /**
   * At most `length` bytes from `position` on, as soon as some have come; undefined if they will not, but the upstream has
   * them. Throws what the upstream failed with, and a `DiskFault`; rejects with the signal's reason.
   */
  async read(position: number, length: number, signal: AbortSignal): Promise<Buffer | undefined> {
    if (this.#arrived <= position && !this.#end) await this.#until(position, signal);
    signal.throwIfAborted();
    if (this.#end && this.#wholeAtMs === undefined) {
      if (this.#end.error) throw this.#end.error;
      return undefined;
    }
    const known = this.#fromLatest(position, length);
    if (known) return known;
    this.#file ??= this.#files.open(this.#name);
    const file = await toDisk(this.#file);
    return toDisk(file.read(position, Math.min(length, this.#arrived - position)));
  }

  #advance(pieces: readonly Buffer[]): void {
    this.#latest = pieces;
    for (const { length } of pieces) this.#arrived += length;
    for (const { position, wake } of this.#waiting) if (position < this.#arrived) wake();
  }

  #fromLatest(position: number, length: number): Buffer | undefined {
    let first = this.#arrived;
    for (const piece of [...this.#latest].reverse()) {
      first -= piece.length;
      if (position >= first) return piece.subarray(position - first, position - first + length);
    }
    return undefined;
  }

  /** Resolves once the byte at `position` has come, or nothing more will. */
  async #until(position: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(waiting);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const waiting = { position, wake };
      this.#waiting.add(waiting);
      signal.addEventListener('abort', wake);
      if (signal.aborted) wake();
    });
  }

  async #close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    // What could not be opened, or is closed after a fault, has nothing to say any more.
    await file?.then((opened) => opened.close()).catch(() => undefined);
  }
}
