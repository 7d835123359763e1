import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CatalogStore } from '../../src/catalog/store.js';

/** What every store does. `open` opens the same store again; `isKept` says whether it outlives its closing. */
export function describeStore(name: string, open: () => Promise<CatalogStore>, { isKept }: { isKept: boolean }): void {
  describe(`the ${name} store`, () => {
    let store: CatalogStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    it('gives back what was put, and nothing for an unknown key', async () => {
      const value = { a: [1, 'é', null, true], nested: { b: -0.5 } };
      await store.put('some/key', value);
      expect(await store.get('some/key')).toEqual(value);
      expect(await store.get('some')).toBeUndefined();
    });

    it('keeps the last of several puts', async () => {
      await Promise.all([store.put('k', 1), store.put('k', 2), store.put('k', 3)]);
      expect(await store.get('k')).toBe(3);
    });

    it('forgets what is deleted', async () => {
      await store.put('k', 1);
      await store.delete('k');
      await store.delete('never');
      expect(await store.get('k')).toBeUndefined();
    });

    it('adds without losing a count', async () => {
      await Promise.all(Array.from({ length: 20 }, () => store.add('count', 2)));
      expect(await store.add('count', 0)).toBe(40);
    });

    it(isKept ? 'is there again after a restart' : 'is empty after a restart', async () => {
      await store.put('k', 'kept');
      await store.add('count', 5);
      await store.close();
      store = await open();
      expect(await store.get('k')).toBe(isKept ? 'kept' : undefined);
      expect(await store.add('count', 1)).toBe(isKept ? 6 : 1);
    });
  });
}
