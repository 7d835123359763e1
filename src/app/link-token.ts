import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/schema.js';
import { AppError } from '../errors.js';

const FILE = 'link-token';
const BYTES = 32;

/**
 * The secret that links are signed with and workers sign in with: the configuration's, else the one in the data folder,
 * made at the first start. Throws CONFIG_INVALID if that cannot be kept.
 */
export async function readLinkToken({ delivery, dataDir, catalog }: Config): Promise<string> {
  if (delivery.linkToken !== undefined) return delivery.linkToken;
  const made = randomBytes(BYTES).toString('base64url');
  // Who asks for nothing to be stored has links that end with the program.
  if (catalog.store === 'memory') return made;
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await writeFile(join(dataDir, FILE), made, { flag: 'wx', mode: 0o600, flush: true });
    return made;
  } catch (cause) {
    const kept = await readFile(join(dataDir, FILE), 'utf8').catch(() => '');
    if (kept.trim().length >= BYTES) return kept.trim();
    throw new AppError(
      'CONFIG_INVALID',
      `the file ${FILE} in the data folder cannot be read, written, or is cut short`,
      {
        cause,
        advice: 'remove it, so that a new one is made, or set PHOTODAV_DELIVERY_LINK_TOKEN',
      },
    );
  }
}
