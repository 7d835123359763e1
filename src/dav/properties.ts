import { writeHttpDate, writeRfc3339 } from '../http/http-date.js';
import type { Representation } from '../model.js';
import type { Resource } from '../tree/resource.js';
import { contentType } from './entity-headers.js';
import { escapeText } from './xml-text.js';

/** One resource of a listing. */
export interface Subject {
  /** An absolute path, percent-encoded. */
  readonly href: string;
  /** The last path segment, decoded. */
  readonly name: string;
  readonly resource: Resource;
  /** Absent while the size is unknown, and for collections. */
  readonly representation: Representation | undefined;
}

/** The value of a live property as XML, or undefined where the resource has none. */
type Render = (subject: Subject) => string | undefined;

/** Live properties in the DAV namespace (RFC 4918 §15), and Microsoft's `iscollection`. */
export const LIVE_PROPERTIES: ReadonlyMap<string, Render> = new Map<string, Render>([
  ['resourcetype', ({ resource }) => (resource.kind === 'collection' ? '<D:collection/>' : '')],
  ['getcontentlength', ({ representation }) => representation && String(representation.size)],
  ['getlastmodified', lastModified],
  ['creationdate', creationDate],
  ['displayname', ({ name }) => escapeText(name)],
  ['getcontenttype', mediaType],
  // Unescaped, quotes too: webdavfs reads the text up to the first entity only.
  ['getetag', ({ representation }) => representation?.etag],
  ['supportedlock', () => ''],
  ['iscollection', ({ resource }) => (resource.kind === 'collection' ? '1' : '0')],
]);

/** What `allprop` gives. */
export const ALL_PROPERTIES = [
  'resourcetype',
  'getcontentlength',
  'getlastmodified',
  'creationdate',
  'displayname',
  'getcontenttype',
  'getetag',
] as const;

/** What `allprop` gives to Windows, which takes no listing above 1,000,000 bytes. */
export const LEAN_PROPERTIES = ['resourcetype', 'getcontentlength', 'getlastmodified', 'creationdate'] as const;

/** Properties that are absent until the size is known. */
export const SIZED_PROPERTIES: readonly string[] = ['getcontentlength', 'getetag'];

function lastModified({ resource, representation }: Subject): string | undefined {
  const modifiedAt = representation?.modifiedAt ?? (resource.kind === 'static' ? undefined : resource.modifiedAt);
  return modifiedAt && writeHttpDate(modifiedAt);
}

function creationDate({ resource }: Subject): string | undefined {
  if (resource.kind === 'media') return writeRfc3339(new Date(resource.item.createdAtMs));
  const date = resource.kind === 'static' ? resource.representation.modifiedAt : resource.modifiedAt;
  return date && writeRfc3339(date);
}

function mediaType({ resource }: Subject): string {
  if (resource.kind === 'collection') return 'httpd/unix-directory';
  // That of a media item is made of letters and digits.
  return resource.kind === 'media' ? contentType(resource) : escapeText(contentType(resource));
}
