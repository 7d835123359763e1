import { AppError } from '../errors.js';
import { splitTarget } from './target.js';

/** Decoded path segments of a request, and whether the path ended in a slash. */
export interface RequestPath {
  readonly segments: readonly string[];
  readonly endsInSlash: boolean;
}

const MAX_BYTES = 4096;
const MAX_SEGMENTS = 64;

/** What no segment may hold: separators of either kind, and controls, which break logs and XML. */
// eslint-disable-next-line no-control-regex -- controls are what this is about
const FORBIDDEN = /[/\\\u0000-\u001f\u007f-\u009f]/;

/**
 * The segments of a request target (RFC 9112 §3.2), each decoded once; the query is dropped, absolute-form accepted.
 *
 * Throws BAD_REQUEST for dot segments, encoded separators, controls, bad escapes, invalid UTF-8 and fragments; the same
 * with status 414 above 4 KiB or 64 segments; NOT_FOUND for an empty segment.
 *
 * `URL` is no parser for this: it resolves dot segments, and `//host/x` would move to another host.
 */
export function parsePath(target: string): RequestPath {
  if (target.length > MAX_BYTES) throw tooLong();
  const { scheme = 'http', path: pathAndQuery } = splitTarget(target);
  const path = pathAndQuery.replace(/\?.*$/s, '') || '/';
  if (!path.startsWith('/') || !/^https?$/.test(scheme))
    throw new AppError('BAD_REQUEST', 'the request target is not a path');
  if (path.includes('#')) throw new AppError('BAD_REQUEST', 'the request target has a fragment');
  const endsInSlash = path.endsWith('/');
  const raw = path === '/' ? [] : path.slice(1, endsInSlash ? -1 : undefined).split('/');
  if (raw.length > MAX_SEGMENTS) throw tooLong();
  return { segments: raw.map(decodeSegment), endsInSlash };
}

/** An absolute path that names `segments`, every byte outside `A-Z a-z 0-9 - . _ ~` escaped in upper-case hex. */
export function encodePath(segments: readonly string[], endsInSlash = false): string {
  if (segments.length === 0) return '/';
  return `/${segments.map(encodeSegment).join('/')}${endsInSlash ? '/' : ''}`;
}

/** One segment as it stands in an href: `encodeURIComponent`, and `! ' ( ) *`, which old clients take literally. */
export function encodeSegment(segment: string): string {
  if (/^[\w.~-]*$/.test(segment)) return segment;
  return encodeURIComponent(segment.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function decodeSegment(raw: string): string {
  if (raw === '') throw new AppError('NOT_FOUND', 'the path has an empty segment');
  const segment = unescape(raw);
  if (segment === '.' || segment === '..') throw new AppError('BAD_REQUEST', 'the path has a dot segment');
  if (FORBIDDEN.test(segment))
    throw new AppError('BAD_REQUEST', 'a segment of the path holds a separator or a control');
  return segment;
}

function unescape(raw: string): string {
  if (/^[!-$&-~]*$/.test(raw)) return raw;
  try {
    return decodeURIComponent(raw);
  } catch (cause) {
    throw new AppError('BAD_REQUEST', 'the path has a bad escape or is not UTF-8', { cause });
  }
}

function tooLong(): AppError {
  return new AppError('BAD_REQUEST', `the path is longer than ${MAX_BYTES} bytes or ${MAX_SEGMENTS} segments`, {
    status: 414,
    advice: 'ask for a shorter path',
  });
}
