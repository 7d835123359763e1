import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Issued } from './issued.js';
import { seal, unseal } from './signed.js';

const ACCESS_PREFIX = 'ya29.a0';
const REFRESH_PREFIX = '1//0';
/** As Google gives it; the token lives as long. */
export const ACCESS_LIFETIME_SECONDS = 3599;

const payloadSchema = z.object({
  clientId: z.string(),
  generation: z.number(),
  epoch: z.number(),
  scopes: z.array(z.string()),
  expiresAtMs: z.number(),
});

export interface Grant {
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Of the token; 0 for a refresh token that lives until it is revoked. */
  readonly expiresAtMs: number;
}

/** Access and refresh tokens, opaque to the client; the tokens themselves carry the grant, signed. */
export class Tokens {
  /** By client. */
  readonly #generations = new Map<string, number>();
  #epoch = 0;

  constructor(
    private readonly now: () => number,
    private readonly issued: Issued,
  ) {}

  /** Rises when the user takes the client's access back: consent before that counts no more. */
  generation(clientId: string): number {
    return this.#generations.get(clientId) ?? 0;
  }

  issueAccess({ clientId, scopes }: Omit<Grant, 'expiresAtMs'>): string {
    const expiresAtMs = this.now() + ACCESS_LIFETIME_SECONDS * 1000;
    return this.issued.note(ACCESS_PREFIX + this.#seal('access', { clientId, scopes, expiresAtMs }, makeNonce()));
  }

  /** The same `nonce` gives the same token, in another run too. */
  issueRefresh(grant: Grant, nonce = makeNonce()): string {
    return this.issued.note(REFRESH_PREFIX + this.#seal('refresh', grant, nonce));
  }

  /** What a live access token grants, else undefined. */
  access(token: string): Grant | undefined {
    const payload = this.#unseal('access', ACCESS_PREFIX, token);
    if (payload?.epoch !== this.#epoch || payload.generation !== this.generation(payload.clientId)) return undefined;
    return payload.expiresAtMs > this.now() ? payload : undefined;
  }

  /** What a live refresh token grants; `false` if it was one once, undefined if it never was. */
  refresh(token: string): Grant | false | undefined {
    const payload = this.#unseal('refresh', REFRESH_PREFIX, token);
    if (!payload) return undefined;
    const hasEnded = payload.expiresAtMs !== 0 && payload.expiresAtMs <= this.now();
    return payload.generation === this.generation(payload.clientId) && !hasEnded ? payload : false;
  }

  expireAccess(): void {
    this.#epoch += 1;
  }

  revoke(clientId: string): void {
    this.#generations.set(clientId, this.generation(clientId) + 1);
  }

  #seal(purpose: string, grant: Grant, nonce: string): string {
    const payload = { ...grant, generation: this.generation(grant.clientId), epoch: this.#epoch, nonce };
    return seal(purpose, Buffer.from(JSON.stringify(payload)));
  }

  #unseal(purpose: string, prefix: string, token: string): z.infer<typeof payloadSchema> | undefined {
    const bytes = token.startsWith(prefix) ? unseal(purpose, token.slice(prefix.length)) : undefined;
    return bytes && payloadSchema.safeParse(JSON.parse(bytes.toString())).data;
  }
}

function makeNonce(): string {
  return randomBytes(6).toString('hex');
}
