import type { IncomingHttpHeaders } from 'node:http';
import type { Bytes } from '../google/media/media-answer.js';
import { decide, type Verdict } from '../http/conditional.js';
import { readHttpDate } from '../http/http-date.js';

/** What a request's conditions and range come to, by the validators and the size that the upstream's answer told. */
export function verdictOn(headers: IncomingHttpHeaders, { size, validator = '', headers: told }: Bytes): Verdict {
  const date = told['last-modified'];
  const modifiedMs = readHttpDate(typeof date === 'string' ? date : undefined);
  const isStrong = validator.startsWith('"');
  return decide(comparable(headers, { isStrong, isDated: modifiedMs !== undefined }), {
    etag: validator.replace(/^W\//, ''),
    modifiedAt: new Date(modifiedMs ?? 0),
    size,
  });
}

interface Validators {
  readonly isStrong: boolean;
  readonly isDated: boolean;
}

/** The headers that can be held against validators such as these. */
function comparable(headers: IncomingHttpHeaders, validators: Validators): IncomingHttpHeaders {
  const rest = { ...headers };
  // A date is compared with nothing where none is known (RFC 9110 §13.1.3, §13.1.4).
  if (!validators.isDated) {
    delete rest['if-modified-since'];
    delete rest['if-unmodified-since'];
  }
  if (!mayBeCurrent(rest['if-range'], validators)) delete rest.range;
  return rest;
}

/** Whether an If-Range has what it can match: a weak entity tag never does (RFC 9110 §13.1.5). */
function mayBeCurrent(ifRange: string | string[] | undefined, { isStrong, isDated }: Validators): boolean {
  if (ifRange === undefined) return true;
  return String(ifRange).trim().startsWith('"') ? isStrong : isDated && readHttpDate(String(ifRange)) !== undefined;
}
