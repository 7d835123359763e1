import { createHash, timingSafeEqual } from 'node:crypto';
import type { AppError } from '../../errors.js';
import { refused } from '../../google/auth/oauth-refusal.js';

/** Who answers, where the answer says it (RFC 9207). */
const ISSUER = 'https://accounts.google.com';

/** An answer to this sign-in. */
export type Answer =
  | { readonly kind: 'code'; readonly code: string }
  /** The error is for the person: it says what they can do. */
  | { readonly kind: 'refused'; readonly error: AppError };

/** `foreign` is an answer to another sign-in, or of another server; `none` is none at all. */
export type Found = Answer | { readonly kind: 'foreign' } | { readonly kind: 'none' };

/**
 * What the address says that Google sent the browser to (RFC 6749 §4.1.2); `state` is that of this sign-in. Everything in
 * it is decoded once.
 */
export function readAnswer(query: URLSearchParams, state: string): Found {
  const code = query.get('code');
  const refusal = query.get('error');
  if (!code && !refusal) return { kind: 'none' };
  if (!isSame(query.get('state') ?? '', state)) return { kind: 'foreign' };
  if ((query.get('iss') ?? ISSUER) !== ISSUER) return { kind: 'foreign' };
  if (refusal) return { kind: 'refused', error: refused(refusal, 'code') };
  return code ? { kind: 'code', code } : { kind: 'none' };
}

/** In a time that tells nothing of where they differ. */
function isSame(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
