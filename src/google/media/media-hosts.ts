import type { Range } from './media-answer.js';

/** Google has few; a redirect may lead to ever new ones. */
const MAX_REMEMBERED = 100;

/** What was learned of the hosts that serve bytes, by what they answered. `host` is name and port. */
export class MediaHosts {
  readonly #withoutHead = new Map<string, true>();
  readonly #ranges = new Map<string, boolean>();

  refusesHead(host: string): boolean {
    return this.#withoutHead.has(host);
  }

  rememberNoHead(host: string): void {
    remember(this.#withoutHead, host, true);
  }

  /** Undefined if it was never asked for a range. */
  honoursRange(host: string): boolean | undefined {
    return this.#ranges.get(host);
  }

  /** Takes the status of an answer with bytes to a request for this range. */
  learnRange(host: string, { first, last }: Range, status: number): void {
    // To all of it a host may answer with all of it, and honour other ranges (RFC 9110 §14.2).
    if (status === 206 || first > 0 || last !== Infinity) remember(this.#ranges, host, status === 206);
  }
}

/** The one that was learned of first goes first. */
function remember<T>(hosts: Map<string, T>, host: string, fact: T): void {
  const [oldest] = hosts.keys();
  if (hosts.size >= MAX_REMEMBERED && oldest !== undefined && !hosts.has(host)) hosts.delete(oldest);
  hosts.set(host, fact);
}
