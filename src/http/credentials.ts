import type { IncomingMessage } from 'node:http';
import { AppError } from '../errors.js';
import { isRepeated } from './raw-headers.js';

/** The challenge of every 401 (RFC 7617 §2.1). Never Digest: VLC repeats it thousands of times a second. */
export const CHALLENGE = 'Basic realm="photodav", charset="UTF-8"';

/** What a request signs in with; nothing is known of it yet. */
export interface Credentials {
  /** In NFC. */
  readonly name: string;
  readonly password: string;
}

/** Padding may be missing; no client sends the URL-safe alphabet. */
const BASIC = /^basic +([a-z\d+/]+)={0,2}$/i;
/** The longest name and password that a user can have, in the longest form of Unicode, come to 4085 bytes. */
const MAX_BYTES = 4096;
/** A name of 255 code units in NFC has at most four times as many in another form. */
const MAX_NAME_LENGTH = 4 * 255;
/** Putting marks in order takes time that grows with the square of their number; no script needs more in a row (UAX #15 §13). */
const MANY_MARKS = /\p{M}{31}/u;
const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The credentials of the scheme Basic (RFC 7617 §2), or undefined where there are none that can be read, or none that
 * a user can have. Throws BAD_REQUEST for several Authorization headers.
 */
export function readCredentials(request: Pick<IncomingMessage, 'headers' | 'rawHeaders'>): Credentials | undefined {
  if (isRepeated(request, 'authorization')) {
    throw new AppError('BAD_REQUEST', 'the request has several Authorization headers');
  }
  const [, base64] = BASIC.exec(request.headers.authorization ?? '') ?? [];
  const text = base64 === undefined ? undefined : decodeUtf8(Buffer.from(base64, 'base64'));
  const colon = text?.indexOf(':') ?? -1;
  if (text === undefined || colon === -1) return undefined;
  const name = text.slice(0, colon);
  // Before the name is normalised, for anybody may send one.
  if (name.length > MAX_NAME_LENGTH || MANY_MARKS.test(name)) return undefined;
  return { name: name.normalize('NFC'), password: text.slice(colon + 1) };
}

function decodeUtf8(bytes: Buffer): string | undefined {
  if (bytes.length > MAX_BYTES) return undefined;
  try {
    return UTF_8.decode(bytes);
  } catch {
    return undefined;
  }
}
