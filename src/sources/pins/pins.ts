import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { addAbortSignal } from 'node:stream';
import { orUnavailable } from '../../google/auth/kept-folder.js';
import { accountName, type SignInKey } from '../../google/auth/sign-ins.js';
import type { Log } from '../../log.js';
import type { MediaItem } from '../../model.js';
import { ifUnlocked, isDraft, namesIn } from '../../private-file.js';
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

const PIN_NAME = /^[0-9a-f]{32}-/;

/**
 * Bytes of one account's items that are kept on disk because somebody said so, for as long as a pick says so.
 *
 * SOURCE_UNAVAILABLE if the system lets us neither read nor write there: what it does not show now is not taken for damaged.
 */
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
    return (await orUnavailable('pins', this.#file(item).whole()))?.size;
  }

  /** The item's bytes, if they are here; damaged ones are removed, and never served. */
  open(item: MediaItem, options: OpenOptions = {}): Promise<Content | undefined> {
    return orUnavailable('pins', this.#opened(this.#file(item), options));
  }

  /** Reads all of the item's bytes; damaged ones are removed, so that they are fetched again. */
  verify(item: MediaItem): Promise<PinState> {
    return orUnavailable('pins', this.#verified(this.#file(item)));
  }

  /** Brings the item's bytes to the disk; see `fetchPin`. */
  fetch(item: MediaItem, options: Omit<FetchOptions, 'room'>): Promise<void> {
    return orUnavailable('pins', this.#fetched(this.#file(item), options));
  }

  /**
   * Acts if no other process fetches for this account, with room measured; false if one does. The signal is aborted if that
   * cannot be relied on any more.
   */
  whileAlone(act: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
    const isDone = ifUnlocked(join(this.#folder, 'fetching'), async (signal) => {
      await this.#room.measure();
      await act(signal);
    });
    return orUnavailable('pins', isDone);
  }

  /** Removes what is of no other item; to be called while alone. */
  async keepOnly(ids: Iterable<string>): Promise<void> {
    const prefixes = new Set(Array.from(ids, pinPrefix));
    // A record that was being written when its process was killed stays for nobody.
    await orUnavailable(
      'pins',
      this.#removeWhere((name) => !prefixes.has(name.slice(0, 32)) || isDraft(name)),
    );
  }

  async remove(ids: Iterable<string>): Promise<void> {
    const prefixes = new Set(Array.from(ids, pinPrefix));
    await orUnavailable(
      'pins',
      this.#removeWhere((name) => prefixes.has(name.slice(0, 32))),
    );
  }

  async #opened(pin: PinFile, { range, signal }: OpenOptions): Promise<Content | undefined> {
    const record = await pin.record();
    if (!record) return undefined;
    const file = await pin.open();
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

  async #verified(pin: PinFile): Promise<PinState> {
    const record = await pin.record();
    if (!record) return 'absent';
    const file = await pin.open();
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

  async #fetched(pin: PinFile, options: Omit<FetchOptions, 'room'>): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: FOLDER_MODE });
    await fetchPin(pin, { ...options, room: this.#room });
  }

  async #removeWhere(isLeaving: (name: string) => boolean): Promise<void> {
    // The lock lies there too.
    const names = (await namesIn(this.#folder)).filter((name) => PIN_NAME.test(name));
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
