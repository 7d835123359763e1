import { scryptSync } from 'node:crypto';
import type { User } from '../../src/http/sign-in.js';

/** A user whose hash costs nothing to make or to verify. */
export function makeUser(name: string, password: string, mounts?: readonly string[]): User {
  return { name, passwordHash: cheapHash(password), access: 'read', ...(mounts ? { mounts } : {}) };
}

/** What `hashPassword` makes, by Node alone and at a cost of one's own. */
export function cheapHash(password: string, { logN = 4, r = 2, p = 1 } = {}): string {
  const salt = Buffer.from('0123456789abcdef');
  const key = scryptSync(password.normalize('NFC'), salt, 32, { N: 2 ** logN, r, p });
  const [saltText, keyText] = [salt, key].map((bytes) => bytes.toString('base64').replaceAll('=', ''));
  return `$scrypt$ln=${logN},r=${r},p=${p}$${saltText}$${keyText}`;
}

/** The Authorization header of Basic. */
export function basic(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}
