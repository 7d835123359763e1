import type { Fit } from './box.js';

/** Row by row from the top left, four bytes each: red, green, blue and one that means nothing. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

const BYTES = 4;

/** The part, made smaller: each pixel is the mean of those it stands for. */
export function shrink({ width: stride, data }: Pixels, { width, height, from }: Fit): Pixels {
  const result = new Uint8Array(width * height * BYTES);
  for (let y = 0; y < height; y++) {
    const [top, bottom] = source(y, height, from.top, from.height);
    for (let x = 0; x < width; x++) {
      const [left, right] = source(x, width, from.left, from.width);
      let [red, green, blue] = [0, 0, 0];
      for (let row = top; row < bottom; row++) {
        for (let at = (row * stride + left) * BYTES; at < (row * stride + right) * BYTES; at += BYTES) {
          red += data[at] ?? 0;
          green += data[at + 1] ?? 0;
          blue += data[at + 2] ?? 0;
        }
      }
      const count = (bottom - top) * (right - left);
      result.set([red / count, green / count, blue / count], (y * width + x) * BYTES);
    }
  }
  return { width, height, data: result };
}

/** The pixels, from and up to, along one side that one of the result stands for. */
function source(at: number, count: number, first: number, length: number): readonly [number, number] {
  const from = Math.floor((at * length) / count);
  return [first + from, first + Math.max(from + 1, Math.floor(((at + 1) * length) / count))];
}

/** Turns upright what was stored under an EXIF orientation (1 to 8). */
export function upright({ width, height, data }: Pixels, orientation: number): Pixels {
  if (orientation < 2 || orientation > 8) return { width, height, data };
  const isTurned = orientation >= 5;
  const [newWidth, newHeight] = isTurned ? [height, width] : [width, height];
  const isMirroredX = [2, 3, 7, 8].includes(orientation);
  const isMirroredY = [3, 4, 6, 7].includes(orientation);
  const result = new Uint8Array(data.length);
  for (let y = 0; y < newHeight; y++) {
    for (let x = 0; x < newWidth; x++) {
      const [column, row] = isTurned ? [y, x] : [x, y];
      const fromX = isMirroredX ? width - 1 - column : column;
      const fromY = isMirroredY ? height - 1 - row : row;
      const from = (fromY * width + fromX) * BYTES;
      result.set(data.subarray(from, from + BYTES), (y * newWidth + x) * BYTES);
    }
  }
  return { width: newWidth, height: newHeight, data: result };
}

/** A grey slope, for what has no picture of its own. */
export function slope(width: number, height: number): Pixels {
  const data = new Uint8Array(width * height * BYTES);
  for (let y = 0; y < height; y++)
    data.fill(64 + Math.floor((128 * y) / height), y * width * BYTES, (y + 1) * width * BYTES);
  return { width, height, data };
}
