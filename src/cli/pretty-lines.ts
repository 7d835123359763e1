import { Writable } from 'node:stream';
import type { WriteStream } from 'node:tty';

/** All that could steer a terminal, but for what sets colours. */
// eslint-disable-next-line no-control-regex -- what sets colours begins with one
const STEERING = /(?!\u001b\[\d+m)[^\P{Cc}\n\t]/gu;

/**
 * Where a log goes that people read, on a terminal in colours. Loaded on demand: most runs write JSON.
 *
 * pino-pretty 13 writes messages and stacks as they are, and so what others wrote into them.
 */
export async function prettyLines(terminal: WriteStream = process.stderr): Promise<NodeJS.WritableStream> {
  const { default: pretty } = await import('pino-pretty');
  const destination = new Writable({
    write(lines: Buffer, _encoding, done) {
      terminal.write(lines.toString().replace(STEERING, '\uFFFD'), done);
    },
  });
  return pretty({
    destination,
    colorize: terminal.isTTY && terminal.hasColors(),
    ignore: 'pid,hostname',
    translateTime: 'SYS:HH:MM:ss',
    singleLine: true,
  });
}
