import type { Issued } from './issued.js';
import { seal, unseal } from './signed.js';

/** `media` and `picked` are of the Library and the Picker API; `video` is where `=dv` of both leads. */
export type Purpose = 'media' | 'picked' | 'video';

export interface Opened {
  readonly serial: number;
  /** The serial of the picking session that it was listed for; 0 if there is none. */
  readonly session: number;
}

const PAYLOAD_BYTES = 24;

/**
 * Base URLs: a new string at each listing, good for an hour, and no table of them.
 *
 * The opaque part carries the item's serial, its session's, the time of issue and the generation, signed; so 100,000 of
 * them cost nothing but the microseconds of the signature.
 */
export class BaseUrls {
  #generation = 0;
  #count = 0;

  constructor(
    private readonly now: () => number,
    private readonly lifetimeMs: () => number,
    private readonly issued: Issued,
  ) {}

  /** About 70 characters of `[A-Za-z0-9_-]`, good for this purpose only. */
  issue(purpose: Purpose, serial: number, session = 0): string {
    const payload = Buffer.alloc(PAYLOAD_BYTES);
    payload.writeUInt32BE(serial, 0);
    payload.writeIntBE(this.now(), 4, 6);
    payload.writeUInt32BE(this.#generation, 10);
    this.#count += 1;
    payload.writeUIntBE(this.#count, 14, 6);
    payload.writeUInt32BE(session, 20);
    return this.issued.note(seal(purpose, payload));
  }

  /** What it stands for, or why it stands for nothing. */
  open(purpose: Purpose, opaque: string): Opened | 'unknown' | 'expired' {
    const payload = unseal(purpose, opaque);
    if (payload?.length !== PAYLOAD_BYTES) return 'unknown';
    const isOld = this.now() - payload.readIntBE(4, 6) >= this.lifetimeMs();
    if (isOld || payload.readUInt32BE(10) !== this.#generation) return 'expired';
    return { serial: payload.readUInt32BE(0), session: payload.readUInt32BE(20) };
  }

  /** Those issued so far are refused from now on. */
  expireAll(): void {
    this.#generation += 1;
  }
}
