import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import { systemErrorCode } from './system-error.js';

/** For its owner alone. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
/** A lock that nobody has renewed for so long is that of a process which is gone. */
const STALE_MS = 10_000;
/** A file that is being written; one of so long ago was left by a process that was killed. */
const DRAFT = /\.[0-9a-f]{12}\.part$/;
const OLD_DRAFT_MS = 60_000;
/** A pick of 100,000 items has less. */
const MAX_BYTES = 32 * 2 ** 20;
const FIRST_WAIT_MS = 50;
/** Whoever waits longer for a lock is told why. */
const TOLD_AFTER_MS = 1_000;
const LONGEST_WAIT_MS = 500;

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

/**
 * The text of a file; undefined if there is none, and empty if what stands there is no file or too large to be one of ours.
 * Rejects with what the system says.
 */
export async function readPrivate(path: string): Promise<string | undefined> {
  try {
    // A pipe would be waited for, and a device has no end.
    return (await isPlainFile(path)) ? await readFile(path, 'utf8') : '';
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** True for a file, or a link to one, of a size that ours can have. Rejects with what the system says. */
async function isPlainFile(path: string): Promise<boolean> {
  const stats = await stat(path);
  return stats.isFile() && stats.size <= MAX_BYTES;
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

/** What to say while a lock is waited for. */
export const WAITING_FOR_LOCK =
  'waiting for another photodav, or another mount, that is at the same; one that was killed is waited for ten seconds';

/**
 * Acts while no other process on this machine does under the same lock, which is a folder beside the file that `path` names.
 * A lock left by a process that is gone is taken over after ten seconds; `onWaiting` is called once a second has gone by
 * without it. Rejects with what the system says where no lock can be made.
 */
export async function withLock<T>(
  path: string,
  act: () => Promise<T>,
  onWaiting: () => void = () => undefined,
): Promise<T> {
  const release = await locked(path, onWaiting);
  return underLock(release, async () => {
    await removeDrafts(path);
    return act();
  });
}

/**
 * Replaces what a file holds by what `change` makes of it, under the file's lock; undefined removes the file, and the same
 * again leaves it alone. The result is given. Rejects with what `read` and `change` reject with, or what the system says.
 */
export async function updatePrivate<T extends object>(
  path: string,
  {
    read,
    change,
    textOf,
    onWaiting,
  }: {
    readonly read: () => Promise<T | undefined>;
    readonly change: (value: T | undefined) => Promise<T | undefined> | T | undefined;
    readonly textOf: (value: T) => string;
    /** As of `withLock`. */
    readonly onWaiting: () => void;
  },
): Promise<T | undefined> {
  const replace = async (): Promise<T | undefined> => {
    const before = await read();
    const after = await change(before);
    if (after === undefined) await rm(path, { force: true });
    else if (after !== before) await writePrivate(path, textOf(after));
    return after;
  };
  return withLock(path, replace, onWaiting);
}

/**
 * As `withLock`, but for long work, and not at all while another process is at it: false then. The signal is aborted if the
 * lock was lost meanwhile.
 */
export async function ifUnlocked(path: string, act: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
  const losing = new AbortController();
  const release = await tryLock(path, (error) => losing.abort(error));
  if (!release) return false;
  await underLock(release, () => act(losing.signal));
  return true;
}

type Release = () => Promise<void>;

async function locked(path: string, onWaiting: () => void): Promise<Release> {
  const timer = setTimeout(onWaiting, TOLD_AFTER_MS);
  try {
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 1.5, LONGEST_WAIT_MS)) {
      // Without a listener a lock that was taken over, such as after the machine has slept, would end the process.
      const release = await tryLock(path, () => undefined);
      if (release) return release;
      await delay(waitMs);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Undefined while another holds it. */
async function tryLock(path: string, onCompromised: (error: Error) => void): Promise<Release | undefined> {
  await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE });
  try {
    // It would try again by itself whatever is wrong, a full disk or a folder that is closed to us too.
    return await lock(path, { realpath: false, stale: STALE_MS, onCompromised });
  } catch (error) {
    if (systemErrorCode(error) !== 'ELOCKED') throw error;
    await ageLock(`${path}.lock`);
    return undefined;
  }
}

/** A lock from the future was renewed before the clock was put back; of a process that is gone, it would hold until then. */
async function ageLock(lockFolder: string): Promise<void> {
  const renewedAtMs = (await stat(lockFolder).catch(() => undefined))?.mtimeMs ?? 0;
  const now = new Date();
  // Whoever holds it gives it back meanwhile.
  if (renewedAtMs > now.getTime() + STALE_MS) await utimes(lockFolder, now, now).catch(() => undefined);
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
  for (const name of (await readdir(folder)).filter(isDraft)) {
    const draft = join(folder, name);
    const isOurs = name.startsWith(`${basename(path)}.`);
    const ageMs = async (): Promise<number> => Date.now() - ((await stat(draft).catch(() => undefined))?.mtimeMs ?? 0);
    // One that cannot be removed, such as a folder, is none of ours.
    if (isOurs || (await ageMs()) > OLD_DRAFT_MS) await rm(draft, { force: true }).catch(() => undefined);
  }
}

/** True for the name of a file that `writePrivate` was writing. */
export function isDraft(name: string): boolean {
  return DRAFT.test(name);
}

/** Or a crash could undo the renaming; some systems cannot do that for folders. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
