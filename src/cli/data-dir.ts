import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemErrorCode, systemErrorText } from '../system-error.js';
import { AppError } from '../errors.js';

const ADVICE = 'name a folder that you may write to with --data-dir';

/**
 * Makes the folder for data, readable by its owner alone, and tries to write there.
 *
 * Throws CONFIG_INVALID if that fails: better at the start than at the first listing.
 */
export async function ensureWritable(
  folder: string,
  advice = `${ADVICE}, or choose --catalog-store memory`,
): Promise<void> {
  const probe = join(folder, `.probe-${process.pid}`);
  try {
    await makeFolder(folder);
    // What stands there is of a process that was killed, or leads elsewhere.
    await rm(probe, { force: true });
    await writeFile(probe, '', { flag: 'wx' });
    await rm(probe);
  } catch (error) {
    const isTaken = (await stat(folder).catch(() => undefined))?.isDirectory() === false;
    const fault = isTaken ? `${folder} is no folder` : `cannot write to ${folder} (${systemErrorText(error)})`;
    throw new AppError('CONFIG_INVALID', `dataDir: ${fault}`, {
      cause: error,
      advice,
    });
  }
}

/** The same for what is kept there whatever the catalog does. */
export async function ensureKept(folder: string): Promise<void> {
  await ensureWritable(folder, ADVICE);
}

/**
 * Makes the folder and those above it that are absent.
 *
 * Not `mkdir` with `recursive`: that one never ends below a folder such as /proc, which is there and answers ENOENT
 * (Node 20).
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if (await isFolder(folder)) return;
    const parent = dirname(folder);
    if (systemErrorCode(error) !== 'ENOENT' || parent === folder || (await isFolder(parent))) throw error;
    await makeFolder(parent);
    await makeFolder(folder);
  }
}

async function isFolder(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  return stats?.isDirectory() ?? false;
}
