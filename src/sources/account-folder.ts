import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { SignInKey } from '../google/sign-ins.js';

/** What one account has below a folder of the data folder; `label` tells where its Google is (`GoogleAddresses.label`). */
export function accountFolder(folder: string, label: string, { clientId, account }: SignInKey): string {
  return join(folder, digest(JSON.stringify([label, clientId, account])));
}

/** 32 hexadecimal digits that stand for an id in a file's name: nothing in it leads out of the folder. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
