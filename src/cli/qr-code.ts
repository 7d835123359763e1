import { renderUnicodeCompact } from 'uqr';

/** A QR code for a terminal of so many columns, whatever its colours are; undefined if it has no room there. */
export function qrCode(text: string, columns: number): string | undefined {
  const lines = renderUnicodeCompact(text, { ecc: 'L', border: 2 }).split('\n');
  if ((lines[0]?.length ?? 0) > columns) return undefined;
  // It draws what is light; with the terminal's own colours it would come out inverted on a light one.
  return lines.map((line) => `\u001b[97;40m${line}\u001b[0m`).join('\n');
}
