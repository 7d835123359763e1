import { randomUUID } from 'node:crypto';
import {
  chmod,
  chown,
  constants,
  copyFile,
  link,
  lstat,
  open,
  readFile,
  realpath,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { systemErrorCode, systemErrorText } from '../system-error.js';
import { AppError } from '../errors.js';
import { makeFolder } from './data-dir.js';

/** Only its owner may read it: a configuration holds secrets. */
const PRIVATE = 0o600;
const BOM = '\uFEFF';

/**
 * Writes what `edit` makes of a configuration file's text, whole or not at all, with the mode and owner it had.
 *
 * A file that is absent counts as empty and is made for its owner alone; of a symbolic link the target is written.
 * Throws CONFIG_INVALID if it cannot be read or written, or if it was changed by somebody else meanwhile.
 */
export async function editFile(path: string, edit: (text: string) => Promise<string> | string): Promise<void> {
  const target = await targetOf(path);
  const before = await readText(target);
  const [mark, text = ''] = before?.startsWith(BOM) === true ? [BOM, before.slice(1)] : ['', before];
  const after = mark + (await edit(text));
  if ((await readText(target)) !== before) {
    const advice = 'nothing was written; run the command again';
    throw new AppError('CONFIG_INVALID', `${path} was changed meanwhile`, { advice });
  }
  await written(path, async () => {
    await makeFolder(dirname(target));
    const draft = await draftOf(target, after);
    try {
      if (before !== undefined) await keepOwner(target, draft);
      await rename(draft, target);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  });
}

/** Writes a file that must not be there yet, whole or not at all, for its owner alone. Throws CONFIG_INVALID. */
export async function createFile(path: string, text: string): Promise<void> {
  await written(path, async () => {
    await makeFolder(dirname(path));
    const draft = await draftOf(path, text);
    try {
      // Unlike a renaming, a link never takes the place of a file that has come meanwhile.
      await link(draft, path).catch((error: unknown) => {
        if (systemErrorCode(error) === 'EEXIST') throw isThere(path, error);
        // A file system without links.
        return copyFile(draft, path, constants.COPYFILE_EXCL);
      });
    } finally {
      await rm(draft, { force: true });
    }
  });
}

/** The text of a file; undefined if there is none. Throws CONFIG_INVALID if it cannot be read, or is no UTF-8. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    const why = error instanceof TypeError ? 'it is no UTF-8' : systemErrorText(error);
    throw new AppError('CONFIG_INVALID', `cannot read ${path} (${why})`, {
      cause: error,
      advice: 'name a file of JSON that you may read',
    });
  }
}

async function targetOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const isDangling = await lstat(path).then(
      () => true,
      () => false,
    );
    if (systemErrorCode(error) === 'ENOENT' && !isDangling) return path;
    throw new AppError('CONFIG_INVALID', `cannot follow ${path} (${systemErrorText(error)})`, {
      cause: error,
      advice: 'name a file that you may read, or mend the link',
    });
  }
}

async function draftOf(path: string, text: string): Promise<string> {
  const draft = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  const file = await open(draft, 'wx', PRIVATE);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  return draft;
}

async function keepOwner(target: string, draft: string): Promise<void> {
  const [was, is] = [await stat(target), await stat(draft)];
  if (was.uid !== is.uid || was.gid !== is.gid) await chown(draft, was.uid, was.gid);
  // After the owner, whose change takes bits away.
  await chmod(draft, was.mode & 0o7777);
}

function isThere(path: string, cause: unknown): AppError {
  const advice = 'name another file, or move this one away';
  return new AppError('CONFIG_INVALID', `cannot write ${path} (it is there already)`, { cause, advice });
}

async function written(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('CONFIG_INVALID', `cannot write ${path} (${systemErrorText(error)})`, {
      cause: error,
      advice: 'name a file in a folder that you may write to',
    });
  }
}
