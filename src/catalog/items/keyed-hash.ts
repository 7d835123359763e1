import { randomBytes } from 'node:crypto';

/** Of this process alone, so that nobody outside can choose texts that meet in one place of a table. */
const [KEY_0, KEY_1] = [randomBytes(4).readInt32LE(), randomBytes(4).readInt32LE()];
const FINAL_ROUNDS = 3;

/**
 * 32 bits of the text from `start` up to `end`, by HalfSipHash-1-3 (Aumasson and Bernstein; Linux' `hsiphash`) over its
 * UTF-16 code units. Another value in every process.
 */
export function keyedHash(text: string, start = 0, end = text.length): number {
  let v0 = KEY_0;
  let v1 = KEY_1;
  let v2 = 0x6c796765 ^ KEY_0;
  let v3 = 0x74656462 ^ KEY_1;
  const words = (end - start) >> 1;
  for (let step = 0, at = start; step <= words + FINAL_ROUNDS; step++, at += 2) {
    let word = 0;
    if (step < words) word = text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16);
    else if (step === words) word = ((end - start) << 24) | (at < end ? text.charCodeAt(at) : 0);
    else if (step === words + 1) v2 ^= 0xff;
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  return (v1 ^ v3) >>> 0;
}
