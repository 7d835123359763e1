import type { OutgoingHttpHeaders } from 'node:http';
import type { Bytes } from '../google/media/media-answer.js';
import type { Verdict } from '../http/conditional.js';
import { handlingHeaders, mediaType } from '../http/media-headers.js';

/** What every answer about an item carries: a cache would hand the bytes to whoever asks without a sign. */
const PRIVATE: OutgoingHttpHeaders = { 'Cache-Control': 'private, no-store', 'Referrer-Policy': 'no-referrer' };

/**
 * The header of the answer. Of the upstream's header nothing passes but the type, if it is one of media, and the
 * validators; the rest is written anew, as the gateway does.
 */
export function itemHeaders(verdict: Verdict, { size, headers }: Bytes, name: string): OutgoingHttpHeaders {
  const { etag, 'last-modified': lastModified, 'content-type': told = '' } = headers;
  const common = {
    ...PRIVATE,
    'Accept-Ranges': 'bytes',
    ...(etag === undefined ? {} : { ETag: etag }),
    ...(lastModified === undefined ? {} : { 'Last-Modified': lastModified }),
  };
  const type = mediaType(
    String(told)
      .replace(/\s*;.*$/s, '')
      .toLowerCase(),
  );
  switch (verdict.status) {
    case 200:
      return { ...common, ...handlingHeaders(type, name), 'Content-Type': type, 'Content-Length': size };
    case 206: {
      const { first, last } = verdict.range;
      return {
        ...common,
        ...handlingHeaders(type, name),
        'Content-Type': type,
        'Content-Length': last - first + 1,
        'Content-Range': `bytes ${first}-${last}/${size}`,
      };
    }
    case 416:
      return { ...common, 'Content-Length': 0, 'Content-Range': `bytes */${size}` };
    case 412:
      return { ...common, 'Content-Length': 0 };
    case 304:
      return common;
  }
}
