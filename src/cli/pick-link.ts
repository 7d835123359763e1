import { thisSystem } from '../config/folders.js';
import { hasBrowser, openBrowser } from './browser.js';
import { canDraw, qrCode } from './qr-code.js';
import { tell } from './tell.js';

export interface PickLinkOptions {
  readonly mayOpenBrowser: boolean;
  readonly mayDraw: boolean;
  /** Until when Google waits, in milliseconds since 1970. */
  readonly untilMs: number;
}

/**
 * Shows a person where to pick, on standard error: a link, a QR code where a terminal has room for one, and their browser.
 * Whoever has the link and is signed in to the account can pick.
 */
export async function showPickLink(pickerUri: string, { mayOpenBrowser, mayDraw, untilMs }: PickLinkOptions) {
  const system = thisSystem();
  const isOpen = mayOpenBrowser && hasBrowser(system) && (await openBrowser(closingItself(pickerUri)));
  tell(
    isOpen
      ? 'The browser shows your photos: choose some, and press Done. If it does not, open this address:'
      : 'Open this address on any device that is signed in to the same Google account, choose, and press Done:',
  );
  tell(`\n  ${pickerUri}\n`);
  const code = mayDraw && canDraw(system.env) ? drawn(pickerUri) : undefined;
  if (code !== undefined) process.stderr.write(`${code}\n\n`);
  const until = new Date(untilMs).toLocaleTimeString('en-GB', { timeStyle: 'short' });
  tell(`Waiting until ${until}; Ctrl-C gives up.`);
}

/** The code for whoever sits at a terminal. */
function drawn(pickerUri: string): string | undefined {
  const { stderr } = process;
  return stderr.isTTY
    ? qrCode(pickerUri, { columns: stderr.columns, rows: stderr.rows, hasColors: stderr.hasColors() })
    : undefined;
}

/** Google's page then closes its window after Done; only a browser can do that, not the app that a phone opens. */
function closingItself(pickerUri: string): URL {
  return new URL(`${pickerUri.replace(/\/$/, '')}/autoclose`);
}
