import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { digest } from '../../google/digest.js';
import { parseJson } from '../../google/json.js';
import { orUnavailable } from '../../google/auth/kept-folder.js';
import { accountName, type SignInKey } from '../../google/auth/sign-ins.js';
import { storedTime, timeText } from '../../google/auth/stored-time.js';
import type { Log } from '../../log.js';
import { namesIn, readPrivate, updatePrivate, WAITING_FOR_LOCK } from '../../private-file.js';

/** A picked media item, without its base URL: that comes anew with each listing of the session. */
export interface PickedItem {
  /** The same in every session. */
  readonly id: string;
  readonly filename: string;
  readonly mimeType: string;
  readonly createdAtMs: number;
  /** A video that Google still works on: it has no bytes yet. */
  readonly isProcessing?: true | undefined;
}

/** One PickingSession, and what became of it. Times are milliseconds since 1970. */
export interface Pick {
  readonly sessionId: string;
  /** The folder that its items stand in; several picks may feed one. */
  readonly folder: string;
  /** True if the bytes are kept on disk. */
  readonly isPinned: boolean;
  readonly createdAtMs: number;
  /** When Google ends the session, and with it every base URL. */
  readonly endsAtMs: number;
  /** Absent once the person is done; `pickerUri` lets whoever is signed in to the account pick. */
  readonly open?: { readonly pickerUri: string; readonly pollUntilMs: number };
  /** Empty until the person is done and the items are listed. */
  readonly items: readonly PickedItem[];
}

export interface PicksOptions {
  /** `picks` in the data folder. */
  readonly folder: string;
  /** Where Google is (`GoogleAddresses.label`). */
  readonly label: string;
  readonly key: SignInKey;
  readonly log: Log;
}

const VERSION = 1;
const fileSchema = z.object({
  version: z.literal(VERSION),
  sessionId: z.string().min(1),
  folder: z.string().min(1),
  isPinned: z.boolean(),
  createdAt: storedTime,
  endsAt: storedTime,
  open: z.object({ pickerUri: z.string(), pollUntil: storedTime }).optional(),
  items: z.array(
    z.object({
      id: z.string().min(1),
      filename: z.string(),
      mimeType: z.string().min(1),
      createdAt: storedTime,
      isProcessing: z.literal(true).optional(),
    }),
  ),
});

/**
 * The picks of one account, a file each in the data folder, for its owner alone, written whole or not at all.
 *
 * `photodav pick` writes them while `photodav serve` reads them: `edition` tells cheaply whether anything has changed.
 *
 * SOURCE_UNAVAILABLE if the system lets us neither read nor write there: or it would look as if nothing were picked, and a
 * sync would delete its copies.
 */
export class Picks {
  readonly #folder: string;
  readonly #log: Log;
  /** What was read last of each file, by its name and the edition it had then. */
  readonly #read = new Map<string, { readonly edition: string; readonly pick: Pick | undefined }>();

  constructor({ folder, label, key, log }: PicksOptions) {
    this.#folder = join(folder, accountName(label, key));
    this.#log = log;
  }

  /** Files that could not be read when they were last looked at, by name. */
  get damaged(): readonly string[] {
    return [...this.#read].flatMap(([name, { pick }]) => (pick ? [] : name));
  }

  /** Oldest first; a file that cannot be read is told in the log and left out. */
  async all(): Promise<readonly Pick[]> {
    const names = await this.#names();
    for (const name of this.#read.keys()) if (!names.includes(name)) this.#read.delete(name);
    const picks = await Promise.all(names.map((name) => this.#pick(name)));
    return picks.filter((pick) => pick !== undefined).toSorted((a, b) => a.createdAtMs - b.createdAtMs);
  }

  /** Changes whenever a pick is added, changed or removed. */
  async edition(): Promise<string> {
    const names = await this.#names();
    return (await Promise.all(names.map(async (name) => `${name}:${await this.#editionOf(name)}`))).join(' ');
  }

  async save(pick: Pick): Promise<void> {
    await this.update(pick.sessionId, () => pick);
  }

  /** Replaces a pick by what `change` makes of it, while no other process does; undefined removes it. */
  async update(sessionId: string, change: (pick: Pick | undefined) => Pick | undefined): Promise<Pick | undefined> {
    const name = nameOf(sessionId);
    const path = join(this.#folder, name);
    const replaced = updatePrivate(path, {
      read: () => this.#pick(name),
      change,
      textOf: (pick) => `${JSON.stringify(written(pick), null, 1)}\n`,
      onWaiting: () => this.#log.warn({ file: name }, `picks: ${WAITING_FOR_LOCK}`),
    });
    return orUnavailable('picks', replaced);
  }

  async #names(): Promise<readonly string[]> {
    const names = await orUnavailable('picks', namesIn(this.#folder));
    return names.filter((name) => name.endsWith('.json')).sort();
  }

  async #editionOf(name: string): Promise<string> {
    const found = await stat(join(this.#folder, name), { bigint: true }).catch(() => undefined);
    return found ? `${found.mtimeNs}-${found.ino}-${found.size}` : 'gone';
  }

  async #pick(name: string): Promise<Pick | undefined> {
    // Before the text: what is written in between is read again next time.
    const edition = await this.#editionOf(name);
    const known = this.#read.get(name);
    if (known?.edition === edition) return known.pick;
    const text = await orUnavailable('picks', readPrivate(join(this.#folder, name)));
    if (text === undefined) return undefined;
    const pick = this.#parse(name, text);
    this.#read.set(name, { edition, pick });
    return pick;
  }

  #parse(name: string, text: string): Pick | undefined {
    const parsed = fileSchema.safeParse(parseJson(text));
    if (!parsed.success) {
      this.#log.warn({ file: name }, 'picks: a file cannot be read; pick again, or remove it');
      return undefined;
    }
    const { sessionId, folder, isPinned, createdAt, endsAt, open, items } = parsed.data;
    return {
      ...{ sessionId, folder, isPinned },
      createdAtMs: createdAt,
      endsAtMs: endsAt,
      ...(open ? { open: { pickerUri: open.pickerUri, pollUntilMs: open.pollUntil } } : {}),
      items: items.map(({ createdAt: takenMs, ...item }) => ({ ...item, createdAtMs: takenMs })),
    };
  }
}

function written({ createdAtMs, endsAtMs, open, items, ...pick }: Pick): object {
  return {
    version: VERSION,
    ...pick,
    createdAt: timeText(createdAtMs),
    endsAt: timeText(endsAtMs),
    ...(open ? { open: { pickerUri: open.pickerUri, pollUntil: timeText(open.pollUntilMs) } } : {}),
    items: items.map(({ createdAtMs: takenMs, ...item }) => ({ ...item, createdAt: timeText(takenMs) })),
  };
}

function nameOf(sessionId: string): string {
  return `${digest(sessionId)}.json`;
}
