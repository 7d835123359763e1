import { thisSystem } from '../config/folders.js';
import { hasBrowser, openBrowser } from './browser.js';
import { qrCode } from './qr-code.js';

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
  const { isTTY, columns } = process.stderr;
  const code = mayDraw && isTTY ? qrCode(pickerUri, columns) : undefined;
  const isOpen = mayOpenBrowser && hasBrowser(thisSystem()) && (await openBrowser(closingItself(pickerUri)));
  tell(
    isOpen
      ? 'The browser shows your photos: choose some, and press Done. If it does not, open this address:'
      : 'Open this address on any device that is signed in to the same Google account, choose, and press Done:',
    '',
    `  ${pickerUri}`,
    '',
    ...(code === undefined ? [] : [code, '']),
    `Waiting until ${new Date(untilMs).toLocaleTimeString(undefined, { timeStyle: 'short' })}; Ctrl-C gives up.`,
  );
}

/** Google's page then closes its window after Done; only a browser can do that, not the app that a phone opens. */
function closingItself(pickerUri: string): URL {
  return new URL(`${pickerUri.replace(/\/$/, '')}/autoclose`);
}

function tell(...lines: readonly string[]): void {
  process.stderr.write(`${lines.join('\n')}\n`);
}
