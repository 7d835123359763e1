import { renderUnicodeCompact } from 'uqr';

/** A window that shows what is written to a terminal. */
export interface Window {
  readonly columns: number;
  readonly rows: number;
  readonly hasColors: boolean;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Lines below the code: an empty one, what is waited for, and the cursor's. */
const ROWS_BELOW = 3;

/** A QR code for a terminal's window, in its own colours if there are any; undefined if it has no room there. */
export function qrCode(text: string, { columns, rows, hasColors }: Window): string | undefined {
  const lines = renderUnicodeCompact(text, { ecc: 'L', border: 2 }).split('\n');
  if ((lines[0]?.length ?? 0) > columns || lines.length + ROWS_BELOW > rows) return undefined;
  // It draws what is light; with the terminal's own colours it comes out inverted on a light one.
  return hasColors ? lines.map((line) => `\u001b[97;40m${line}\u001b[0m`).join('\n') : lines.join('\n');
}

/** Whether the terminal shows blocks: none that is dumb, or said to have other characters than those of UTF-8. */
export function canDraw({ TERM, LC_ALL, LC_CTYPE, LANG }: Env): boolean {
  const locale = [LC_ALL, LC_CTYPE, LANG].find((each) => each) ?? '';
  // Nothing is said in most containers.
  return TERM !== 'dumb' && (locale === '' || /utf-?8/i.test(locale));
}
