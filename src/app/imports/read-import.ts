import { parseJson } from '../../google/json.js';
import { parseToken } from '../../google/auth/token.js';
import { lasting } from './granted-token.js';
import { unusable, type Imported } from './imported.js';
import { readDocument } from './json-document.js';
import { readLoneWord } from './lone-words.js';
import { isRcloneConfig, readRcloneConfig } from './rclone-config.js';
import { textOf } from './text.js';

/** Nobody's is half as deep; what writes JSON as text again has no end of stack for more. */
const MAX_DEPTH = 20;

/**
 * Reads the sign-in, or the OAuth client, that people bring along: what `rclone authorize` prints, with whatever a terminal
 * put around it, a configuration of rclone's, a client's file of the Google Cloud console, a backup of AList or OpenList,
 * what Google's libraries keep, or a refresh token alone.
 *
 * `name` chooses among several: a remote of rclone's, or a mount path of AList's. CONFIG_INVALID names the damage, tells what
 * to do about it, and repeats nothing that may be secret.
 */
export function readImport(bytes: Uint8Array, name?: string): Imported {
  const text = textOf(bytes);
  if (/^RCLONE_ENCRYPT_V\d+:/m.test(text)) {
    const advice = 'import what `rclone config show` prints, once rclone has been told the password';
    throw unusable('a configuration of rclone under a password', advice);
  }
  const whole = objectIn(text);
  if (whole) return readDocument(whole, name);
  const lone = readLoneWord(text);
  if (lone) return lone;
  if (isRcloneConfig(text)) return readRcloneConfig(text, name);
  if (/^\s*</.test(text)) {
    throw unusable('a web page', 'import the file or the text itself, not the page it was shown on');
  }
  return readPasted(pastedIn(text), name);
}

/** The token among the lines that a program and a terminal wrote around it. */
function pastedIn(text: string): string {
  const between = text.replace(/^.*--->/s, '').replace(/<---.*$/s, '');
  // A pattern would take hours over a file of nothing but braces.
  const [first, last] = [between.indexOf('{'), between.lastIndexOf('}')];
  if (first >= 0) return between.slice(first, last > first ? last + 1 : undefined);
  // What a log says has spaces, and what it is about has none.
  const words = between.split(/\r?\n/).filter((line) => /^\S+$/.test(line.trim()));
  return words.length > 0 ? words.join('\n') : between;
}

function readPasted(pasted: string, name: string | undefined): Imported {
  const compact = pasted.replace(/\s+/g, '');
  const json = objectIn(compact) ?? objectIn(Buffer.from(compact.replace(/^["']|["']$/g, ''), 'base64').toString());
  if (json) return readDocument(json, name);
  // What begins with a backslash after it is JSON within double quotes, which the reader of tokens knows.
  if (/^\{(?!\\)/.test(compact)) {
    throw unusable('JSON that is cut or damaged', 'import the whole of it, from the first brace to the last');
  }
  return lasting(parseToken(pasted));
}

function objectIn(json: string): object | undefined {
  const value = parseJson(json);
  if (typeof value !== 'object' || value === null) return undefined;
  if (isWithin(value, MAX_DEPTH)) return value;
  throw unusable('JSON that is nested far too deep', 'import the file as the other program wrote it');
}

function isWithin(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((each) => isWithin(each, depth - 1));
}
