const PLAIN_EVERY_MS = 10_000;

/** Shows how far long work has come, on standard error: one line that changes on a terminal, a line now and then elsewhere. */
export class Progress {
  #toldAtMs = -Infinity;
  /** The length of the line that is to be changed; 0 if there is none. */
  #openLength = 0;

  show(text: string): void {
    const { stderr } = process;
    if (stderr.isTTY) {
      // Blanks hide the rest of a longer one: not every terminal can erase.
      stderr.write(`\r${text.padEnd(this.#openLength)}`);
      this.#openLength = text.length;
    } else if (performance.now() - this.#toldAtMs >= PLAIN_EVERY_MS) {
      this.#toldAtMs = performance.now();
      stderr.write(`${text}\n`);
    }
  }

  end(): void {
    if (this.#openLength > 0) process.stderr.write('\n');
    this.#openLength = 0;
  }
}
