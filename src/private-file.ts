import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { lock, type LockOptions } from 'proper-lockfile';
import { systemErrorCode } from './system-error.js';

/** For its owner alone. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
/** A lock that nobody has renewed for so long is that of a process which is gone. */
const STALE_MS = 10_000;
/** A file that is being written; one of so long ago was left by a process that was killed. */
const DRAFT = /\.[0-9a-f]{12}\.part$/;
const OLD_DRAFT_MS = 60_000;
const RETRIES = { forever: true, minTimeout: 50, maxTimeout: 500, factor: 1.5 };

/**
 * Writes a file that only its owner may read, whole or not at all, also if the machine stops meanwhile. Its folder is made.
 * Rejects with what the system says, and leaves nothing behind then.
 */
export async function writePrivate(path: string, content: string | Uint8Array): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  const draft = `${path}.${randomBytes(6).toString('hex')}.part`;
  try {
    const file = await open(draft, 'wx', FILE_MODE);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

/** The text of a file; undefined if there is none. Rejects with what the system says. */
export async function readPrivate(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The names in a folder; none if there is no such folder. Rejects with what the system says. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/**
 * Acts while no other process on this machine does under the same lock, which is a folder beside the file that `path` names.
 * A lock left by a process that is gone is taken over after ten seconds.
 */
export async function withLock<T>(path: string, act: () => Promise<T>): Promise<T> {
  // Without a listener a lock that was taken over, such as after the machine has slept, would end the process.
  const release = await locked(path, { retries: RETRIES, onCompromised: () => undefined });
  return underLock(release, async () => {
    await removeDrafts(path);
    return act();
  });
}

/**
 * As `withLock`, but for long work, and not at all while another process is at it: false then. The signal is aborted if the
 * lock was lost meanwhile.
 */
export async function ifUnlocked(path: string, act: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
  const losing = new AbortController();
  const release = await locked(path, { onCompromised: (error) => losing.abort(error) }).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ELOCKED') return undefined;
    throw error;
  });
  if (!release) return false;
  await underLock(release, () => act(losing.signal));
  return true;
}

type Release = () => Promise<void>;

async function locked(path: string, options: Pick<LockOptions, 'retries' | 'onCompromised'>): Promise<Release> {
  await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE });
  return lock(path, { realpath: false, stale: STALE_MS, ...options });
}

async function underLock<T>(release: Release, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } finally {
    // One that was taken over is no longer ours to give back.
    await release().catch(() => undefined);
  }
}

/** Nobody else writes the file under its lock: a draft of it was left behind, and so was one of another that is old. */
async function removeDrafts(path: string): Promise<void> {
  const folder = dirname(path);
  for (const name of (await readdir(folder)).filter((each) => DRAFT.test(each))) {
    const draft = join(folder, name);
    const isOurs = name.startsWith(`${basename(path)}.`);
    const ageMs = async (): Promise<number> => Date.now() - ((await stat(draft).catch(() => undefined))?.mtimeMs ?? 0);
    if (isOurs || (await ageMs()) > OLD_DRAFT_MS) await rm(draft, { force: true });
  }
}

/** Or a crash could undo the renaming; some systems cannot do that for folders. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
