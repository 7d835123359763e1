import { createHash } from 'node:crypto';

/** 32 hexadecimal digits that stand for a text, as a name that tells nothing of it and leads out of no folder. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
