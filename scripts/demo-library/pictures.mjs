// Reads pictures.txt: every picture of the demo library, what is painted, and what a camera would tell about it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const CAMERAS = {
  aurora: { Make: 'Aurora', Model: 'A-1', LensModel: 'Aurora 24-70mm F4', ISO: 200 },
  finch: { Make: 'Finch', Model: 'Finch D90x', LensModel: 'Finch 18-105mm', ISO: 100 },
  pebble: { Make: 'Pebble', Model: 'Pebble 6', ISO: 64 },
  scan: { Make: 'Heron', Model: 'ScanMate 300' },
};

/** Combining marks are written out in pictures.txt, or an editor would compose them. */
const withMarks = (text) => text.replace(/\\u([0-9a-f]{4})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));

function parsePicture(line, folder) {
  const [file, name, takenAt, camera, scene, seed, knobs, palette, words = ''] = line
    .split('|')
    .map((cell) => cell.trim());
  const said = Object.fromEntries(words.split(', ').map((word) => word.split('=')));
  return {
    ...{ file, path: folder ? `${folder}/${file}` : file, name: withMarks(name), takenAt, scene, palette },
    isVideo: camera === 'video',
    exif: CAMERAS[camera],
    seed: Number(seed),
    knobs: knobs.split(' ').map(Number),
    aged: Number(said.aged ?? 0),
    isFavorite: 'favorite' in said,
    isPortrait: 'portrait' in said,
    alsoIn: said.also,
    ...{ seconds: Number(said.seconds), fps: Number(said.fps), isIndexFirst: said.index === 'first' },
  };
}

function parse(text) {
  const albums = [];
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('=')) {
      const [folder, title = ''] = line
        .slice(1)
        .split('|')
        .map((cell) => cell.trim());
      albums.push({ folder, title: withMarks(title), pictures: [] });
    } else {
      const album = albums.at(-1);
      album.pictures.push(parsePicture(line, album.folder));
    }
  }
  return albums;
}

/** The albums, the first being the pictures in no album, whose folder is empty. `takenAt` is UTC. */
export const ALBUMS = parse(readFileSync(join(import.meta.dirname, 'pictures.txt'), 'utf8'));
