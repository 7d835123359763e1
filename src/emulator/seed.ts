import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { captureOfImage, VideoReader } from './capture.js';
import { FolderLibrary, type AlbumSeed, type FolderItem } from './folder-library.js';
import { checkManifest, readManifest, SeedError, type Manifest } from './manifest.js';
import { mediaType } from './media-types.js';

const FILES_AT_ONCE = 8;

interface FoundFile {
  /** Relative to the library's folder, with `/`. */
  readonly path: string;
  readonly mimeType: string;
}

interface Found {
  readonly files: readonly FoundFile[];
  /** Folders that are albums. */
  readonly folders: readonly string[];
}

/**
 * Reads a folder as an account: each sub-folder is an album, files at the top are in none, other files are ignored.
 *
 * With `previous`, what was there before keeps its serial, and what is new counts as added at `nowMs`.
 * Throws SeedError if the folder or its manifest cannot be read.
 */
export async function seedLibrary(folder: string, nowMs: number, previous?: FolderLibrary): Promise<FolderLibrary> {
  const found = await findFiles(folder);
  const manifest = await readManifest(folder);
  checkManifest(manifest, new Set(found.folders), new Set(found.files.map(({ path }) => path)));
  const videos = new VideoReader();
  const items = new Map<string, FolderItem>();
  try {
    for (let at = 0; at < found.files.length; at += FILES_AT_ONCE) {
      const batch = found.files.slice(at, at + FILES_AT_ONCE);
      const read = await Promise.all(
        batch.map((file) =>
          readItem(folder, file, manifest, videos).catch((error: unknown) => {
            throw new SeedError(`the file cannot be read: ${file.path}`, { cause: error });
          }),
        ),
      );
      for (const item of read) if (item) items.set(item.path, item);
    }
  } finally {
    await videos.close();
  }
  return new FolderLibrary([...items.values()], albumSeeds(found, items, manifest), nowMs, previous);
}

async function findFiles(root: string): Promise<Found> {
  const files: FoundFile[] = [];
  const folders: string[] = [];
  const isFolder = (path: string): Promise<boolean> =>
    stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
  const list = (path: string): Promise<string[]> =>
    readdir(path).catch((error: unknown) => {
      throw new SeedError(`the library folder cannot be read: ${path}`, { cause: error });
    });
  for (const name of (await list(root)).sort()) {
    if (!(await isFolder(join(root, name)))) {
      const mimeType = mediaType(name);
      if (mimeType) files.push({ path: name, mimeType });
      continue;
    }
    const members = (await list(join(root, name))).sort();
    const media = members.flatMap((member) => {
      const mimeType = mediaType(member);
      return mimeType ? [{ path: `${name}/${member}`, mimeType }] : [];
    });
    // A folder of other things, such as `.git`, is no album; an empty one is an empty album.
    if (media.length > 0 || members.length === 0) folders.push(name);
    files.push(...media);
  }
  return { files, folders };
}

/** Undefined for what is no file after all, or empty. */
async function readItem(
  folder: string,
  { path, mimeType }: FoundFile,
  manifest: Manifest,
  videos: VideoReader,
): Promise<FolderItem | undefined> {
  const location = join(folder, path);
  const stats = await stat(location).catch((): Stats | undefined => undefined);
  if (!stats?.isFile() || stats.size === 0) return undefined;
  const isVideo = mimeType.startsWith('video/');
  const [content, { fps, ...capture }] = await Promise.all([
    hashFile(location),
    isVideo ? videos.capture(location) : captureOfImage(location, mimeType),
  ]);
  return {
    id: makeId('AH0myBE', 68, `${path}\0${content}`),
    path,
    location,
    filename: manifest.filenames[path] ?? basename(path),
    mimeType,
    takenAtMs: Math.floor(stats.mtimeMs / 1000) * 1000,
    hasDate: capture.takenAtMs !== undefined,
    ...capture,
    sizeBytes: stats.size,
    version: content.slice(0, 8),
    ...(isVideo ? { video: fps === undefined ? {} : { fps } } : {}),
    isFavorite: manifest.favorites.includes(path),
    isArchived: manifest.archived.includes(path),
  };
}

function albumSeeds(found: Found, items: ReadonlyMap<string, FolderItem>, manifest: Manifest): AlbumSeed[] {
  const albums = found.folders.map((folder) => ({
    id: makeId('AGj1epU', 51, `album ${folder}`),
    title: manifest.albumTitles[folder] ?? folder,
    // An album is arranged by time, and what is added later comes last.
    items: [...items.values()]
      .filter(({ path }) => path.startsWith(`${folder}/`))
      .sort((one, other) => one.takenAtMs - other.takenAtMs),
  }));
  for (const [title, paths] of Object.entries(manifest.alsoIn)) {
    let album = albums.find((each) => each.title === title);
    if (!album) {
      album = { id: makeId('AGj1epU', 51, `title ${title}`), title, items: [] };
      albums.push(album);
    }
    album.items.push(...paths.flatMap((path) => items.get(path) ?? []));
  }
  return albums;
}

async function hashFile(location: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(location), hash);
  return hash.digest('hex');
}

function makeId(prefix: string, length: number, of: string): string {
  const bytes = Buffer.concat([createHash('sha512').update(of).digest(), createHash('sha256').update(of).digest()]);
  return prefix + bytes.subarray(0, length).toString('base64url');
}
