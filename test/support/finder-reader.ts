import { SaxesParser } from 'saxes';

/** What webdavfs, the file system behind Finder, keeps of one entry of a listing. */
export interface FinderEntry {
  readonly name: string;
  readonly isCollection: boolean;
  /** 0 where no length was understood. */
  readonly size: number;
  /** Milliseconds since 1970; 0 where no date was understood. */
  readonly modifiedAtMs: number;
  readonly createdAtMs: number;
}

export interface FinderListing {
  readonly members: readonly FinderEntry[];
  /** How many entries it takes for the folder itself, for their paths are not longer than its own. */
  readonly selves: number;
}

type Field = 'href' | 'size' | 'modifiedAtMs' | 'createdAtMs';
type Draft = Record<Field, string> & { isCollection: boolean };

const FIELDS: Readonly<Record<string, Field>> = {
  href: 'href',
  getcontentlength: 'size',
  getlastmodified: 'modifiedAtMs',
  creationdate: 'createdAtMs',
};
const HTTP_DATE = /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/;
const ISO_8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const BIG_BUFFER_BYTES = 300;
const CUT = '<?cut?>';

/**
 * A listing as webdavfs-403 reads it: elements by local name, whatever their namespace and propstat; every `href` begins
 * an entry; of each text only what libxml2 hands out first. `path` is that of the folder, as it was asked.
 */
export function readAsFinder(xml: string, path: string): FinderListing {
  const drafts: Draft[] = [];
  let field: Field | undefined;
  const parser = new SaxesParser({ xmlns: true });
  parser.on('opentag', ({ local }) => {
    const name = local.toLowerCase();
    field = FIELDS[name];
    if (field === 'href') drafts.push({ href: '', size: '', modifiedAtMs: '', createdAtMs: '', isCollection: false });
    const draft = drafts.at(-1);
    if (name === 'collection' && draft) draft.isCollection = true;
  });
  parser.on('text', (text) => {
    const draft = drafts.at(-1);
    if (field && draft) draft[field] += text;
    field = undefined;
  });
  parser.write(xml.replace(/>([^<]+)</g, (_, text: string) => `>${textPieces(text).join(CUT)}<`)).close();
  const isMember = ({ href }: Draft): boolean => decodeURIComponent(href).length > decodeURIComponent(path).length;
  return {
    members: drafts.filter(isMember).map(toEntry),
    selves: drafts.filter((draft) => !isMember(draft)).length,
  };
}

function toEntry({ href, size, modifiedAtMs, createdAtMs, isCollection }: Draft): FinderEntry {
  return {
    name: decodeURIComponent(href.replace(/\/$/, '').split('/').at(-1)!),
    isCollection,
    size: Number.parseInt(size, 10) || 0,
    modifiedAtMs: HTTP_DATE.test(modifiedAtMs) ? Date.parse(modifiedAtMs) : 0,
    createdAtMs: ISO_8601.test(createdAtMs) ? Date.parse(createdAtMs) : 0,
  };
}

/**
 * The pieces in which libxml2 2.9 hands out the text of an element: each entity alone, and from the first character
 * outside ASCII on at least 300 bytes at a time.
 */
export function textPieces(text: string): string[] {
  return (text.match(/&[^;]*;|[^&]+/g) ?? []).flatMap((part) => {
    if (part.startsWith('&')) return [part];
    const ascii = /^[\0-\x7f]*/.exec(part)![0];
    return [ascii, ...bigPieces(part.slice(ascii.length))].filter((piece) => piece !== '');
  });
}

function* bigPieces(text: string): Iterable<string> {
  let piece = '';
  for (const character of text) {
    piece += character;
    if (Buffer.byteLength(piece) < BIG_BUFFER_BYTES) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}
