import { createHash } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { addAbortSignal } from 'node:stream';
import { accountName, type SignInKey } from '../../google/auth/sign-ins.js';
import type { Log } from '../../log.js';
import type { MediaItem } from '../../model.js';
import { ifUnlocked, isDraft } from '../../private-file.js';
import { fetchPin, hashBytes, type FetchOptions } from './pin-fetch.js';
import { PinFile, pinPrefix } from './pin-file.js';
import type { PinRoom } from './pin-room.js';
import { PinnedBody } from './pinned-body.js';
import type { Content, OpenOptions } from '../source.js';

export interface PinsOptions {
  readonly room: PinRoom;
  /** Where Google is (`GoogleAddresses.label`). */
  readonly label: string;
  readonly key: SignInKey;
  readonly log: Log;
}

/** `damaged`: its bytes are others than were fetched. */
export type PinState = 'whole' | 'damaged' | 'absent';

const FOLDER_MODE = 0o700;

/** Bytes of one account's items that are kept on disk because somebody said so, for as long as a pick says so. */
export class Pins {
  readonly #room: PinRoom;
  readonly #folder: string;
  readonly #log: Log;
  #losses = 0;

  constructor({ room, label, key, log }: PinsOptions) {
    this.#room = room;
    this.#folder = join(room.folder, accountName(label, key));
    this.#log = log;
  }

  /** How many were found damaged since the start: they are to be fetched again. */
  get losses(): number {
    return this.#losses;
  }

  /** False if there is to be nothing on disk. */
  get isOn(): boolean {
    return this.#room.maxBytes > 0;
  }

  /** Bytes of the item, if they are here. */
  async size(item: MediaItem): Promise<number | undefined> {
    return (await this.#file(item).whole())?.size;
  }

  /** The item's bytes, if they are here; damaged ones are removed, and never served. */
  async open(item: MediaItem, { range, signal }: OpenOptions = {}): Promise<Content | undefined> {
    const pin = this.#file(item);
    const record = await pin.record();
    if (!record) return undefined;
    const file = await pin.open().catch(() => undefined);
    if (file && (await file.stat()).size === record.size) {
      const { size, validator } = record;
      const all = { first: 0, last: size - 1 };
      // Who asks for what is beyond the end has to learn the size first.
      const sent = range && range.first < size ? { first: range.first, last: Math.min(range.last, size - 1) } : all;
      const told = { size, ...(validator === undefined ? {} : { validator }) };
      const body = new PinnedBody(file, sent);
      return { body: signal ? addAbortSignal(signal, body) : body, ...told, ...(range ? { range: sent } : {}) };
    }
    await file?.close();
    await this.#lose(pin);
    return undefined;
  }

  /** Reads all of the item's bytes; damaged ones are removed, so that they are fetched again. */
  async verify(item: MediaItem): Promise<PinState> {
    const pin = this.#file(item);
    const record = await pin.record();
    if (!record) return 'absent';
    const file = await pin.open().catch(() => undefined);
    try {
      const hash = createHash('sha256');
      if (file) await hashBytes(file, hash, Infinity);
      if (file && (await file.stat()).size === record.size && hash.digest('hex') === record.sha256) return 'whole';
    } finally {
      await file?.close();
    }
    await this.#lose(pin);
    return 'damaged';
  }

  /** Brings the item's bytes to the disk; see `fetchPin`. */
  async fetch(item: MediaItem, options: Omit<FetchOptions, 'room'>): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: FOLDER_MODE });
    await fetchPin(this.#file(item), { ...options, room: this.#room });
  }

  /**
   * Acts if no other process fetches for this account, with room measured; false if one does. The signal is aborted if that
   * cannot be relied on any more.
   */
  async whileAlone(act: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
    return ifUnlocked(join(this.#folder, 'fetching'), async (signal) => {
      await this.#room.measure();
      await act(signal);
    });
  }

  /** Removes what is of no other item; to be called while alone. */
  async keepOnly(ids: Iterable<string>): Promise<void> {
    const prefixes = new Set(Array.from(ids, pinPrefix));
    // A record that was being written when its process was killed stays for nobody.
    await this.#removeWhere((name) => !prefixes.has(name.slice(0, 32)) || isDraft(name));
  }

  async remove(ids: Iterable<string>): Promise<void> {
    const prefixes = new Set(Array.from(ids, pinPrefix));
    await this.#removeWhere((name) => prefixes.has(name.slice(0, 32)));
  }

  async #removeWhere(isLeaving: (name: string) => boolean): Promise<void> {
    const entries = await readdir(this.#folder, { withFileTypes: true }).catch(() => []);
    const names = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
    // Records first, or there would be one of what is not there.
    const leaving = names.filter(isLeaving).sort((a, b) => Number(b.endsWith('.json')) - Number(a.endsWith('.json')));
    for (const name of leaving) await rm(join(this.#folder, name), { force: true });
  }

  async #lose(pin: PinFile): Promise<void> {
    this.#losses += 1;
    this.#log.warn('pins: pinned bytes are damaged; they are not served, and fetched again');
    await pin.removeWhole();
  }

  #file(item: MediaItem): PinFile {
    return new PinFile(this.#folder, item);
  }
}
