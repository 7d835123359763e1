import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';

/** The longest password there may be, in UTF-8 and as it was typed: measured before anything is made of it. */
export const MAX_PASSWORD_BYTES = 1024;

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** log2 of N; with r it comes to 32 MiB a run. */
const LOG_N = 15;
const BLOCK_SIZE = 8;
const PARALLELISM = 1;
const SALT_BYTES = 16;
const KEY_BYTES = 32;
/** N·r·p of the dearest hash that is computed: 128 MiB, about half a second. */
const MAX_COST = 2 ** 20;
/** Node's own limit falls just short of 32 MiB; this is twice what the dearest hash needs. */
const MAX_MEMORY_BYTES = 2 * 128 * MAX_COST;

const PHC = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z\d+/]{11,86})\$([A-Za-z\d+/]{43})$/;

/**
 * A salted hash to store: scrypt as a PHC string, `$scrypt$ln=15,r=8,p=1$<salt>$<hash>`.
 *
 * Throws RangeError for a password of more than `MAX_PASSWORD_BYTES`, with which nobody could sign in.
 */
export async function hashPassword(password: string): Promise<string> {
  if (isTooLong(password)) throw new RangeError(`a password has at most ${MAX_PASSWORD_BYTES} bytes`);
  const salt = randomBytes(SALT_BYTES);
  return toPhc(salt, await deriveKey(password, salt, LOG_N, BLOCK_SIZE, PARALLELISM));
}

/**
 * True if `hash` was made of this password, in whatever Unicode form either was typed.
 *
 * False at once for what is no such hash, or one so dear that computing it would harm the server, and for a password that
 * is too long to have one.
 */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const [whole, logN, r, p, salt = '', key = ''] = PHC.exec(hash) ?? [];
  const cost = [Number(logN), Number(r), Number(p)] as const;
  if (whole === undefined || !isBearable(...cost) || isTooLong(password)) return false;
  const actual = await deriveKey(password, Buffer.from(salt, 'base64'), ...cost);
  return timingSafeEqual(actual, Buffer.from(key, 'base64'));
}

/** A hash that no password has, and that takes as long to verify as any other. */
export function unmatchableHash(): string {
  return toPhc(randomBytes(SALT_BYTES), randomBytes(KEY_BYTES));
}

/** True for parameters that scrypt allows (RFC 7914 §2) and this server can afford. */
function isBearable(logN: number, r: number, p: number): boolean {
  return logN >= 1 && logN < 16 * r && p >= 1 && 2 ** logN * r * p <= MAX_COST;
}

function isTooLong(password: string): boolean {
  return Buffer.byteLength(password) > MAX_PASSWORD_BYTES;
}

function deriveKey(password: string, salt: Buffer, logN: number, r: number, p: number): Promise<Buffer> {
  return derive(password.normalize('NFC'), salt, KEY_BYTES, { N: 2 ** logN, r, p, maxmem: MAX_MEMORY_BYTES });
}

function toPhc(salt: Buffer, key: Buffer): string {
  const [saltText, keyText] = [salt, key].map((bytes) => bytes.toString('base64').replace(/=+$/, ''));
  return `$scrypt$ln=${LOG_N},r=${BLOCK_SIZE},p=${PARALLELISM}$${saltText}$${keyText}`;
}
