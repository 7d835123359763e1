import type { Stats } from 'node:fs';
import { lstat, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { digest } from '../../google/digest.js';
import { parseJson } from '../../google/json.js';
import type { MediaItem } from '../../model.js';
import { readPrivate, writePrivate } from '../../private-file.js';
import { systemErrorCode } from '../../system-error.js';

/** What is known of bytes that are whole. */
export interface PinRecord {
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
  /** As in `Content`. */
  readonly validator?: string | undefined;
}

/** What is known of bytes that are still coming. */
export interface PartRecord {
  /** Of the whole. */
  readonly size: number;
  readonly validator?: string | undefined;
  /** So many from the first on outlive a power cut. */
  readonly safeBytes: number;
}

const FILE_MODE = 0o600;
const size = z.int().min(1);
const recordSchema = z.object({ size, sha256: z.string().length(64), validator: z.string().optional() });
const partSchema = z.object({ size, validator: z.string().optional(), safeBytes: z.int().min(1) });

/**
 * The files of one pinned item: its bytes, or what has come of them, and a record beside each. Bytes are whole once their
 * record stands there. Every method rejects with what the system says.
 */
export class PinFile {
  readonly #path: string;
  readonly #part: string;

  constructor(folder: string, item: Pick<MediaItem, 'id' | 'version'>) {
    this.#path = join(folder, pinName(item));
    this.#part = `${this.#path}.part`;
  }

  /** Undefined if there are no bytes, or others than the record says: fewer or more. */
  async whole(): Promise<PinRecord | undefined> {
    const record = await this.record();
    if (!record) return undefined;
    return (await sizeOf(stat(this.#path))) === record.size ? record : undefined;
  }

  async record(): Promise<PinRecord | undefined> {
    return recordSchema.safeParse(parseJson((await readPrivate(`${this.#path}.json`)) ?? '')).data;
  }

  /** Undefined if there are no bytes. */
  async open(): Promise<FileHandle | undefined> {
    return (await sizeOf(stat(this.#path))) === undefined ? undefined : ifThere(open(this.#path, 'r'));
  }

  /** What an earlier fetch has left, if its bytes are there. */
  async part(): Promise<PartRecord | undefined> {
    const { data } = partSchema.safeParse(parseJson((await readPrivate(`${this.#part}.json`)) ?? ''));
    if (!data) return undefined;
    // What is written to must not lead out of the folder.
    const there = (await sizeOf(lstat(this.#part))) ?? 0;
    return there >= data.safeBytes && data.safeBytes <= data.size ? data : undefined;
  }

  /** For reading and writing; empty if it `isNew`. */
  async openPart(isNew: boolean): Promise<FileHandle> {
    if (!isNew) return open(this.#part, 'r+');
    // The record of another beginning must not stand beside this one; and what is made anew leads nowhere else.
    await this.removePart();
    return open(this.#part, 'wx+', FILE_MODE);
  }

  savePart(part: PartRecord): Promise<void> {
    return writePrivate(`${this.#part}.json`, JSON.stringify(part));
  }

  /** Makes the part the whole; its bytes must be safe. */
  async finish(record: PinRecord): Promise<void> {
    await rename(this.#part, this.#path);
    // The bytes count from here on: not before they stand under their name.
    await writePrivate(`${this.#path}.json`, JSON.stringify(record));
    await this.removePart();
  }

  async removePart(): Promise<void> {
    await rm(`${this.#part}.json`, { force: true });
    await rm(this.#part, { force: true });
  }

  async removeWhole(): Promise<void> {
    // First, or there would be a record of what is not there.
    await rm(`${this.#path}.json`, { force: true });
    await rm(this.#path, { force: true });
  }
}

/** Undefined for what is not there, or is no file: a pipe would be waited for without an end. */
async function sizeOf(looking: Promise<Stats>): Promise<number | undefined> {
  const stats = await ifThere(looking);
  return stats?.isFile() ? stats.size : undefined;
}

/** Undefined for what is not there. */
async function ifThere<T>(looking: Promise<T>): Promise<T | undefined> {
  try {
    return await looking;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The same for one item's bytes of one version; the names of all versions begin with `pinPrefix`. */
function pinName({ id, version = '' }: Pick<MediaItem, 'id' | 'version'>): string {
  return `${pinPrefix(id)}-${digest(version).slice(0, 8)}`;
}

/** 32 hexadecimal digits that the names of all files of an item begin with. */
export function pinPrefix(id: string): string {
  return digest(id);
}
