import { createHash, randomBytes } from 'node:crypto';
import { oauthError } from './google-errors.js';
import type { Issued } from './issued.js';

const LIFETIME_MS = 600_000;
const MAX_CODES = 1000;

/** What the user consented to, until the client exchanges it. */
export interface Code {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly challenge: string | null;
  readonly challengeMethod: string;
  /** True if a refresh token comes with it. */
  readonly isOffline: boolean;
  /** True if the app was in Testing at the consent: that refresh token ends in a week. */
  readonly isTesting: boolean;
}

/** Authorization codes: good once, and for ten minutes. */
export class Codes {
  readonly #codes = new Map<string, { readonly code: Code; readonly endsAtMs: number }>();

  constructor(
    private readonly now: () => number,
    private readonly issued: Issued,
  ) {}

  issue(code: Code): string {
    const text = this.issued.note(`4/0A${randomBytes(48).toString('base64url')}`);
    this.#codes.set(text, { code, endsAtMs: this.now() + LIFETIME_MS });
    const [oldest] = this.#codes.keys();
    if (this.#codes.size > MAX_CODES && oldest !== undefined) this.#codes.delete(oldest);
    return text;
  }

  /** Throws GoogleError 400 for one that is not good any more, and where the request does not fit to it. */
  take(text: string, clientId: string, redirectUri: string | null, verifier: string | null): Code {
    const found = this.#codes.get(text);
    this.#codes.delete(text);
    if (!found || found.endsAtMs <= this.now()) throw oauthError(400, 'invalid_grant', 'Malformed auth code.');
    const { code } = found;
    if (code.clientId !== clientId) throw oauthError(400, 'invalid_grant', 'Bad Request');
    if (code.redirectUri !== redirectUri) throw oauthError(400, 'redirect_uri_mismatch', 'Bad Request');
    checkVerifier(code, verifier);
    return code;
  }
}

/** PKCE (RFC 7636 §4.6). */
function checkVerifier({ challenge, challengeMethod }: Code, verifier: string | null): void {
  if (challenge === null) return;
  if (verifier === null) throw oauthError(400, 'invalid_grant', 'Missing code verifier.');
  const made = challengeMethod === 'S256' ? createHash('sha256').update(verifier).digest('base64url') : verifier;
  if (made !== challenge) throw oauthError(400, 'invalid_grant', 'Invalid code verifier.');
}
