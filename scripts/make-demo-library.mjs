// Makes demo/, the library that photodav shows when nothing is configured.
//
//   node scripts/make-demo-library.mjs [part of a path …]     with a part: only the pictures whose path contains it
//
// A maintainer's tool, needed only to change the demo. From Debian: chromium, ffmpeg, libjpeg-turbo-progs (cjpeg),
// libimage-exiftool-perl. Every picture is painted by a shader of demo-library/scenes from a seed, so that a second run
// paints the same.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openPainter } from './demo-library/painter.mjs';
import { ALBUMS } from './demo-library/pictures.mjs';

const OUT = join(import.meta.dirname, '..', 'demo');
const LONG = 1280;
const SHORT = 853;
/** Painted this much larger, then shrunk, for smooth edges. */
const OVERSIZE = 1.25;
const MAX_PHOTO_BYTES = 98_000;
const QUALITIES = [86, 82, 78, 74, 70, 66, 60, 54, 48];
const VIDEO = { width: 640, height: 360 };

const quietly = { maxBuffer: 64 * 1024 * 1024, stdio: ['pipe', 'pipe', 'inherit'] };
const rawInput = ({ width, height }) => [
  '-v',
  'error',
  '-f',
  'rawvideo',
  '-pix_fmt',
  'rgb24',
  '-s',
  `${width}x${height}`,
];

function jpeg(rgb, from, to) {
  const shrink = [
    '-i',
    '-',
    '-vf',
    `scale=${to.width}:${to.height}:flags=lanczos`,
    '-f',
    'image2pipe',
    '-c:v',
    'ppm',
    '-',
  ];
  const ppm = execFileSync('ffmpeg', [...rawInput(from), ...shrink], { ...quietly, input: rgb });
  for (const quality of QUALITIES) {
    const bytes = execFileSync('cjpeg', ['-quality', String(quality), '-optimize', '-progressive'], {
      ...quietly,
      input: ppm,
    });
    if (bytes.length <= MAX_PHOTO_BYTES || quality === QUALITIES.at(-1)) return bytes;
  }
  throw new Error('no quality to try');
}

async function makePhoto(painter, picture) {
  const to = picture.isPortrait ? { width: SHORT, height: LONG } : { width: LONG, height: SHORT };
  const from = { width: Math.round(to.width * OVERSIZE), height: Math.round(to.height * OVERSIZE) };
  const path = join(OUT, picture.path);
  await writeFile(path, jpeg(await painter.paint({ ...picture, ...from }), from, to));
  const takenAt = picture.takenAt.replaceAll('-', ':');
  const tags = { ...picture.exif, DateTimeOriginal: takenAt, CreateDate: takenAt, 'Orientation#': 1 };
  const flags = Object.entries(tags).map(([tag, value]) => `-${tag}=${value}`);
  execFileSync('exiftool', ['-q', '-overwrite_original', ...flags, path], quietly);
}

async function makeVideo(painter, video) {
  const flags = [
    '-y',
    ...rawInput(VIDEO),
    '-r',
    String(video.fps),
    '-i',
    '-',
    '-c:v',
    'libx264',
    '-pix_fmt',
    'yuv420p',
  ];
  flags.push('-preset', 'veryslow', '-crf', '27', '-threads', '1', '-fflags', '+bitexact', '-g', String(video.fps * 2));
  if (video.isIndexFirst) flags.push('-movflags', '+faststart');
  flags.push('-metadata', `creation_time=${video.takenAt.replace(' ', 'T')}Z`, join(OUT, video.path));
  const encoder = spawn('ffmpeg', flags, { stdio: ['pipe', 'inherit', 'inherit'] });
  const encoded = once(encoder, 'exit');
  for (let frame = 0; frame < video.seconds * video.fps; frame += 1) {
    const rgb = await painter.paint({ ...video, ...VIDEO, time: frame / video.fps });
    if (!encoder.stdin.write(rgb)) await once(encoder.stdin, 'drain');
  }
  encoder.stdin.end();
  const [code] = await encoded;
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
}

/** What no file system carries: titles, names, favorites, second albums. */
function manifest() {
  const items = ALBUMS.flatMap((album) => album.pictures);
  return {
    albumTitles: Object.fromEntries(ALBUMS.filter((album) => album.folder).map(({ folder, title }) => [folder, title])),
    filenames: Object.fromEntries(
      items.filter((item) => item.name !== item.file).map(({ path, name }) => [path, name]),
    ),
    favorites: items.filter((item) => item.isFavorite).map(({ path }) => path),
    alsoIn: Object.fromEntries(
      ALBUMS.map(({ title }) => [title, items.filter((item) => item.alsoIn === title).map(({ path }) => path)]).filter(
        ([, paths]) => paths.length > 0,
      ),
    ),
  };
}

const wanted = process.argv.slice(2);
const isWanted = ({ path }) => wanted.length === 0 || wanted.some((part) => path.includes(part));
const painter = await openPainter();
try {
  for (const { folder, pictures } of ALBUMS) {
    await mkdir(join(OUT, folder), { recursive: true });
    for (const picture of pictures.filter(isWanted)) {
      const begun = performance.now();
      await (picture.isVideo ? makeVideo : makePhoto)(painter, picture);
      console.log(`${picture.path}  ${((performance.now() - begun) / 1000).toFixed(1)} s`);
    }
  }
} finally {
  await painter.close();
}
await writeFile(join(OUT, 'library.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
