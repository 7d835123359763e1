import type { MediaItem } from '../model.js';
import type { MediaSource } from '../sources/source.js';
import type { ItemTable } from './items/item-table.js';

/** More that a full listing lacks than this is not looked for: the listing is right. */
export const MAX_VERIFIED = 500;

/** Those of the items that the source still has; undefined if it can never tell. Rejects with what the source throws. */
export function stillThere(
  source: MediaSource,
  table: ItemTable,
  numbers: readonly number[],
  signal: AbortSignal,
): Promise<ReadonlyMap<number, MediaItem>> | undefined {
  const ids = numbers.map((number) => table.idOf(number));
  return source.find?.(ids, signal).then((found) => {
    const there = new Map<number, MediaItem>();
    for (const [i, number] of numbers.entries()) {
      const item = found.get(ids[i] ?? '');
      if (item) there.set(number, item);
    }
    return there;
  });
}
