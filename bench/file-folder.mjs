import { mkdirSync, openSync, closeSync, ftruncateSync, futimesSync } from 'node:fs';
import { join } from 'node:path';

const FIRST_DAY_MS = Date.UTC(2006, 0, 1);
const STEP_MS = 60_000;
const VIDEO_EVERY = 50;

/** Names of a camera's kind, one in fifty a video. */
export function fileNames(count) {
  return Array.from({ length: count }, (_, index) => {
    const number = String(index + 1).padStart(6, '0');
    return index % VIDEO_EVERY === 0 ? `VID_${number}.mp4` : `IMG_${number}.jpg`;
  });
}

/** Fills `folder` with files that have sizes and dates but, being sparse, take no room. Returns the folder. */
export function makeFiles(folder, count) {
  mkdirSync(folder, { recursive: true });
  for (const [index, name] of fileNames(count).entries()) {
    const file = openSync(join(folder, name), 'w', 0o644);
    const seconds = (FIRST_DAY_MS + index * STEP_MS) / 1000;
    ftruncateSync(file, 2_000 + index);
    futimesSync(file, seconds, seconds);
    closeSync(file);
  }
  return folder;
}
