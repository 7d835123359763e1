import { AppError } from '../errors.js';
import { ALL_PROPERTIES, LEAN_PROPERTIES, LIVE_PROPERTIES, SIZED_PROPERTIES, type Subject } from './properties.js';
import { DAV_NAMESPACE, type PropertyName, type PropertyQuery } from './propfind-xml.js';
import { escapeAttribute } from './xml-text.js';

/** The prefix is declared once, on the root: Windows takes neither a default namespace nor a second declaration. */
export const MULTISTATUS_START = '<?xml version="1.0" encoding="utf-8"?>\n<D:multistatus xmlns:D="DAV:">';
export const MULTISTATUS_END = '</D:multistatus>';

/** How each resource of one answer is written; made once per request. */
export interface RenderPlan {
  /** True if the values of sizes or ETags are asked for, so that unknown sizes are worth learning. */
  readonly needsSizes: boolean;
  /** One `D:response` (RFC 4918 §14.24): found properties first, for some clients read the first propstat only. */
  render(subject: Subject): string;
}

interface Column {
  readonly render: (subject: Subject) => string | undefined;
  readonly open: string;
  readonly close: string;
  readonly empty: string;
}

/** Unknown properties are repeated for every member; clients ask for a few. */
const MAX_UNKNOWN_CHARACTERS = 64 * 1024;
/** Its prefix `xml` needs no declaration, and may have no other (Namespaces in XML §3). */
const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';

/** Throws BAD_REQUEST if the properties that are not known here would fill more than 64 KiB of each response. */
export function planMultistatus(query: PropertyQuery, isLean: boolean): RenderPlan {
  const names = namesOf(query, isLean);
  const columns = names.flatMap((name) => toColumn(name) ?? []);
  const unknown = names.map((name) => (toColumn(name) ? '' : emptyElement(name))).join('');
  if (unknown.length > MAX_UNKNOWN_CHARACTERS) {
    throw new AppError('BAD_REQUEST', 'the names of the properties are too long', {
      advice: 'ask for fewer properties',
    });
  }
  const isNamesOnly = query.kind === 'propname';
  const reportsMissing = query.kind === 'prop';

  return {
    needsSizes: !isNamesOnly && names.some(({ local }) => SIZED_PROPERTIES.includes(local)),
    render(subject) {
      let found = '';
      let missing = unknown;
      for (const { render, open, close, empty } of columns) {
        const value = render(subject);
        if (value === undefined) {
          if (reportsMissing) missing += empty;
        } else found += value === '' || isNamesOnly ? empty : open + value + close;
      }
      const isFoundSaid = found !== '' || missing === '';
      return (
        `<D:response><D:href>${subject.href}</D:href>` +
        (isFoundSaid ? `<D:propstat><D:prop>${found}</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>` : '') +
        (missing === ''
          ? ''
          : `<D:propstat><D:prop>${missing}</D:prop><D:status>HTTP/1.1 404 Not Found</D:status></D:propstat>`) +
        '</D:response>'
      );
    },
  };
}

/** The properties asked for, each once. */
function namesOf(query: PropertyQuery, isLean: boolean): readonly PropertyName[] {
  const inDav = (local: string): PropertyName => ({ namespace: DAV_NAMESPACE, local });
  if (query.kind === 'propname') return [...LIVE_PROPERTIES.keys()].map(inDav);
  const names =
    query.kind === 'prop' ? query.names : [...(isLean ? LEAN_PROPERTIES : ALL_PROPERTIES).map(inDav), ...query.include];
  return [...new Map(names.map((name) => [`${name.namespace} ${name.local}`, name])).values()];
}

function toColumn({ namespace, local }: PropertyName): Column | undefined {
  const render = namespace === DAV_NAMESPACE ? LIVE_PROPERTIES.get(local) : undefined;
  return render && { render, open: `<D:${local}>`, close: `</D:${local}>`, empty: `<D:${local}/>` };
}

/** Foreign prefixes are declared where they are used. */
function emptyElement({ namespace, local }: PropertyName): string {
  if (namespace === DAV_NAMESPACE) return `<D:${local}/>`;
  if (namespace === XML_NAMESPACE) return `<xml:${local}/>`;
  return namespace === '' ? `<${local}/>` : `<x:${local} xmlns:x="${escapeAttribute(namespace)}"/>`;
}
