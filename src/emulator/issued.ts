const MAX_KEPT = 10_000;

/** The last 10,000 secrets of a kind that were given out: what no log may hold. */
export class Issued {
  readonly #secrets = new Set<string>();

  /** Gives the secret back. */
  note(secret: string): string {
    this.#secrets.add(secret);
    const [oldest] = this.#secrets;
    if (this.#secrets.size > MAX_KEPT && oldest !== undefined) this.#secrets.delete(oldest);
    return secret;
  }

  all(): string[] {
    return [...this.#secrets];
  }
}
