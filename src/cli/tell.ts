import { wrapped } from './help-layout.js';
import { plain } from './plain.js';

/** Tells a person something on standard error, wrapped between words where a window shows it. */
export function tell(text: string): void {
  const { isTTY, columns } = process.stderr;
  process.stderr.write(`${isTTY ? wrapped(plain(text), columns) : plain(text)}\n`);
}
