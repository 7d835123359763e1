import { Writable } from 'node:stream';

/** Where a log writes in a test: keeps every line, parsed. */
export class Recorder extends Writable {
  readonly lines: Readonly<Record<string, unknown>>[] = [];

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    for (const line of chunk.toString().split('\n')) {
      if (line !== '') this.lines.push(JSON.parse(line) as Record<string, unknown>);
    }
    done();
  }
}
