import { shorten, withoutDesktopName } from './names.js';
import type { AlbumNaming, Naming } from './naming.js';

/** What file systems allow; rclone leaves longer ones to fail where they are written. */
const MAX_BYTES = 255;

/** C0 controls and DEL, which have pictures; C1 controls and what XML 1.0 cannot carry. */
// eslint-disable-next-line no-control-regex -- controls are what this is about
const CONTROL = /[\u0000-\u001f\u007f-\u009f\ufffe\uffff]/g;
const FULL_WIDTH: Readonly<Record<string, string>> = { '/': '／', '\\': '＼' };

/**
 * Names as rclone 1.60's own backend for Google Photos gives them, so that what was synced with it keeps its paths: told
 * apart by case, and by the whole id in braces where that does not help, as are those without a title.
 *
 * Only what cannot be published over WebDAV is replaced: separators, controls, `.` and `..`, names that desktops probe for,
 * and the end of a name of more than 255 bytes.
 */
export const RCLONE_ITEM_NAMING: Naming = {
  segment: segmentOf,
  key: (name) => name,
  tagged(name, id, attempt) {
    const dot = name.lastIndexOf('.');
    const extension = dot < 0 ? '' : name.slice(dot);
    return withId(dot < 0 ? name : name.slice(0, dot), id, attempt, extension);
  },
};

/** The same for albums; a title has no extension. A slash in a title nests. */
export const RCLONE_ALBUM_NAMING: AlbumNaming = {
  ...RCLONE_ITEM_NAMING,
  tagged: (name, id, attempt) => withId(name, id, attempt, ''),
  path: (title) => title.split('/').filter((segment) => segment !== ''),
  countsEmpty: true,
};

function segmentOf(title: string, id: string): string {
  const name = publishable(title);
  if (name === '') return `{${publishable(id)}}`;
  if (name === '.' || name === '..') return name.replaceAll('.', '．');
  return shorten(withoutDesktopName(name), MAX_BYTES);
}

/** rclone has one tag; a name that is taken all the same gets it once more. */
function withId(stem: string, id: string, attempt: number, extension: string): string {
  const tag = Array.from({ length: attempt + 1 }, () => `{${publishable(id)}}`).join(' ') + extension;
  const start = shorten(stem, Math.max(0, MAX_BYTES - Buffer.byteLength(` ${tag}`)));
  return start === '' ? tag : `${start} ${tag}`;
}

/** What nearly every name and id looks like, so that it is worth knowing at a glance. */
const PUBLISHABLE = /^[\w ().-]*$/;

function publishable(text: string): string {
  if (PUBLISHABLE.test(text)) return text;
  return text
    .toWellFormed()
    .normalize('NFC')
    .replace(CONTROL, pictureOf)
    .replace(/[/\\]/g, (separator) => FULL_WIDTH[separator] ?? '_');
}

function pictureOf(control: string): string {
  const code = control.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '␡' : '_';
}
