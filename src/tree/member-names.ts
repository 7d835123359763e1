import { keyedHash } from '../catalog/items/keyed-hash.js';
import { HashedPositions } from './hashed-positions.js';
import type { Naming } from './naming.js';

/** A name that is taken after so many is no accident. */
const MAX_ATTEMPTS = 49;
/** Members between two chances for others to run. */
const SLICE = 1_024;

/** What members' names are made of, by position. */
export interface Titled {
  readonly length: number;
  titleAt(position: number): string;
  idAt(position: number): string;
}

/** Unique names of the members of a collection, and where each leads: about eight bytes per member. */
export class MemberNames {
  readonly #members: Titled;
  readonly #naming: Naming;
  /** A bit for each member whose title is not what it is called. */
  readonly #differs: Uint8Array;
  /** By position, where another has the name too. */
  readonly #tagged: ReadonlyMap<number, string>;
  readonly #places: HashedPositions;

  private constructor(
    members: Titled,
    naming: Naming,
    differs: Uint8Array,
    tagged: ReadonlyMap<number, string>,
    places: HashedPositions,
  ) {
    this.#members = members;
    this.#naming = naming;
    this.#differs = differs;
    this.#tagged = tagged;
    this.#places = places;
  }

  /**
   * Names the members; yields whenever others may run meanwhile.
   *
   * Members whose names clash are all tagged. The result does not depend on the order. `taken` holds the keys of names
   * that are not to be had.
   */
  static *of(members: Titled, naming: Naming, taken: ReadonlySet<string>): Generator<void, MemberNames> {
    const { length } = members;
    const differs = new Uint8Array(Math.ceil(length / 8));
    const places = new HashedPositions(length);
    for (let position = 0; position < length; position++) {
      const title = members.titleAt(position);
      const name = plainName(members, naming, position, title);
      if (name !== title) differs[position >>> 3] = (differs[position >>> 3] ?? 0) | (1 << (position & 7));
      places.set(position, position, keyedHash(naming.key(name)));
      if (position % SLICE === SLICE - 1) yield;
    }
    places.sort();
    yield;
    const tagged = yield* tagClashes(members, naming, taken, places);
    if (tagged.size > 0) {
      for (let position = 0; position < length; position++) {
        const name = tagged.get(position) ?? plainName(members, naming, position);
        places.set(position, position, keyedHash(naming.key(name)));
        if (position % SLICE === SLICE - 1) yield;
      }
      places.sort();
    }
    return new MemberNames(members, naming, differs, tagged, places);
  }

  /** What the member at a position is called; `title` is its own. */
  nameAt(position: number, title = this.#members.titleAt(position)): string {
    const tagged = this.#tagged.size > 0 ? this.#tagged.get(position) : undefined;
    if (tagged !== undefined) return tagged;
    const isTitle = ((this.#differs[position >>> 3] ?? 0) & (1 << (position & 7))) === 0;
    return isTitle ? title : plainName(this.#members, this.#naming, position, title);
  }

  /** The position of the member that is called so. */
  find(name: string): number | undefined {
    for (const position of this.#places.find(keyedHash(this.#naming.key(name)))) {
      if (this.nameAt(position) === name) return position;
    }
    return undefined;
  }
}

/** Names for the members that cannot have their own, by position. `places` are those of the keys of the members' own. */
function* tagClashes(
  members: Titled,
  naming: Naming,
  taken: ReadonlySet<string>,
  places: HashedPositions,
): Generator<void, Map<number, string>> {
  const keyAt = (position: number): string => naming.key(plainName(members, naming, position));
  let untagged = yield* repeated(places, keyAt);
  for (const key of taken) for (const position of holders(key, places, keyAt)) untagged.add(position);
  const tagged = new Map<number, string>();
  for (let attempt = 0; untagged.size > 0 && attempt < MAX_ATTEMPTS; attempt++) {
    const positions = [...untagged];
    const names: string[] = [];
    const candidates = new HashedPositions(positions.length);
    for (const [i, position] of positions.entries()) {
      const name = naming.tagged(plainName(members, naming, position), members.idAt(position), attempt);
      names.push(name);
      candidates.set(i, i, keyedHash(naming.key(name)));
      if (i % SLICE === SLICE - 1) yield;
    }
    candidates.sort();
    const clashing = yield* repeated(candidates, (i) => naming.key(names[i] ?? ''));
    const given = yield* amongst(new Set(attempt === 0 ? [] : names.map((name) => naming.key(name))), tagged, naming);
    untagged = new Set();
    for (const [i, position] of positions.entries()) {
      const name = names[i] ?? '';
      const key = naming.key(name);
      const isFree = !clashing.has(i) && !taken.has(key) && !given.has(key) && isNobodys(key, places, keyAt);
      if (isFree) tagged.set(position, name);
      else untagged.add(position);
      if (i % SLICE === SLICE - 1) yield;
    }
  }
  return tagged;
}

/** Positions whose key is that of another too. Hashes that are the same say only where to look. */
function* repeated(places: HashedPositions, keyAt: (position: number) => string): Generator<void, Set<number>> {
  const found = new Set<number>();
  let since = 0;
  for (const positions of places.shared()) {
    const firsts = new Map<string, number>();
    for (const position of positions) {
      const key = keyAt(position);
      const first = firsts.get(key);
      if (first === undefined) firsts.set(key, position);
      else found.add(first).add(position);
      if (++since % SLICE === 0) yield;
    }
  }
  return found;
}

/** Which of these keys are those of names given before. */
function* amongst(
  keys: ReadonlySet<string>,
  tagged: ReadonlyMap<number, string>,
  naming: Naming,
): Generator<void, Set<string>> {
  const given = new Set<string>();
  if (keys.size === 0) return given;
  let since = 0;
  for (const name of tagged.values()) {
    if (keys.has(naming.key(name))) given.add(naming.key(name));
    if (++since % SLICE === 0) yield;
  }
  return given;
}

function* holders(key: string, places: HashedPositions, keyAt: (position: number) => string): Iterable<number> {
  for (const position of places.find(keyedHash(key))) if (keyAt(position) === key) yield position;
}

function isNobodys(key: string, places: HashedPositions, keyAt: (position: number) => string): boolean {
  for (const _ of holders(key, places, keyAt)) return false;
  return true;
}

/** What a member is called as long as nobody else is. */
function plainName(
  members: Titled,
  naming: Naming,
  position: number,
  title: string = members.titleAt(position),
): string {
  return naming.segment(title, title === '' ? members.idAt(position) : '');
}
