import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { PastedLines } from '../../../src/cli/pasted-lines.js';

describe('pasted lines', () => {
  it('come one after another, however they arrive, and then no more', async () => {
    const input = new PassThrough();
    const lines = new PastedLines(input);
    input.write('one\r\ntw');
    expect(await lines.next()).toBe('one');
    const second = lines.next();
    input.end('o\nthree');
    expect([await second, await lines.next(), await lines.next(), await lines.next()]).toEqual([
      'two',
      'three',
      undefined,
      undefined,
    ]);
  });

  it('go to who waits now, not to who has left', async () => {
    const input = new PassThrough();
    const lines = new PastedLines(input);
    const leave = new AbortController();
    const left = lines.next(leave.signal);
    leave.abort();
    await expect(left).rejects.toThrow();
    const waiting = lines.next();
    input.write('for the second\n');
    expect(await waiting).toBe('for the second');
    lines.close();
    expect(await lines.next()).toBeUndefined();
  });
});
