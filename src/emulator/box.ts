/** What a base URL's suffix asks of a picture, in pixels. */
export interface Box {
  readonly width: number;
  readonly height: number;
  /** The box is filled, and what does not fit is cut off on both sides. */
  readonly isCropped: boolean;
  readonly isDownload: boolean;
}

/** A picture's part, and how large it becomes; all in pixels. */
export interface Fit {
  readonly width: number;
  readonly height: number;
  readonly from: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
}

const MAX_PIXELS = 16_383;

/** `w640-h480`, one of the two alone, with `-c` (both needed), `-d` and `-no`; undefined for anything else. */
export function parseBox(suffix: string): Box | undefined {
  const parts = suffix.split('-');
  if (!parts.every((part) => /^([wh][1-9]\d{0,4}|c|d|no)$/.test(part))) return undefined;
  const [width, height] = ['w', 'h'].map((side) => parts.find((part) => part.startsWith(side))?.slice(1));
  const isCropped = parts.includes('c');
  const isEnough = isCropped ? width !== undefined && height !== undefined : (width ?? height) !== undefined;
  if (!isEnough || Number(width ?? 0) > MAX_PIXELS || Number(height ?? 0) > MAX_PIXELS) return undefined;
  return {
    width: width === undefined ? Infinity : Number(width),
    height: height === undefined ? Infinity : Number(height),
    isCropped,
    isDownload: parts.includes('d'),
  };
}

/** How a picture of this size comes into the box: its aspect is kept, and it is never enlarged. */
export function fit(width: number, height: number, box: Box): Fit {
  const from = box.isCropped ? centre(width, height, box.width / box.height) : { left: 0, top: 0, width, height };
  const scale = Math.min(1, box.width / from.width, box.height / from.height);
  const scaled = (pixels: number): number => Math.max(1, Math.round(pixels * scale));
  return { width: scaled(from.width), height: scaled(from.height), from };
}

/** The largest part of that aspect, from the middle. */
function centre(width: number, height: number, aspect: number): Fit['from'] {
  const part = {
    width: Math.max(1, Math.min(width, Math.round(height * aspect))),
    height: Math.max(1, Math.min(height, Math.round(width / aspect))),
  };
  return { left: Math.floor((width - part.width) / 2), top: Math.floor((height - part.height) / 2), ...part };
}
