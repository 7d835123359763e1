import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const DEMO = join(import.meta.dirname, '..', 'demo');
const PIECE_BYTES = 1 << 20;

/** Files that pass for photos: a real one, and random bytes after its end, so that no two are alike. Their names. */
export function makePhotos(folder, count, bytes) {
  const photo = readFileSync(smallestPhoto());
  if (photo.length > bytes) throw new Error(`a photo takes at least ${photo.length} bytes`);
  return Array.from({ length: count }, (_, i) => {
    const name = `photo-${String(i).padStart(4, '0')}.jpg`;
    const file = openSync(join(folder, name), 'w');
    writeSync(file, photo);
    for (let left = bytes - photo.length; left > 0; left -= PIECE_BYTES) {
      writeSync(file, randomBytes(Math.min(left, PIECE_BYTES)));
    }
    closeSync(file);
    return name;
  });
}

function smallestPhoto() {
  const files = readdirSync(DEMO, { recursive: true, withFileTypes: true }).filter((file) =>
    /\.jpe?g$/i.test(file.name),
  );
  const [smallest] = files
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort((a, b) => readFileSync(a).length - readFileSync(b).length);
  if (!smallest) throw new Error('the demo library holds no JPEG');
  return smallest;
}
