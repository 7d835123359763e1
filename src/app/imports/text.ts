import { unusable } from './imported.js';

const TAKEOUT_ADVICE =
  'a Google Takeout archive holds photos, not a sign-in; import what `rclone authorize "google photos"` prints, or the ' +
  "client's file from the Google Cloud console";
const KINDS_ADVICE =
  'import one of these: what `rclone authorize "google photos"` prints, a section of rclone.conf, the JSON file of an ' +
  'OAuth client from the Google Cloud console, or a backup of AList or OpenList';

const ARCHIVES: readonly (readonly [magic: string, what: string])[] = [
  ['504b0304', 'a zip archive'],
  ['1f8b', 'a tgz archive'],
];

/** The text of a file, in UTF-8 or, as PowerShell writes it, in UTF-16. CONFIG_INVALID if it is none. */
export function textOf(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.subarray(0, 4)).toString('hex');
  const archive = ARCHIVES.find(([magic]) => hex.startsWith(magic));
  if (archive) throw unusable(archive[1], TAKEOUT_ADVICE);
  const text = decoded(bytes, hex);
  if (text === undefined || text.includes('\0')) throw unusable('a file that is no text', KINDS_ADVICE);
  if (text.trim() === '') throw unusable('an empty text', KINDS_ADVICE);
  return text;
}

function decoded(bytes: Uint8Array, hex: string): string | undefined {
  const encoding = hex.startsWith('fffe') ? 'utf-16le' : hex.startsWith('feff') ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
