import { hash } from 'node:crypto';
import type { CatalogStore, JsonValue } from '../store.js';
import { storedPages } from '../store/stored-pages.js';

const MEMBERS_PER_PAGE = 1_000;

/** A listing: all its members, or, while `cursor` is set, those fetched so far. */
export interface StoredListing<T> extends ListingFacts {
  readonly members: readonly T[];
  /** Members that there still are, although the source did not list them. */
  readonly unseen?: readonly T[];
}

interface ListingFacts {
  /** As of when its members are known. */
  readonly fetchedAtMs: number;
  /** When its last page was fetched; absent while it holds just enough to be shown. */
  readonly listedAtMs?: number;
  /** What the source told of the whole, such as a count, when it was listed. */
  readonly stamp?: string;
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

interface Head extends ListingFacts {
  readonly generation: string;
  readonly count: number;
  /** Of the members in each page, by which pages that another process has written are told. */
  readonly digests: readonly string[];
  readonly unseen?: readonly JsonValue[];
}

/**
 * One listing in the store: a head, and members in pages.
 *
 * New members are written under a new generation before the head names it, so a crash leaves the old listing or the new
 * one, never a mixture. Two processes that share a store may write over each other's pages: the listing is none then.
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

  /** The stored listing whole, or undefined if there is none or a page of it is gone, or not the head's. */
  async load(): Promise<StoredListing<T> | undefined> {
    const head = (await this.#store.get(this.#key)) as Head | undefined;
    if (!head) return undefined;
    this.#head = head;
    const { generation, count, digests, unseen, ...facts } = head;
    const members: T[] = [];
    let page = 0;
    const pages = storedPages(this.#store, pagesOf(count), (number) => this.#pageKey(generation, number));
    for await (const stored of pages) {
      // A page may be ahead of the head, if the process ended between the two.
      const encoded = ((stored ?? []) as readonly JsonValue[]).slice(0, count - members.length);
      if (digestOf(encoded) !== digests[page++]) return undefined;
      members.push(...this.#decoded(encoded));
    }
    if (members.length !== count) return undefined;
    this.#held = members;
    return { members, ...facts, ...(unseen ? { unseen: this.#decoded(unseen) } : {}) };
  }

  /**
   * Stores the listing in place of what is stored. Where it only adds members to those, just the last pages are written.
   *
   * Rejects with what the system says; the old listing is then still there, or none.
   */
  async save(listing: StoredListing<T>): Promise<void> {
    const { members, unseen, ...facts } = listing;
    const old = this.#head;
    const isExtended = old !== undefined && this.#held.length > 0 && this.#held.every((held, i) => held === members[i]);
    const generation = isExtended ? old.generation : nextGeneration(old);
    const firstPage = isExtended ? Math.floor(this.#held.length / MEMBERS_PER_PAGE) : 0;
    const isKept = isExtended && this.#held.length === members.length;
    const digests = isExtended ? old.digests.slice(0, isKept ? undefined : firstPage) : [];
    for (let page = firstPage; page < pagesOf(members.length) && !isKept; page++) {
      const from = page * MEMBERS_PER_PAGE;
      const encoded = this.#encoded(members.slice(from, from + MEMBERS_PER_PAGE));
      await this.#store.put(this.#pageKey(generation, page), encoded);
      digests.push(digestOf(encoded));
    }
    const head: Head = {
      ...facts,
      generation,
      count: members.length,
      digests,
      ...(unseen ? { unseen: this.#encoded(unseen) } : {}),
    };
    await this.#store.put(this.#key, { ...head });
    this.#head = head;
    this.#held = members;
    if (old && !isExtended) await this.#deletePages(old);
  }

  #encoded(members: readonly T[]): readonly JsonValue[] {
    return members.map((member) => this.#codec.encode(member));
  }

  #decoded(stored: readonly JsonValue[]): T[] {
    return stored.map((each) => this.#codec.decode(each)).filter((member) => member !== undefined);
  }

  async #deletePages({ generation, count }: Head): Promise<void> {
    for (let page = 0; page < pagesOf(count); page++) await this.#store.delete(this.#pageKey(generation, page));
  }

  #pageKey(generation: string, page: number): string {
    return `${this.#key}/${generation}/${page}`;
  }
}

function digestOf(encoded: readonly JsonValue[]): string {
  return hash('sha256', JSON.stringify(encoded), 'base64url');
}

function pagesOf(count: number): number {
  return Math.ceil(count / MEMBERS_PER_PAGE);
}

/** Two names are enough: only the one that the head names is ever read. */
function nextGeneration(head: Head | undefined): string {
  return head?.generation === 'a' ? 'b' : 'a';
}
