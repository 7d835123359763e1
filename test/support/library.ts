import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isOnPath, mustRun } from './clients.js';
import { jpeg, png } from './pictures.js';

/** One file of the library, as it lies on disk and as Google is told of it. */
export interface FileFact {
  /** Below the library's folder, slash-separated, portable. */
  readonly path: string;
  /** As the account names it; may hurt. */
  readonly filename: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly takenAt: Date;
}

export interface AlbumFact {
  readonly title: string;
  readonly files: readonly FileFact[];
}

export interface LibraryFacts {
  readonly folder: string;
  readonly files: readonly FileFact[];
  readonly albums: readonly AlbumFact[];
  /** Filenames of the favorites. */
  readonly favorites: readonly string[];
}

export interface LibraryOptions {
  /** `long`: 40 s and over 20 MB each, for seeking (needs ffmpeg, else short); `short`: as the demo has them. */
  readonly videos: 'long' | 'short';
}

/** The album whose names are plain: `IMG_0001.jpg` to `IMG_0012.jpg`, the last one the largest. */
export const PLAIN_ALBUM = 'Summer 2024';

/** The album with one video that can be played from the start, and one whose index comes last. */
export const VIDEO_ALBUM = 'Films';
export const FAST_START = 'fast.mp4';
export const INDEX_LAST = 'tail.mp4';

/** A point in a long video that no player reads by chance, in seconds. */
export const SEEK_SECONDS = 30;

/** Filenames that break somebody: each has hurt a real client (RFC 3986, Windows, Unicode, sync tools). */
export const AWKWARD_FILENAMES = [
  'a#b.jpg',
  'why?.jpg',
  '100%20.jpg',
  'fifty % off.jpg',
  'salt & pepper.jpg',
  'back\\slash.jpg',
  'a/b.jpg',
  '"double" and \'single\'.jpg',
  '.hidden.jpg',
  'trailing space.jpg ',
  'trailing dot.jpg.',
  'party 😀.jpg',
  'cafe\u0301.jpg',
  '日本語.jpg',
  'one+one=two;three,four.jpg',
  '<angle>|pipe*star:colon.jpg',
  'line\nbreak.jpg',
  'CON.jpg',
  'Twin.jpg',
  'twin.JPG',
  'same.jpg',
  'same.jpg',
  'no extension',
  '.',
  '..',
  `${'x'.repeat(251)}.jpg`,
  `${'é'.repeat(150)}.jpg`,
] as const;

interface Plan {
  readonly path: string;
  readonly filename: string;
  readonly takenAt: string;
}

interface AlbumPlan {
  readonly folder: string;
  readonly title: string;
  readonly files: readonly Plan[];
}

const ALBUMS: readonly AlbumPlan[] = [
  album(
    'plain',
    PLAIN_ALBUM,
    range(12).map((n) => [`IMG_${String(n).padStart(4, '0')}.jpg`, `2024-07-${14 + (n % 3)}T10:00:00Z`]),
  ),
  album(
    'awkward',
    'Café & Crème — 50 % off?',
    AWKWARD_FILENAMES.map((name, n) => [name, `2019-0${1 + (n % 9)}-28T23:59:58Z`]),
  ),
  album(
    'iceland',
    'Trips/2019/Iceland',
    range(3).map((n) => [`DSC_${n}.JPG`, `2019-08-0${n}T06:30:00Z`]),
  ),
  album(
    'untitled',
    '',
    range(2).map((n) => [`PXL_20230714_18300012${n}.jpg`, `2023-07-14T18:30:00Z`]),
  ),
  album(
    'rock',
    "Rock'n'Roll #1",
    range(2).map((n) => [`IMG_000${n}.jpg`, `2021-12-31T23:59:5${n}Z`]),
  ),
  album(
    'balloons',
    '🎈 Balloons',
    range(2).map((n) => [`balloon ${n}.jpg`, `2022-05-0${n}T04:00:00Z`]),
  ),
  album('old', 'Old prints', [
    ['scan 1958.jpg', '1958-06-01T12:00:00Z'],
    ['scan 1969.jpg', '1969-12-31T23:59:59Z'],
    ['scan 1984.jpg', '1984-02-29T08:00:00Z'],
  ]),
  album('twins', 'OLD PRINTS', [['echo.jpg', '1999-12-31T12:00:00Z']]),
];

const LOOSE: readonly Plan[] = range(4).map((n) => plan('', `loose ${n}.jpg`, `2020-02-2${n}T12:00:00Z`, n));

/** An item may be in several albums: by title, the paths of what is in that one as well. */
const ALSO_IN = { '🎈 Balloons': ['plain/1.jpg'] } as const;

const FAVORITES = ['plain/3.jpg', 'old/1.jpg', 'loose-2.jpg'];

/** Writes a library into the empty folder `folder`: the same bytes every time, no two files alike. */
export async function makeLibrary(folder: string, options: LibraryOptions): Promise<LibraryFacts> {
  const filenames: Record<string, string> = {};
  const write = async ({ path, filename, takenAt }: Plan, make: (taken: Date) => Buffer): Promise<FileFact> => {
    filenames[path] = filename;
    return writeFact(folder, path, filename, make(new Date(takenAt)), new Date(takenAt));
  };
  const albums: AlbumFact[] = [];
  for (const { folder: name, title, files } of ALBUMS) {
    await mkdir(join(folder, name), { recursive: true });
    const facts: FileFact[] = [];
    for (const file of files) facts.push(await write(file, (takenAt) => photo(file.path, takenAt)));
    albums.push({ title, files: facts });
  }
  const loose: FileFact[] = [];
  for (const file of LOOSE) loose.push(await write(file, (takenAt) => photo(file.path, takenAt)));
  loose.push(
    await write({ path: 'drawing.png', filename: 'drawing.png', takenAt: '2018-01-01T00:00:00Z' }, () =>
      png('drawing'),
    ),
  );

  const own = albums.flatMap((fact) => fact.files);
  for (const [title, paths] of Object.entries(ALSO_IN)) {
    const index = albums.findIndex((fact) => fact.title === title);
    const guests = own.filter(({ path }) => (paths as readonly string[]).includes(path));
    albums[index] = { title, files: [...albums[index]!.files, ...guests] };
  }
  const films = await addVideos(folder, options);
  albums.push({ title: VIDEO_ALBUM, files: films });
  const albumTitles = {
    ...Object.fromEntries(ALBUMS.map(({ folder: name, title }) => [name, title])),
    films: VIDEO_ALBUM,
  };
  await writeFile(
    join(folder, 'library.json'),
    JSON.stringify({ albumTitles, filenames, favorites: FAVORITES, alsoIn: ALSO_IN }),
  );
  const files = [...own, ...films, ...loose];
  return { folder, files, albums, favorites: FAVORITES.map((path) => filenames[path]!) };
}

function album(
  folder: string,
  title: string,
  files: readonly (readonly [filename: string, takenAt: string])[],
): AlbumPlan {
  return {
    folder,
    title,
    files: files.map(([filename, takenAt], index) => plan(folder, filename, takenAt, index + 1)),
  };
}

function plan(folder: string, filename: string, takenAt: string, index: number): Plan {
  return { path: folder === '' ? `loose-${index}.jpg` : `${folder}/${index}.jpg`, filename, takenAt };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** 2 to 300 KB, by the path; the largest plain one spans several of every client's buffers. */
function photo(path: string, takenAt: Date): Buffer {
  const spread = createHash('sha256').update(path).digest().readUInt32BE();
  const sizeBytes = path === 'plain/12.jpg' ? 300_000 : 2_000 + (spread % 60_000);
  return jpeg({ takenAt, make: 'Aurora Works', model: 'Model A-1', sizeBytes, seed: path });
}

async function writeFact(
  folder: string,
  path: string,
  filename: string,
  content: Buffer,
  takenAt: Date,
): Promise<FileFact> {
  await writeFile(join(folder, path), content);
  // Where a file carries no date of its own, its time on disk is the capture time.
  await utimes(join(folder, path), takenAt, takenAt);
  return { path, filename, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex'), takenAt };
}

async function addVideos(folder: string, { videos }: LibraryOptions): Promise<FileFact[]> {
  await mkdir(join(folder, 'films'));
  const files = [FAST_START, INDEX_LAST].map((name) => join(folder, 'films', name)) as [string, string];
  if (videos === 'long' && isOnPath('ffmpeg')) await encode(files);
  else await copyDemoVideos(files);
  const takenAt = new Date('2024-07-20T20:15:00Z');
  return Promise.all(
    files.map(async (file) => {
      const path = `films/${file.slice(file.lastIndexOf('/') + 1)}`;
      return writeFact(folder, path, path.slice('films/'.length), await readFile(file), takenAt);
    }),
  );
}

async function encode([fastStart, indexLast]: readonly [string, string]): Promise<void> {
  const source = ['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=25:duration=40'];
  const bitrate = ['-c:v', 'mpeg4', '-b:v', '6M', '-minrate', '6M', '-maxrate', '6M', '-bufsize', '3M', '-g', '25'];
  const repeatable = [
    '-fflags',
    '+bitexact',
    '-flags:v',
    '+bitexact',
    '-metadata',
    'creation_time=2024-07-20T20:15:00Z',
  ];
  await mustRun('ffmpeg', ['-v', 'error', ...source, ...bitrate, ...repeatable, '-y', indexLast]);
  const remux = ['-c', 'copy', '-map_metadata', '0', '-movflags', '+faststart', ...repeatable];
  await mustRun('ffmpeg', ['-v', 'error', '-i', indexLast, ...remux, '-y', fastStart]);
}

/** The demo library ships one video of each kind. */
async function copyDemoVideos([fastStart, indexLast]: readonly [string, string]): Promise<void> {
  const demo = join(import.meta.dirname, '..', '..', 'demo');
  const names = await readdir(demo, { recursive: true });
  for (const name of names.filter((path) => path.endsWith('.mp4'))) {
    const content = await readFile(join(demo, name));
    await copyFile(join(demo, name), content.indexOf('moov') < content.indexOf('mdat') ? fastStart : indexLast);
  }
}
