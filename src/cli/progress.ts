const PLAIN_EVERY_MS = 10_000;

/** Shows how far long work has come, on standard error: one line that changes on a terminal, a line now and then elsewhere. */
export class Progress {
  #toldAtMs = -Infinity;
  #isLineOpen = false;

  show(text: string): void {
    const { stderr } = process;
    if (stderr.isTTY) {
      stderr.write(`\r${text}\u001b[K`);
      this.#isLineOpen = true;
    } else if (performance.now() - this.#toldAtMs >= PLAIN_EVERY_MS) {
      this.#toldAtMs = performance.now();
      stderr.write(`${text}\n`);
    }
  }

  end(): void {
    if (this.#isLineOpen) process.stderr.write('\n');
    this.#isLineOpen = false;
  }
}
