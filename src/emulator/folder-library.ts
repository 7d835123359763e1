import { createReadStream } from 'node:fs';
import type { Album, Item, Library } from './library.js';

/** An item on disk, before it has a serial. */
export interface FolderItem extends Omit<Item, 'serial' | 'addedAtMs'> {
  /** Relative to the library's folder, with `/`. */
  readonly path: string;
  readonly location: string;
}

export interface AlbumSeed {
  readonly id: string;
  readonly title: string;
  readonly items: readonly FolderItem[];
}

type Entry = FolderItem & Item;

/** A library whose bytes lie in a folder; they are read from there by range, never held. */
export class FolderLibrary implements Library {
  readonly hasPictures = true;
  readonly albums: Library['albums'];
  readonly #newestFirst: readonly Entry[];
  readonly #byId = new Map<string, Entry>();
  readonly #bySerial = new Map<number, Entry>();
  /** Of every item that ever was. */
  readonly #serials: Map<string, number>;

  constructor(items: readonly FolderItem[], albums: readonly AlbumSeed[], nowMs: number, previous?: FolderLibrary) {
    this.#serials = new Map(previous ? previous.#serials : []);
    this.#newestFirst = items
      .map((item) => {
        const serial = this.#serials.get(item.id) ?? this.#serials.size;
        this.#serials.set(item.id, serial);
        const before = previous?.byId(item.id);
        const addedAtMs = before ? before.addedAtMs : previous && nowMs;
        return { ...item, serial, ...(addedAtMs === undefined ? {} : { addedAtMs }) };
      })
      .sort((one, other) => other.takenAtMs - one.takenAtMs || (one.path < other.path ? -1 : 1));
    for (const entry of this.#newestFirst) {
      this.#byId.set(entry.id, entry);
      this.#bySerial.set(entry.serial, entry);
    }
    this.albums = this.#arrange(albums);
  }

  get size(): number {
    return this.#newestFirst.length;
  }

  at(position: number): Item {
    return present(this.#newestFirst[position]);
  }

  byId(id: string): Item | undefined {
    return this.#byId.get(id);
  }

  bySerial(serial: number): Item | undefined {
    return this.#bySerial.get(serial);
  }

  hadOnce(id: string): boolean {
    return this.#serials.has(id) && !this.#byId.has(id);
  }

  read(item: Item, first: number, last: number): AsyncIterable<Uint8Array> {
    return createReadStream(present(this.#byId.get(item.id)).location, { start: first, end: last });
  }

  /** Albums with the most recent item first, as the service tends to list them. */
  #arrange(seeds: readonly AlbumSeed[]): Library['albums'] {
    const newest = ({ items }: AlbumSeed): number => Math.max(...items.map(({ takenAtMs }) => takenAtMs));
    const albums = [...seeds]
      .sort((one, other) => newest(other) - newest(one) || (one.title < other.title ? -1 : 1))
      .map(({ id, title, items }): Album => {
        const members = items.map((item) => present(this.#byId.get(item.id)));
        return { id, title, size: members.length, at: (position) => present(members[position]) };
      });
    const byId = new Map(albums.map((album) => [album.id, album]));
    return { size: albums.length, at: (position) => present(albums[position]), byId: (id) => byId.get(id) };
  }
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new RangeError('no such position');
  return value;
}
