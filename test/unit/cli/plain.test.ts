import { PassThrough } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { describe, expect, it } from '@jest/globals';
import { jsonLine, plain } from '../../../src/cli/plain.js';
import { prettyLines } from '../../../src/cli/pretty-lines.js';
import { until } from '../../support/eventually.js';
import { createLog } from '../../../src/log.js';

/** Sets a title, rings, deletes; the last begins like a sequence in one character (ECMA-48, CSI). */
const STEERING = 'a\u001b]0;title\u0007\u007f\u009b2J';

describe('what others wrote', () => {
  it('cannot steer a terminal as a text', () => {
    expect(plain(`${STEERING}\tb\n`)).toBe('a\uFFFD]0;title\uFFFD\uFFFD\uFFFD2J\tb\n');
  });

  it('cannot as JSON, and stays what it is', () => {
    const line = jsonLine({ text: STEERING });
    expect(line).toMatch(/^[ -~]+$/);
    expect(JSON.parse(line)).toEqual({ text: STEERING });
  });

  it('cannot through a log for people, which keeps its colours', async () => {
    const terminal = new PassThrough({ encoding: 'utf8' });
    const log = createLog({
      level: 'info',
      destination: await prettyLines(
        Object.assign(terminal, { isTTY: true, hasColors: () => true }) as unknown as WriteStream,
      ),
    });
    log.warn({ err: new Error(STEERING), text: STEERING }, STEERING);
    await until(() => terminal.readableLength > 0);
    const written = String(terminal.read());
    expect(written.match(/title/g)).toHaveLength(4);
    expect(written).toContain('\u001b[33mWARN\u001b[39m');
    // eslint-disable-next-line no-control-regex
    expect(written.replace(/\u001b\[\d+m/g, '')).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
  });
});
