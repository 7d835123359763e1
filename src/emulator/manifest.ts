import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** A library folder that cannot be served; the message names the folder or the entry. */
export class SeedError extends Error {
  override readonly name = 'SeedError';
}

export const MANIFEST_NAME = 'library.json';

const manifestSchema = z.strictObject({
  /** Folder → title, for titles that no file system carries. */
  albumTitles: z.record(z.string(), z.string()).default({}),
  /** Path → file name, likewise. */
  filenames: z.record(z.string(), z.string()).default({}),
  favorites: z.array(z.string()).default([]),
  archived: z.array(z.string()).default([]),
  /** Album title → further items of it; the album is made if no folder has the title. */
  alsoIn: z.record(z.string(), z.array(z.string())).default({}),
});

/** What the folder itself cannot say. Paths are relative to the folder, with `/`. */
export type Manifest = z.infer<typeof manifestSchema>;

/** Reads `library.json` of the folder, if there is one; throws SeedError if it is malformed. */
export async function readManifest(folder: string): Promise<Manifest> {
  let text: string;
  try {
    text = await readFile(join(folder, MANIFEST_NAME), 'utf8');
  } catch {
    return manifestSchema.parse({});
  }
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : 'it is not JSON';
    throw new SeedError(`${MANIFEST_NAME} cannot be read: ${reason}`);
  }
}

/** Throws SeedError if the manifest names a folder or a file that is not in the library. */
export function checkManifest(manifest: Manifest, folders: ReadonlySet<string>, paths: ReadonlySet<string>): void {
  const { albumTitles, filenames, favorites, archived, alsoIn } = manifest;
  const named = [...Object.keys(filenames), ...favorites, ...archived, ...Object.values(alsoIn).flat()];
  const missing = named.find((path) => !paths.has(path)) ?? Object.keys(albumTitles).find((each) => !folders.has(each));
  if (missing !== undefined) throw new SeedError(`${MANIFEST_NAME} names what is not in the library: ${missing}`);
}
