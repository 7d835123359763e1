import type { CheckedEdit } from './edits.js';
import { InventedItem, inventedAlbumOf, inventLibrary, serialOf, type Given } from './invented.js';
import type { Album, Item, Library } from './library.js';
import { Positions } from './positions.js';

type Addition = Extract<CheckedEdit, { readonly add: unknown }>['add'];

/** What has become of an album; members are serials, in the album's order. */
interface AlbumState {
  readonly title: string;
  readonly members: readonly number[];
}

/** An invented library that can be changed: only what differs from the invention is kept. */
export class ChangingLibrary implements Library {
  readonly hasPictures = false;
  readonly #invented: Library;
  readonly #positions: Positions;
  readonly #removed = new Set<number>();
  readonly #given = new Map<number, Given>();
  /** By id. */
  readonly #albums = new Map<string, AlbumState>();
  /** The serial of the next item to come. */
  #next: number;

  constructor(private readonly count: number) {
    const invented = inventLibrary(count);
    this.#invented = invented;
    this.#positions = new Positions(count, (serial) => invented.at(serial).takenAtMs);
    this.#next = count;
  }

  /** Does it, and gives the id of the item or the album; throws RangeError for what is not there. */
  change(edit: CheckedEdit, nowMs: number): string {
    if ('add' in edit) return this.#add(edit.add, nowMs);
    if ('remove' in edit) return this.#remove(this.#item(edit.remove));
    if ('put' in edit) {
      const { serial } = this.#item(edit.put);
      return this.#arrange(edit.into, (members) => {
        if (members.includes(serial)) throw new RangeError('the item is in the album already');
        return [...members, serial];
      });
    }
    if ('take' in edit) {
      const { serial } = this.#item(edit.take);
      return this.#arrange(edit.outOf, (members) => members.toSpliced(placeOf(serial, members), 1));
    }
    if ('swap' in edit) {
      const [{ serial }, { serial: other }] = [this.#item(edit.swap), this.#item(edit.with)];
      return this.#arrange(edit.in, (members) => {
        const place = placeOf(serial, members);
        if (place === 0) throw new RangeError("the album's cover cannot be swapped");
        if (members.includes(other)) throw new RangeError('the other item is in the album already');
        return members.with(place, other);
      });
    }
    if ('rename' in edit) {
      this.#albums.set(edit.rename, { members: this.#album(edit.rename).members, title: edit.title });
      return edit.rename;
    }
    const { serial } = this.#item(edit.favorite);
    this.#given.set(serial, { ...this.#given.get(serial), isFavorite: edit.isFavorite });
    return edit.favorite;
  }

  get size(): number {
    return this.#positions.size;
  }

  at(position: number): Item {
    return this.#now(this.#positions.serialAt(position));
  }

  byId(id: string): Item | undefined {
    const serial = serialOf(id);
    return serial === undefined ? undefined : this.bySerial(serial);
  }

  bySerial(serial: number): Item | undefined {
    return serial < this.#next && !this.#removed.has(serial) ? this.#now(serial) : undefined;
  }

  hadOnce(id: string): boolean {
    const serial = serialOf(id);
    return serial !== undefined && this.#removed.has(serial);
  }

  get albums(): Library['albums'] {
    const { albums } = this.#invented;
    return {
      size: albums.size,
      at: (position) => this.#albumNow(albums.at(position)),
      byId: (id) => {
        const album = albums.byId(id);
        return album && this.#albumNow(album);
      },
    };
  }

  read(item: Item, first: number, last: number): AsyncIterable<Uint8Array> {
    return this.#invented.read(item, first, last);
  }

  #add({ takenAt, albumIds, hasDate }: Addition, nowMs: number): string {
    // Looked up before anything is done, so that an edit is done whole or not at all.
    const albums = albumIds.map((id) => [id, this.#album(id)] as const);
    const serial = this.#next;
    this.#next += 1;
    const takenAtMs = Date.parse(takenAt);
    this.#given.set(serial, { takenAtMs, hasDate, addedAtMs: nowMs });
    this.#positions.add(serial, takenAtMs);
    for (const [id, { title, members }] of albums) this.#albums.set(id, { title, members: [...members, serial] });
    return this.#now(serial).id;
  }

  #remove({ id, serial }: Item): string {
    const own = serial < this.count ? [this.#invented.albums.at(inventedAlbumOf(serial)).id] : [];
    for (const albumId of new Set([...own, ...this.#albums.keys()])) {
      this.#arrange(albumId, (members) => members.filter((member) => member !== serial));
    }
    this.#positions.remove(serial);
    this.#removed.add(serial);
    return id;
  }

  #arrange(id: string, edit: (members: readonly number[]) => readonly number[]): string {
    const { title, members } = this.#album(id);
    this.#albums.set(id, { title, members: edit(members) });
    return id;
  }

  #item(id: string): Item {
    const item = this.byId(id);
    if (!item) throw new RangeError(`no such item: ${id}`);
    return item;
  }

  #album(id: string): AlbumState {
    const changed = this.#albums.get(id);
    if (changed) return changed;
    const album = this.#invented.albums.byId(id);
    if (!album) throw new RangeError(`no such album: ${id}`);
    return { title: album.title, members: Array.from({ length: album.size }, (_, place) => album.at(place).serial) };
  }

  #now(serial: number): Item {
    return new InventedItem(serial, this.count, this.#given.get(serial));
  }

  #albumNow(invented: Album): Album {
    const changed = this.#albums.get(invented.id);
    if (!changed) return { ...invented, at: (place) => this.#now(invented.at(place).serial) };
    const { title, members } = changed;
    const at = (place: number): Item => {
      const serial = members[place];
      if (serial === undefined) throw new RangeError('no such position');
      return this.#now(serial);
    };
    return { id: invented.id, title, size: members.length, at };
  }
}

function placeOf(serial: number, members: readonly number[]): number {
  const place = members.indexOf(serial);
  if (place < 0) throw new RangeError('the item is not in the album');
  return place;
}
