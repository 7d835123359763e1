import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A place where the authority's certificate cannot be written; the message names it. */
export class CaFileError extends Error {
  override readonly name = 'CaFileError';
}

export interface CaFile {
  readonly path: string;
  /** Takes it away again, unless the place was chosen by somebody. */
  remove(): Promise<void>;
}

/**
 * Writes the certificate into a folder of its own, or to the path that was asked for.
 *
 * Throws CaFileError for a path that cannot be written, or that holds something else than a certificate.
 */
export async function writeCaFile(pem: string, asked?: string): Promise<CaFile> {
  if (asked !== undefined) {
    await replaceCertificate(asked, pem);
    return { path: resolve(asked), remove: () => Promise.resolve() };
  }
  const folder = await mkdtemp(join(tmpdir(), 'photodav-emulator-'));
  const path = join(folder, 'ca.pem');
  await writeFile(path, pem, { mode: 0o600 });
  return { path, remove: () => rm(folder, { recursive: true, force: true }) };
}

async function replaceCertificate(path: string, pem: string): Promise<void> {
  try {
    const before = await readIfThere(path);
    if (before !== undefined && before !== '' && !before.startsWith('-----BEGIN CERTIFICATE-----')) {
      throw new CaFileError(`${path} is there already and holds no certificate`);
    }
    await writeFile(path, pem, { mode: 0o600 });
  } catch (error) {
    if (error instanceof CaFileError) throw error;
    throw new CaFileError(`the certificate cannot be written to ${path}`, { cause: error });
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
