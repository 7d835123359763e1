import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorCode } from '../config/system-error.js';
import { AppError } from '../errors.js';

/**
 * Makes the folder for data, readable by its owner alone, and tries to write there.
 *
 * Throws CONFIG_INVALID if that fails: better at the start than at the first listing.
 */
export async function ensureWritable(folder: string): Promise<void> {
  const probe = join(folder, `.probe-${process.pid}`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(probe, '');
    await rm(probe);
  } catch (error) {
    throw new AppError('CONFIG_INVALID', `dataDir: cannot write to ${folder} (${systemErrorCode(error)})`, {
      cause: error,
      advice: 'name a folder that you may write to with --data-dir, or choose --catalog-store memory',
    });
  }
}
