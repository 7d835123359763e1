import type { Account } from './account.js';
import type { Origins } from './google-names.js';
import type { Album, Camera, Item } from './library.js';

/** The item in Google's JSON, with a fresh base URL; default values are left out (proto3 JSON). */
export function mediaItemJson(item: Item, account: Account, origins: Origins): object {
  const { camera, width, height, video } = item;
  return {
    id: item.id,
    productUrl: `https://photos.google.com/lr/photo/${item.id}`,
    baseUrl: baseUrl(item, account, origins),
    mimeType: item.mimeType,
    mediaMetadata: {
      creationTime: timestamp(item.takenAtMs),
      ...(width ? { width: String(width) } : {}),
      ...(height ? { height: String(height) } : {}),
      ...(video
        ? { video: { ...cameraName(camera), ...video, status: videoStatus(item, account) } }
        : { photo: { ...cameraName(camera), ...exposure(camera) } }),
    },
    filename: item.filename,
  };
}

export function albumJson(album: Album, account: Account, origins: Origins): object {
  const cover = album.size > 0 ? album.at(0) : undefined;
  return {
    id: album.id,
    ...(album.title ? { title: album.title } : {}),
    productUrl: `https://photos.google.com/lr/album/${album.id}`,
    isWriteable: true,
    ...(cover
      ? {
          mediaItemsCount: String(album.size),
          coverPhotoBaseUrl: baseUrl(cover, account, origins),
          coverPhotoMediaItemId: cover.id,
        }
      : {}),
  };
}

/** A video that came while the emulator runs is PROCESSING for a while, then READY. */
export function videoStatus(item: Item, account: Account): 'PROCESSING' | 'READY' {
  if (item.addedAtMs === undefined) return 'READY';
  return account.now() - item.addedAtMs < account.levers.processingMs ? 'PROCESSING' : 'READY';
}

function baseUrl(item: Item, account: Account, origins: Origins): string {
  return `${origins.media}/lr/${account.baseUrls.issue('media', item.serial)}`;
}

/** RFC 3339 with as many of 0 or 3 fraction digits as needed. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

export function cameraName({ make, model }: Camera): object {
  return { ...(make ? { cameraMake: make } : {}), ...(model ? { cameraModel: model } : {}) };
}

export function exposure({ focalLength, apertureFNumber, isoEquivalent, exposureTimeSeconds }: Camera): object {
  return {
    ...(focalLength ? { focalLength } : {}),
    ...(apertureFNumber ? { apertureFNumber } : {}),
    ...(isoEquivalent ? { isoEquivalent } : {}),
    ...(exposureTimeSeconds ? { exposureTime: `${Number(exposureTimeSeconds.toFixed(9))}s` } : {}),
  };
}
