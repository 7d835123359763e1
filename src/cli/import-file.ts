import { open, type FileHandle } from 'node:fs/promises';
import { systemErrorText } from '../system-error.js';
import { AppError } from '../errors.js';

/** A backup of AList's with all its storages is far smaller. */
const MAX_BYTES = 4 * 1024 * 1024;
/** Bits of a mode that let others in. */
const FOR_OTHERS = 0o077;

const NAME_ADVICE = 'name a file that you may read, or - for standard input';

export interface FileToImport {
  readonly bytes: Buffer;
  /** True if other users of this machine may read it. */
  readonly isOpenToOthers: boolean;
}

/** The file, or standard input for `-`. Throws CONFIG_INVALID if it cannot be read, or is far too large. */
export async function readFileToImport(path: string): Promise<FileToImport> {
  if (path === '-') return { bytes: await readAll(process.stdin), isOpenToOthers: false };
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const { mode } = await file.stat();
    const bytes = await readAll(file.createReadStream({ autoClose: false }));
    return { bytes, isOpenToOthers: process.platform !== 'win32' && (mode & FOR_OTHERS) !== 0 };
  } catch (error) {
    if (error instanceof AppError) throw error;
    const message = `cannot read ${path} (${systemErrorText(error)})`;
    throw new AppError('CONFIG_INVALID', message, { cause: error, advice: NAME_ADVICE });
  } finally {
    await file?.close();
  }
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    size += chunk.length;
    if (size <= MAX_BYTES) continue;
    throw new AppError('CONFIG_INVALID', `cannot import more than ${MAX_BYTES / 1024 / 1024} MiB`, {
      advice: 'import the token, the section or the backup alone; photos and archives of them hold no sign-in',
    });
  }
  return Buffer.concat(chunks);
}
