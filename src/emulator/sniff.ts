/** Signatures at the start of a file, as Go's `http.DetectContentType` knows those of pictures and videos. */
const SIGNATURES: readonly (readonly [RegExp, string])[] = [
  [/^\xff\xd8\xff/, 'image/jpeg'],
  [/^\x89PNG\r\n.\n/s, 'image/png'],
  [/^GIF8[79]a/, 'image/gif'],
  [/^RIFF.{4}WEBPVP/s, 'image/webp'],
  [/^BM/, 'image/bmp'],
  [/^RIFF.{4}AVI /s, 'video/avi'],
];
const MAX_SNIFFED_BYTES = 512;

/** The type that Go's file server gives bytes without a name; HEIC and QuickTime are among what it does not know. */
export function sniffType(head: Uint8Array): string {
  const bytes = Buffer.from(head.subarray(0, MAX_SNIFFED_BYTES));
  const text = bytes.toString('latin1');
  if (isMp4(bytes, text)) return 'video/mp4';
  return SIGNATURES.find(([signature]) => signature.test(text))?.[1] ?? 'application/octet-stream';
}

/** An `ftyp` box with a brand that begins with "mp4". */
function isMp4(bytes: Buffer, text: string): boolean {
  if (bytes.length < 12 || text.slice(4, 8) !== 'ftyp') return false;
  const boxBytes = bytes.readUInt32BE(0);
  if (boxBytes % 4 !== 0 || bytes.length < boxBytes) return false;
  const brandsAt = [8, ...Array.from({ length: Math.max(0, boxBytes / 4 - 4) }, (_, index) => 16 + index * 4)];
  return brandsAt.some((at) => text.startsWith('mp4', at));
}
