import type { CatalogStore, JsonValue } from '../store.js';

const AHEAD = 8;

/** The values of `count` keys in order, undefined for one that is gone; a few are read ahead, and never all at once. */
export async function* storedPages(
  store: CatalogStore,
  count: number,
  keyOf: (page: number) => string,
): AsyncIterable<JsonValue | undefined> {
  const reading = Array.from({ length: Math.min(AHEAD, count) }, (_, page) => store.get(keyOf(page)));
  for (let page = 0; page < count; page++) {
    const stored = await reading.shift();
    if (page + AHEAD < count) reading.push(store.get(keyOf(page + AHEAD)));
    yield stored;
  }
}
