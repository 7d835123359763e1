import { randomBytes } from 'node:crypto';
import { chmod, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/schema.js';
import { AppError } from '../errors.js';
import type { Log } from '../log.js';
import { readPrivate, withLock, writePrivate } from '../private-file.js';
import { systemErrorCode } from '../system-error.js';

const FILE = 'link-token';
const BYTES = 32;
/** For its owner alone. */
const FILE_MODE = 0o600;
/** As long as one that is made; a shorter one has been cut. */
const WHOLE = /^[\w.~+/=-]{43,}$/;

/**
 * The secret that links are signed with and workers sign in with: the configuration's, else the one in the data folder,
 * made at the first start. Throws CONFIG_INVALID if that cannot be kept.
 */
export async function readLinkToken({ delivery, dataDir, catalog }: Config, log: Log): Promise<string> {
  if (delivery.linkToken !== undefined) return delivery.linkToken;
  // Nobody needs it then: the configuration has one where there is a worker.
  if (catalog.store === 'memory') return newToken();
  const path = join(dataDir, FILE);
  const token = await kept(path).catch((error: unknown) => {
    throw unusable(error);
  });
  if (!WHOLE.test(token)) throw unusable();
  await makePrivate(path, log);
  return token;
}

/** As the server has it; undefined before its first start, and if it cannot be read. Nothing is made. */
export async function knownLinkToken({ delivery, dataDir }: Config): Promise<string | undefined> {
  if (delivery.linkToken !== undefined) return delivery.linkToken;
  const text = (await readPrivate(join(dataDir, FILE)).catch(() => undefined)) ?? '';
  return text.trim() === '' ? undefined : text.trim();
}

function newToken(): string {
  return randomBytes(BYTES).toString('base64url');
}

/** As it is in the file, which is made where there is none: once, however many start at the same time. */
async function kept(path: string): Promise<string> {
  const there = await readPrivate(path);
  if (there !== undefined) return there.trim();
  return withLock(path, async () => {
    const madeMeanwhile = await readPrivate(path);
    if (madeMeanwhile !== undefined) return madeMeanwhile.trim();
    const made = newToken();
    await writePrivate(path, made);
    return made;
  });
}

/** A copy, or an editor, may have let others read it. */
async function makePrivate(path: string, log: Log): Promise<void> {
  try {
    const { mode } = await stat(path);
    if ((mode & 0o777 & ~FILE_MODE) !== 0) await chmod(path, FILE_MODE);
  } catch (error) {
    log.warn(
      { err: error },
      `the file ${FILE} in the data folder may be read by others, and that cannot be changed; who reads it can make links`,
    );
  }
}

/** For what the system says, or for what stands in the file where it says nothing. */
function unusable(cause?: unknown): AppError {
  const file = `the file ${FILE} in the data folder`;
  const otherwise = 'or set PHOTODAV_DELIVERY_LINK_TOKEN';
  return cause === undefined
    ? new AppError('CONFIG_INVALID', `${file} is cut short, or is none`, {
        advice: `remove it, so that a new one is made, ${otherwise}`,
      })
    : new AppError('CONFIG_INVALID', `${file} cannot be read or written (${systemErrorCode(cause)})`, {
        cause,
        advice: `see that photodav may read and write it, and that the disk is not full, ${otherwise}`,
      });
}
