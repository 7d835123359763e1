import type { IncomingHttpHeaders } from 'node:http';
import type { Bytes } from '../google/media-answer.js';
import { decide, type Verdict } from '../http/conditional.js';
import { readHttpDate } from '../http/http-date.js';

/** What a request's conditions and range come to, by the validators and the size that the upstream's answer told. */
export function verdictOn(headers: IncomingHttpHeaders, { size, validator = '', headers: told }: Bytes): Verdict {
  const date = told['last-modified'];
  const modifiedMs = readHttpDate(typeof date === 'string' ? date : undefined);
  return decide(modifiedMs === undefined ? withoutDates(headers) : headers, {
    etag: validator.replace(/^W\//, ''),
    modifiedAt: new Date(modifiedMs ?? 0),
    size,
  });
}

/** A date is compared with nothing where none is known (RFC 9110 §13.1.3, §13.1.4). */
function withoutDates(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const rest = { ...headers };
  delete rest['if-modified-since'];
  delete rest['if-unmodified-since'];
  return rest;
}
