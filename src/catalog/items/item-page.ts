import type { JsonValue } from '../store.js';
import type { ItemColumns } from './stored-item.js';
import type { TextIndex } from './text-index.js';

export const ITEMS_PER_PAGE = 1_000;

/** Items of a page as they are stored: a column for each thing that is known, for one long text is read at once. */
interface ItemPage {
  /** Side by side; that of a number without an item is empty. */
  readonly ids: string;
  readonly idLengths: readonly number[];
  readonly filenames: string;
  readonly filenameLengths: readonly number[];
  readonly createdAtMs: readonly number[];
  /** Each one once. */
  readonly mimeTypeNames: readonly string[];
  readonly mimeTypes: readonly number[];
  /** By place in the page. */
  readonly versions: Readonly<Record<string, string>>;
}

/** The items numbered from `first` up to `end`. */
export function writeItemPage(first: number, end: number, columns: ItemColumns): JsonValue {
  const numbers = Array.from({ length: end - first }, (_, place) => first + place);
  const ids = numbers.map((number) => columns.ids.get(number));
  const filenames = numbers.map((number) => columns.filenames.get(number));
  const mimeTypes = numbers.map((number) => columns.mimeType(number));
  const mimeTypeNames = [...new Set(mimeTypes)];
  const page: ItemPage = {
    ids: ids.join(''),
    idLengths: ids.map(({ length }) => length),
    filenames: filenames.join(''),
    filenameLengths: filenames.map(({ length }) => length),
    createdAtMs: numbers.map((number) => columns.createdAtMs.get(number)),
    mimeTypeNames,
    mimeTypes: mimeTypes.map((name) => mimeTypeNames.indexOf(name)),
    versions: Object.fromEntries(
      numbers.flatMap((number, place) => {
        const version = columns.versions.get(number);
        return version === undefined ? [] : [[place, version]];
      }),
    ),
  };
  return { ...page };
}

/** Puts the items of a stored page at `first` and after it, and gives how many there are; none of an absent page. */
export function readItemPage(
  stored: JsonValue | undefined,
  first: number,
  columns: ItemColumns,
  index: TextIndex,
): number {
  if (stored === undefined) return 0;
  const page = stored as JsonValue & ItemPage;
  columns.ids.setMany(first, page.ids, page.idLengths);
  columns.filenames.setMany(first, page.filenames, page.filenameLengths);
  let start = 0;
  for (const [place, length] of page.idLengths.entries()) {
    const number = first + place;
    columns.createdAtMs.set(number, page.createdAtMs[place] ?? 0);
    columns.setMimeType(number, page.mimeTypeNames[page.mimeTypes[place] ?? 0] ?? '');
    if (length > 0) index.add(number, page.ids, start, start + length);
    start += length;
  }
  for (const [place, version] of Object.entries(page.versions)) columns.versions.set(first + Number(place), version);
  return page.idLengths.length;
}
