import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { seal, unseal } from './signed.js';

const ACCESS_PREFIX = 'ya29.a0';
const REFRESH_PREFIX = '1//0';
/** As Google gives it; the token lives as long. */
export const ACCESS_LIFETIME_SECONDS = 3599;

const payloadSchema = z.object({
  generation: z.number(),
  epoch: z.number(),
  scopes: z.array(z.string()),
  expiresAtMs: z.number(),
});

export interface Grant {
  readonly scopes: readonly string[];
  readonly expiresAtMs: number;
}

/** Access and refresh tokens, opaque to the client; the tokens themselves carry the grant, signed. */
export class Tokens {
  #generation = 0;
  #epoch = 0;

  constructor(private readonly now: () => number) {}

  /** Rises when the user revokes access: consent before that counts no more. */
  get generation(): number {
    return this.#generation;
  }

  issueAccess(scopes: readonly string[]): string {
    const expiresAtMs = this.now() + ACCESS_LIFETIME_SECONDS * 1000;
    return ACCESS_PREFIX + this.#seal('access', scopes, expiresAtMs, randomBytes(6).toString('hex'));
  }

  /** The same `nonce` gives the same token, in another run too. */
  issueRefresh(scopes: readonly string[], nonce = randomBytes(6).toString('hex')): string {
    return REFRESH_PREFIX + this.#seal('refresh', scopes, 0, nonce);
  }

  /** What a live access token grants, else undefined. */
  access(token: string): Grant | undefined {
    const payload = this.#unseal('access', ACCESS_PREFIX, token);
    if (payload?.epoch !== this.#epoch) return undefined;
    return payload.expiresAtMs > this.now() ? payload : undefined;
  }

  /** What a live refresh token grants; `false` if it was one once, undefined if it never was. */
  refresh(token: string): Grant | false | undefined {
    const payload = this.#unseal('refresh', REFRESH_PREFIX, token);
    if (!payload) return undefined;
    return payload.generation === this.#generation ? payload : false;
  }

  expireAccess(): void {
    this.#epoch += 1;
  }

  revokeAll(): void {
    this.#generation += 1;
    this.#epoch += 1;
  }

  #seal(purpose: string, scopes: readonly string[], expiresAtMs: number, nonce: string): string {
    const payload = { generation: this.#generation, epoch: this.#epoch, scopes, expiresAtMs, nonce };
    return seal(purpose, Buffer.from(JSON.stringify(payload)));
  }

  #unseal(purpose: string, prefix: string, token: string): z.infer<typeof payloadSchema> | undefined {
    const bytes = token.startsWith(prefix) ? unseal(purpose, token.slice(prefix.length)) : undefined;
    return bytes && payloadSchema.parse(JSON.parse(bytes.toString()));
  }
}
