import type { CatalogStore, JsonValue } from './store.js';
import { storedPages } from './stored-pages.js';

const MEMBERS_PER_PAGE = 1_000;

/** A listing: all its members, or, while `cursor` is set, those fetched so far. */
export interface StoredListing<T> {
  readonly members: readonly T[];
  /** When its first page was asked for. */
  readonly fetchedAtMs: number;
  /** Where the source goes on; absent once the listing is complete. */
  readonly cursor?: string;
  /** Since when the source has said that nothing is left of it. */
  readonly doubtedSinceMs?: number;
}

/** A member as it is stored. `decode` gives undefined for one that can no longer be read. */
export interface MemberCodec<T> {
  encode(member: T): JsonValue;
  decode(stored: JsonValue): T | undefined;
}

interface Head {
  readonly generation: string;
  readonly count: number;
  readonly fetchedAtMs: number;
  readonly cursor?: string;
  readonly doubtedSinceMs?: number;
}

/**
 * One listing in the store: a head, and members in pages.
 *
 * New members are written under a new generation before the head names it, so a crash leaves the old listing or the new
 * one, never a mixture.
 */
export class ListingFile<T> {
  readonly #store: CatalogStore;
  readonly #key: string;
  readonly #codec: MemberCodec<T>;
  #head: Head | undefined;
  /** The members that the store surely holds, in the head's generation. */
  #held: readonly T[] = [];

  constructor(store: CatalogStore, key: string, codec: MemberCodec<T>) {
    this.#store = store;
    this.#key = key;
    this.#codec = codec;
  }

  /** The stored listing whole, or undefined if there is none or a page of it is gone. */
  async load(): Promise<StoredListing<T> | undefined> {
    const head = (await this.#store.get(this.#key)) as Head | undefined;
    if (!head) return undefined;
    this.#head = head;
    const members: T[] = [];
    const pages = storedPages(this.#store, pagesOf(head.count), (page) => this.#pageKey(head.generation, page));
    for await (const page of pages) {
      // A page may be ahead of the head, if the process ended between the two.
      const room = head.count - members.length;
      for (const stored of ((page ?? []) as readonly JsonValue[]).slice(0, room)) {
        const member = this.#codec.decode(stored);
        if (member !== undefined) members.push(member);
      }
    }
    if (members.length !== head.count) return undefined;
    this.#held = members;
    const { fetchedAtMs, cursor, doubtedSinceMs } = head;
    return {
      members,
      fetchedAtMs,
      ...(cursor === undefined ? {} : { cursor }),
      ...(doubtedSinceMs === undefined ? {} : { doubtedSinceMs }),
    };
  }

  /**
   * Stores the listing in place of what is stored. Where it only adds members to those, just the last pages are written.
   *
   * Rejects with what the system says; the old listing is then still there, or none.
   */
  async save(listing: StoredListing<T>): Promise<void> {
    const { members } = listing;
    const old = this.#head;
    const isExtended = old !== undefined && this.#held.length > 0 && this.#held.every((held, i) => held === members[i]);
    const generation = isExtended ? old.generation : nextGeneration(old);
    const firstPage = isExtended ? Math.floor(this.#held.length / MEMBERS_PER_PAGE) : 0;
    for (let page = firstPage; page < pagesOf(members.length); page++) {
      const from = page * MEMBERS_PER_PAGE;
      const stored = members.slice(from, from + MEMBERS_PER_PAGE).map((member) => this.#codec.encode(member));
      await this.#store.put(this.#pageKey(generation, page), stored);
    }
    const { fetchedAtMs, cursor, doubtedSinceMs } = listing;
    const head: Head = {
      generation,
      count: members.length,
      fetchedAtMs,
      ...(cursor === undefined ? {} : { cursor }),
      ...(doubtedSinceMs === undefined ? {} : { doubtedSinceMs }),
    };
    await this.#store.put(this.#key, { ...head });
    this.#head = head;
    this.#held = members;
    if (old && !isExtended) await this.#deletePages(old);
  }

  async #deletePages({ generation, count }: Head): Promise<void> {
    for (let page = 0; page < pagesOf(count); page++) await this.#store.delete(this.#pageKey(generation, page));
  }

  #pageKey(generation: string, page: number): string {
    return `${this.#key}/${generation}/${page}`;
  }
}

function pagesOf(count: number): number {
  return Math.ceil(count / MEMBERS_PER_PAGE);
}

/** Two names are enough: only the one that the head names is ever read. */
function nextGeneration(head: Head | undefined): string {
  return head?.generation === 'a' ? 'b' : 'a';
}
