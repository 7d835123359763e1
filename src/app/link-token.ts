import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock.js';
import type { Config } from '../config/schema.js';
import { AppError } from '../errors.js';
import type { Log } from '../log.js';
import { readPrivate } from '../private-file.js';

export interface LinkTokenParts {
  readonly clock: Clock;
  readonly log: Log;
}

const FILE = 'link-token';
const BYTES = 32;
/** For its owner alone. */
const FILE_MODE = 0o600;
/** As long as one that is made; a shorter one has been cut. */
const WHOLE = /^[\w.~+/=-]{43,}$/;
/** How long another start may take from making the file to having written it. */
const PATIENCE_MS = 2_000;
const LOOK_MS = 50;

/**
 * The secret that links are signed with and workers sign in with: the configuration's, else the one in the data folder,
 * made at the first start. Throws CONFIG_INVALID if that cannot be kept.
 */
export async function readLinkToken(
  { delivery, dataDir, catalog }: Config,
  { clock, log }: LinkTokenParts,
): Promise<string> {
  if (delivery.linkToken !== undefined) return delivery.linkToken;
  const made = randomBytes(BYTES).toString('base64url');
  // Nobody needs it then: the configuration has one where there is a worker.
  if (catalog.store === 'memory') return made;
  const path = join(dataDir, FILE);
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await writeNew(path, made);
    return made;
  } catch (cause) {
    const kept = await readKept(path, clock);
    if (kept !== undefined) {
      await makePrivate(path, log);
      return kept;
    }
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

/** Leaves no file behind that it could not fill; throws if there is one. */
async function writeNew(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', FILE_MODE);
  try {
    await file.writeFile(text);
    await file.sync();
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

/** Undefined if there is none that can be read whole. */
async function readKept(path: string, clock: Clock): Promise<string | undefined> {
  for (let waitedMs = 0; waitedMs <= PATIENCE_MS; waitedMs += LOOK_MS) {
    const text = await readPrivate(path).catch(() => undefined);
    if (text === undefined) return undefined;
    if (WHOLE.test(text.trim())) return text.trim();
    await clock.sleep(LOOK_MS);
  }
  return undefined;
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
