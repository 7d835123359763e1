import { hash } from 'node:crypto';
import type { MediaItem } from '../../model.js';

/** What stands for an item on disk and in the log, 128 bits: nobody learns an id from it. */
export function spoolKey(namespace: string, { id, version = '' }: MediaItem): string {
  return hash('sha256', JSON.stringify([namespace, id, version]), 'hex').slice(0, 32);
}

/** Enough of a key to follow an item through the log. */
export function nick(key: string): string {
  return key.slice(0, 8);
}
