import { z } from 'zod';
import { dateMatcher, dateFilterSchema, type DateMatcher } from './date-filter.js';
import { googleError } from './google-errors.js';
import type { Item, Library } from './library.js';
import type { Results } from './paging.js';
import { parsePayload } from './payload.js';

const CATEGORIES = [
  ...['NONE', 'LANDSCAPES', 'RECEIPTS', 'CITYSCAPES', 'LANDMARKS', 'SELFIES', 'PEOPLE', 'PETS', 'WEDDINGS'],
  ...['BIRTHDAYS', 'DOCUMENTS', 'TRAVEL', 'ANIMALS', 'FOOD', 'SPORT', 'NIGHT', 'PERFORMANCES', 'WHITEBOARDS'],
  ...['SCREENSHOTS', 'UTILITY', 'ARTS', 'CRAFTS', 'FASHION', 'HOUSES', 'GARDENS', 'FLOWERS', 'HOLIDAYS'],
];
const categories = z.array(z.enum(CATEGORIES)).max(10).default([]);

const filtersSchema = z.strictObject({
  dateFilter: dateFilterSchema.optional(),
  contentFilter: z
    .strictObject({ includedContentCategories: categories, excludedContentCategories: categories })
    .optional(),
  mediaTypeFilter: z
    .strictObject({ mediaTypes: z.array(z.enum(['ALL_MEDIA', 'VIDEO', 'PHOTO'])).length(1) })
    .optional(),
  featureFilter: z.strictObject({ includedFeatures: z.array(z.enum(['NONE', 'FAVORITES'])).default([]) }).optional(),
  includeArchivedMedia: z.boolean().default(false),
  excludeNonAppCreatedData: z.boolean().default(false),
});
type Filters = z.infer<typeof filtersSchema>;

const searchSchema = z.strictObject({
  albumId: z.string().optional(),
  pageSize: z.number().int().optional(),
  pageToken: z.string().optional(),
  orderBy: z.enum(['', 'MediaMetadata.creation_time', 'MediaMetadata.creation_time desc']).default(''),
  filters: filtersSchema.optional(),
});
export type SearchRequest = z.infer<typeof searchSchema>;

/** The checked body of mediaItems.search; throws GoogleError 400 in Google's words. */
export function parseSearch(text: string): SearchRequest {
  const search = parsePayload(text, searchSchema);
  const { albumId, filters, orderBy } = search;
  const hasOther = filters?.contentFilter ?? filters?.mediaTypeFilter ?? filters?.featureFilter;
  if (albumId && filters) throw googleError(400);
  if (orderBy && (!filters?.dateFilter || hasOther)) throw googleError(400);
  return search;
}

/** The items of `library` that the filters let through, newest first or as `orderBy` says. */
export function filterLibrary(library: Library, { filters, orderBy }: SearchRequest): Results {
  const dates = filters?.dateFilter && dateMatcher(filters.dateFilter);
  const [begin, end] = dates ? positionsBetween(library, dates) : [0, library.size];
  const isAscending = orderBy === 'MediaMetadata.creation_time';
  const at = (index: number): Item => library.at(isAscending ? end - 1 - index : begin + index);
  return {
    query: `search ${JSON.stringify([filters, orderBy])}`,
    at,
    next(from) {
      for (let index = from; index < end - begin; index += 1) if (matches(at(index), filters, dates)) return index;
      return undefined;
    },
  };
}

function matches(item: Item, filters: Filters | undefined, dates: DateMatcher | undefined): boolean {
  if (item.isArchived && !filters?.includeArchivedMedia) return false;
  if (!filters) return true;
  const [type] = filters.mediaTypeFilter?.mediaTypes ?? [];
  if (type === 'VIDEO' && !item.video) return false;
  if (type === 'PHOTO' && item.video) return false;
  if (filters.featureFilter?.includedFeatures.includes('FAVORITES') && !item.isFavorite) return false;
  // Nobody has looked at the pictures: no item is in any category.
  if (filters.contentFilter?.includedContentCategories.some((category) => category !== 'NONE')) return false;
  return dates === undefined || (item.hasDate && dates.matches(item.takenAtMs));
}

/** The positions, newest first, that the filter's bounds can hold; `end` is not included. */
function positionsBetween(library: Library, { fromMs, beforeMs }: DateMatcher): [begin: number, end: number] {
  const firstOlderThan = (ms: number): number => {
    let low = 0;
    let high = library.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (library.at(middle).takenAtMs < ms) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  const begin = firstOlderThan(beforeMs);
  return [begin, Math.max(begin, firstOlderThan(fromMs))];
}
