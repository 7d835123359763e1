import { seal, unseal } from './signed.js';

/**
 * Base URLs: a new string at each listing, good for an hour, and no table of them.
 *
 * The opaque part carries the item's serial, the time of issue and the generation, signed; so 100,000 of them cost
 * nothing but the microseconds of the signature.
 */
export class BaseUrls {
  #generation = 0;
  #issued = 0;

  constructor(
    private readonly now: () => number,
    private readonly lifetimeMs: () => number,
  ) {}

  /** About 70 characters of `[A-Za-z0-9_-]`; `purpose` is the host it is meant for. */
  issue(purpose: 'media' | 'video', serial: number): string {
    const payload = Buffer.alloc(20);
    payload.writeUInt32BE(serial, 0);
    payload.writeIntBE(this.now(), 4, 6);
    payload.writeUInt32BE(this.#generation, 10);
    this.#issued += 1;
    payload.writeUIntBE(this.#issued, 14, 6);
    return seal(purpose, payload);
  }

  /** The serial, or why there is none. */
  open(purpose: 'media' | 'video', opaque: string): number | 'unknown' | 'expired' {
    const payload = unseal(purpose, opaque);
    if (payload?.length !== 20) return 'unknown';
    const isOld = this.now() - payload.readIntBE(4, 6) >= this.lifetimeMs();
    if (isOld || payload.readUInt32BE(10) !== this.#generation) return 'expired';
    return payload.readUInt32BE(0);
  }

  /** Those issued so far are refused from now on. */
  expireAll(): void {
    this.#generation += 1;
  }
}
