import { SaxesParser } from 'saxes';
import { AppError } from '../errors.js';

/** A property's name; `namespace` is empty for none. */
export interface PropertyName {
  readonly namespace: string;
  readonly local: string;
}

/** What is asked about each resource (RFC 4918 §14.20). */
export type PropertyQuery =
  | { readonly kind: 'allprop'; readonly include: readonly PropertyName[] }
  | { readonly kind: 'propname' }
  | { readonly kind: 'prop'; readonly names: readonly PropertyName[] };

export const DAV_NAMESPACE = 'DAV:';

const MAX_DEPTH = 32;
const MAX_ELEMENTS = 256;
const MAX_ATTRIBUTES = 64;
/** Of a namespace or a local name, for names are repeated for every member. */
const MAX_NAME_CHARACTERS = 1024;

/**
 * Reads a PROPFIND body, UTF-8 or UTF-16 (RFC 4918 §8.2); unknown elements are ignored (§17).
 *
 * Throws BAD_REQUEST for what is not well-formed, for any DOCTYPE, above 32 levels, 256 elements, 64 attributes or 1024
 * characters of a name; with status 422 for XML that is no PROPFIND.
 */
export function parsePropfindXml(body: Uint8Array): PropertyQuery {
  const parser = new SaxesParser({ xmlns: true });
  const path: string[] = [];
  const names: PropertyName[] = [];
  const include: PropertyName[] = [];
  let kind: PropertyQuery['kind'] | undefined;
  let elements = 0;

  // Throwing from a handler leaves the parser at once, entities and all.
  parser.on('error', (cause) => refuse('the request body is not well-formed XML', cause));
  parser.on('doctype', () => refuse('the request body has a DOCTYPE'));
  parser.on('opentag', ({ uri, local, attributes }) => {
    if (++elements > MAX_ELEMENTS || path.length >= MAX_DEPTH) refuse('the request body has too many elements');
    if (Object.keys(attributes).length > MAX_ATTRIBUTES) refuse('the request body has too many attributes');
    if (Math.max(uri.length, local.length) > MAX_NAME_CHARACTERS) refuse('the request body has too long a name');
    const place = path.join('/');
    const name = uri === DAV_NAMESPACE ? local : '';
    if (place === 'propfind/prop') names.push({ namespace: uri, local });
    else if (place === 'propfind/include') include.push({ namespace: uri, local });
    else if (place === 'propfind' && isKind(name)) kind ??= name;
    path.push(name);
  });
  parser.on('closetag', () => void path.pop());
  parser.write(decode(body)).close();

  if (kind === undefined) {
    throw new AppError('BAD_REQUEST', 'the request body asks for neither prop, allprop nor propname', { status: 422 });
  }
  if (kind === 'propname') return { kind };
  return kind === 'prop' ? { kind, names } : { kind, include };
}

function isKind(name: string): name is PropertyQuery['kind'] {
  return name === 'prop' || name === 'allprop' || name === 'propname';
}

function decode(body: Uint8Array): string {
  const isBigEndian = body[0] === 0xfe && body[1] === 0xff;
  const isLittleEndian = body[0] === 0xff && body[1] === 0xfe;
  const encoding = isBigEndian ? 'utf-16be' : isLittleEndian ? 'utf-16le' : 'utf-8';
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(body);
    const declared = /^<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']/.exec(text)?.[1]?.toLowerCase();
    if (declared === undefined || encoding.startsWith(declared) || declared === 'us-ascii') return text;
  } catch (cause) {
    refuse('the request body is not in the encoding it declares', cause);
  }
  return refuse('the request body is neither UTF-8 nor UTF-16');
}

function refuse(message: string, cause?: unknown): never {
  throw new AppError('BAD_REQUEST', message, { cause });
}
