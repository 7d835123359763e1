import { EventEmitter, once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Answers } from '../app/sign-in.js';

/** Lines of standard input, each for whoever waits at that moment. Nothing is read before somebody does. */
export class PastedLines implements Answers {
  readonly #input: NodeJS.ReadableStream;
  readonly #news = new EventEmitter();
  readonly #lines: string[] = [];
  #reader: Interface | undefined;
  #hasEnded = false;

  constructor(input: NodeJS.ReadableStream = process.stdin) {
    this.#input = input;
  }

  async next(signal?: AbortSignal): Promise<string | undefined> {
    this.#reader ??= this.#read();
    while (this.#lines.length === 0 && !this.#hasEnded) {
      await once(this.#news, 'more', signal ? { signal } : {});
    }
    return this.#lines.shift();
  }

  /** Lets go of standard input, so that the process can end. */
  close(): void {
    this.#reader?.close();
  }

  #read(): Interface {
    return createInterface({ input: this.#input, crlfDelay: Infinity })
      .on('line', (line) => {
        this.#lines.push(line);
        this.#news.emit('more');
      })
      .on('close', () => {
        this.#hasEnded = true;
        this.#news.emit('more');
      });
  }
}
