import { beforeEach, describe, expect, it } from '@jest/globals';
import { ListingFile } from '../../../src/catalog/listings/listing-file.js';
import { MemoryStore } from '../../../src/catalog/store/memory-store.js';

const CODEC = { encode: (id: string) => id, decode: (stored: unknown) => stored as string };
const OLD = Array.from({ length: 2_500 }, (_, number) => `item ${number}`);
const NEWER = ['newest', ...OLD];

let store: MemoryStore;
beforeEach(() => {
  store = new MemoryStore();
});

function file(): ListingFile<string> {
  return new ListingFile<string>(store, 'listing', CODEC);
}

async function loaded(): Promise<ListingFile<string>> {
  const found = file();
  await found.load();
  return found;
}

const stored = async (): Promise<readonly string[] | undefined> => (await file().load())?.members;

describe('a stored listing', () => {
  it('is read as it was saved, extended and saved again', async () => {
    const saving = file();
    for (const count of [2_500, 2_500, 3_500, 10]) {
      const members = Array.from({ length: count }, (_, number) => `item ${number}`);
      await saving.save({ members, fetchedAtMs: 1 });
      expect(await stored()).toEqual(members);
    }
  });

  it('is read as its head says where a page is ahead of it', async () => {
    await file().save({ members: OLD, fetchedAtMs: 1 });
    const put = store.put.bind(store);
    store.put = (key, value) => (key === 'listing' ? Promise.reject(new Error('killed')) : put(key, value));
    await expect((await loaded()).save({ members: [...OLD, 'last'], fetchedAtMs: 2 })).rejects.toThrow('killed');
    expect(await stored()).toEqual(OLD);
  });
});

describe('a listing that two processes store', () => {
  it('lacks no member where one says of its pages that they are current, which the other has replaced', async () => {
    await file().save({ members: OLD, fetchedAtMs: 1 });
    const [one, other] = [await loaded(), await loaded()];
    // Twice, so that its pages have the names again that they had.
    await one.save({ members: NEWER.slice(1).reverse(), fetchedAtMs: 2 });
    await one.save({ members: NEWER, fetchedAtMs: 3 });
    await other.save({ members: OLD, fetchedAtMs: 4 });
    expect([undefined, OLD]).toContainEqual(await stored());
  });

  it('is the one or the other or none, wherever both are interrupted by each other', async () => {
    await file().save({ members: OLD, fetchedAtMs: 1 });
    const lists = [NEWER, OLD.slice(1), OLD.toReversed()];
    for (let round = 0; round < 30; round++) {
      const [a, b] = [lists[round % 3]!, lists[(round + 1) % 3]!];
      const [one, other] = [await loaded(), await loaded()];
      const put = store.put.bind(store);
      let writes = 0;
      store.put = async (key, value) => {
        // The other comes in between two of its writes.
        if (writes++ === round % 5) await other.save({ members: b, fetchedAtMs: 2 });
        await put(key, value);
      };
      await one.save({ members: a, fetchedAtMs: 3 });
      store.put = put;
      expect([undefined, a, b]).toContainEqual(await stored());
    }
  });
});
