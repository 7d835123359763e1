import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Verdict } from '../http/conditional.js';
import { writeHttpDate } from '../http/http-date.js';
import { handlingHeaders, mediaType } from '../http/media-headers.js';
import type { ByteRange, Representation } from '../model.js';
import type { MediaResource, StaticResource } from '../tree/resource.js';

/** A resource with bytes. */
export type File = MediaResource | StaticResource;

/** The media type as sent and listed; what is neither image, video nor audio is octets, never `text/html`. */
export function contentType(file: File): string {
  if (file.kind === 'static') return file.mimeType;
  return mediaType(file.item.mimeType);
}

/** Headers of a 200 to HEAD or GET, or with `range` of a 206; no content coding ever, for players need the length. */
export function entityHeaders(file: File, representation: Representation, range?: ByteRange): OutgoingHttpHeaders {
  const { size } = representation;
  const type = contentType(file);
  return {
    'Content-Type': type,
    'Content-Length': range ? range.last - range.first + 1 : size,
    ...(range ? { 'Content-Range': `bytes ${range.first}-${range.last}/${size}` } : {}),
    ...validatorHeaders(representation),
    'Accept-Ranges': 'bytes',
    'Cross-Origin-Resource-Policy': 'same-origin',
    ...handlingHeaders(type, file.name),
  };
}

/** Headers that a 304 carries too (RFC 9110 §15.4.5). */
export function validatorHeaders({ etag, modifiedAt }: Representation): OutgoingHttpHeaders {
  return {
    ETag: etag,
    'Last-Modified': writeHttpDate(modifiedAt),
    'Cache-Control': 'private, no-transform, max-age=0',
  };
}

/** Answers that need no bytes: 304, a failed precondition, a range beyond the end. */
export function sendWithoutBytes(
  response: ServerResponse,
  status: Verdict['status'],
  representation: Representation,
): void {
  if (status === 304) response.writeHead(304, validatorHeaders(representation)).end();
  else if (status === 416) {
    const range = { 'Content-Range': `bytes */${representation.size}`, 'Content-Length': 0 };
    response.writeHead(416, { ...validatorHeaders(representation), ...range, 'Accept-Ranges': 'bytes' }).end();
  } else response.writeHead(status, { ...validatorHeaders(representation), 'Content-Length': 0 }).end();
}
