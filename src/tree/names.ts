import { hash } from 'node:crypto';
import { MemberNames } from './member-names.js';
import type { Naming } from './naming.js';
import { atOnce } from './slices.js';

/** What file systems allow is 255; clients that cache or download a file add a suffix of their own to its name. */
const MAX_BYTES = 230;
const SHORTEST_TAG = 4;
const MAX_EXTENSION = 10;

/** Printable characters that break a client, and the full-width forms that stand for them. */
const FULL_WIDTH: Readonly<Record<string, string>> = {
  '/': '／',
  '\\': '＼',
  ':': '：',
  '*': '＊',
  '?': '？',
  '"': '＂',
  '<': '＜',
  '>': '＞',
  '|': '｜',
  '#': '＃',
};

const BREAKING = /[/\\:*?"<>|#]/g;
/** C0 and C1 controls, DEL, bidi controls, line and paragraph separators, and what XML 1.0 cannot carry. */
// eslint-disable-next-line no-control-regex -- controls are what this is about
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]/g;
/** What nearly every name looks like, so that it is worth knowing at a glance. */
const CAMERA_NAME = /^[A-Za-z0-9][\w ()-]{0,200}\.[A-Za-z0-9]{2,5}$/;
const WINDOWS_DEVICE = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)/i;

/** Names that desktops look for in every folder; none of them is ever published, so they can be refused unseen. */
const DESKTOP_NAME =
  /^(\.ds_store|\.hidden|\.localized|\.directory|\.spotlight-v100|\.trashes|\.trash.*|\.fseventsd|\.temporaryitems|\.apdisk|\.volumeicon\.icns|\.xdg-volume-info|\.metadata_never_index.*|\.com\.apple\.timemachine\..*|mach_kernel|backups\.backupdb|desktop\.ini|thumbs\.db|autorun\.inf)$/i;

/** True for a name the tree never publishes: `._*`, and what Finder, Explorer, Nautilus and Dolphin ask for unasked. */
export function isDesktopName(name: string): boolean {
  return name.startsWith('._') || DESKTOP_NAME.test(name);
}

/**
 * A title or filename as a path segment that every client takes: NFC, one character for one, at most 230 bytes of UTF-8,
 * cut before the extension; `Untitled` if nothing is left.
 *
 * Replaces `/ \ : * ? " < > | #` by their full-width forms and control characters by `_`; makes trailing dots and spaces
 * and Windows' device names safe (Windows naming rules; RFC 3986 §3.3).
 */
export function safeSegment(title: string): string {
  if (CAMERA_NAME.test(title) && !WINDOWS_DEVICE.test(title) && !isDesktopName(title)) return title;
  let name = title
    .toWellFormed()
    .normalize('NFC')
    .replace(CONTROL, '_')
    .replace(BREAKING, (character) => FULL_WIDTH[character] ?? '_')
    .replace(/[. ]+$/, (end) => end.replaceAll('.', '．').replaceAll(' ', '_'))
    .replace(WINDOWS_DEVICE, '$1_');
  name = withoutDesktopName(name);
  return name === '' ? 'Untitled' : fit(name, '');
}

/** The name, or one like it that no desktop looks for. */
export function withoutDesktopName(name: string): string {
  if (!isDesktopName(name)) return name;
  return name.startsWith('.') ? `．${name.slice(1)}` : `${name}_`;
}

/** Two names with one key are one name to Windows and macOS: case and Unicode form are ignored. */
export function nameKey(name: string): string {
  // eslint-disable-next-line no-control-regex -- the whole of ASCII
  if (/^[\u0000-\u007f]*$/.test(name)) return name.toLowerCase();
  return name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
}

/**
 * Names that every client takes. Members whose names clash get `~` and the first characters of their id's SHA-256 in
 * base 32 before the extension, as many as make them unique: four, or more.
 */
export const SAFE_NAMING: Naming = {
  segment: (title) => safeSegment(title),
  key: nameKey,
  tagged: (name, id, attempt) => fit(name, `~${hashOf(id, SHORTEST_TAG + attempt)}`),
};

/**
 * A unique name for each member, in the order given.
 *
 * Members whose names clash are all tagged. The result does not depend on the order. `taken` holds the keys of names that
 * are not to be had.
 */
export function uniqueNames<T extends { readonly id: string }>(
  members: readonly T[],
  nameOf: (member: T) => string,
  naming: Naming,
  taken: ReadonlySet<string> = new Set(),
): string[] {
  const titled = {
    length: members.length,
    titleAt: (position: number) => titleOf(members[position], nameOf),
    idAt: (position: number) => members[position]?.id ?? '',
  };
  const names = atOnce(MemberNames.of(titled, naming, taken));
  return members.map((_, position) => names.nameAt(position));
}

function titleOf<T>(member: T | undefined, nameOf: (member: T) => string): string {
  return member === undefined ? '' : nameOf(member);
}

/** The name with the tag before its extension, cut to 230 bytes of UTF-8 between characters. */
function fit(name: string, tag: string): string {
  const dot = name.lastIndexOf('.');
  const hasExtension = dot > 0 && dot < name.length - 1 && name.length - dot - 1 <= MAX_EXTENSION;
  const extension = hasExtension ? name.slice(dot) : '';
  const stem = hasExtension ? name.slice(0, dot) : name;
  const room = MAX_BYTES - Buffer.byteLength(tag + extension);
  if (Buffer.byteLength(stem) <= room) return stem + tag + extension;
  return shorten(stem, room).replace(/[. ]+$/, '_') + tag + extension;
}

/** As much of the text, from its start, as fits into so many bytes of UTF-8, cut between characters. */
export function shorten(text: string, room: number): string {
  if (Buffer.byteLength(text) <= room) return text;
  const whole = cut(
    Array.from(GRAPHEMES.segment(text), ({ segment }) => segment),
    room,
  );
  // One character may be made of more code points than there is room for.
  return whole || cut(Array.from(text), room);
}

/** As many of the parts, from the first, as fit into so many bytes of UTF-8. */
function cut(parts: readonly string[], room: number): string {
  let bytes = 0;
  const end = parts.findIndex((part) => (bytes += Buffer.byteLength(part)) > room);
  return parts.slice(0, end < 0 ? undefined : end).join('');
}

const GRAPHEMES = new Intl.Segmenter('und', { granularity: 'grapheme' });

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** The first characters of the text's SHA-256, in base 32 (RFC 4648 §6), in lower case and without padding. */
function hashOf(text: string, length: number): string {
  let bits = 0;
  let value = 0;
  let out = '';
  for (const byte of hash('sha256', text, 'buffer')) {
    value = ((value << 8) | byte) & 0xffff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += BASE32.charAt((value >>> bits) & 31);
      if (out.length === length) return out;
    }
  }
  return bits > 0 ? out + BASE32.charAt((value << (5 - bits)) & 31) : out;
}
