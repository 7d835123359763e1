import { createHmac } from 'node:crypto';

/**
 * Fixed on purpose: what one run hands out (tokens, base URLs, page tokens) is good in the next one, as with Google.
 * It keeps nothing secret.
 */
const KEY = 'photodav emulator';
const MAC_BYTES = 32;

/** A string of `[A-Za-z0-9_-]` that carries the payload; `purpose` keeps one kind of string from passing as another. */
export function seal(purpose: string, payload: Buffer): string {
  return Buffer.concat([payload, mac(purpose, payload)]).toString('base64url');
}

/** The payload of a string that `seal` made for the same purpose, else undefined. */
export function unseal(purpose: string, text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length < MAC_BYTES || bytes.toString('base64url') !== text) return undefined;
  const payload = bytes.subarray(0, -MAC_BYTES);
  return mac(purpose, payload).equals(bytes.subarray(-MAC_BYTES)) ? payload : undefined;
}

function mac(purpose: string, payload: Buffer): Buffer {
  return createHmac('sha256', KEY).update(`${purpose}\n`).update(payload).digest();
}
