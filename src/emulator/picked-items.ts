import { createHash } from 'node:crypto';
import type { Account } from './account.js';
import type { Origins } from './google-names.js';
import type { Item } from './library.js';
import type { PickingSession } from './picking-sessions.js';
import { cameraName, exposure, timestamp, videoStatus } from './resources.js';

const ID_PREFIX = 'AByIYS';
const ID_DIGITS = 64;

/** The item's id at the Picker API: another than at the Library API, and the same in each session. */
function pickedId(item: Item): string {
  return ID_PREFIX + createHash('sha512').update(`picked ${item.id}`).digest('base64url').slice(0, ID_DIGITS);
}

/** A PickedMediaItem, with a fresh base URL; sizes are numbers here, and default values are left out (proto3 JSON). */
export function pickedItemJson(item: Item, session: PickingSession, account: Account, origins: Origins): object {
  const opaque = account.baseUrls.issue('picked', item.serial, session.serial);
  return {
    id: pickedId(item),
    createTime: timestamp(item.takenAtMs),
    type: item.video ? 'VIDEO' : 'PHOTO',
    mediaFile: {
      baseUrl: `${origins.media}/ppa/${opaque}`,
      mimeType: item.mimeType,
      mediaFileMetadata: metadata(item, account),
      filename: item.filename,
    },
  };
}

function metadata(item: Item, account: Account): object {
  const { camera, width, height, video } = item;
  const photo = exposure(camera);
  return {
    ...(width ? { width } : {}),
    ...(height ? { height } : {}),
    ...cameraName(camera),
    ...(video ? { videoMetadata: { ...video, processingStatus: videoStatus(item, account) } } : {}),
    ...(!video && Object.keys(photo).length > 0 ? { photoMetadata: photo } : {}),
  };
}
