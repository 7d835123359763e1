import type { Album } from '../model.js';
import type { MemberCodec } from './listings/listing-file.js';
import type { JsonValue } from './store.js';

export const ALBUM_CODEC: MemberCodec<Album> = {
  encode: (album) => ({ ...album }),
  decode: (stored) => stored as JsonValue & Album,
};

/** Items in all the albums, as far as the source counts them. */
export function countOf(albums: readonly Album[]): number {
  return albums.reduce((sum, { itemCount = 1 }) => sum + itemCount, 0);
}

/** The known album if the new one says the same, so that an unchanged listing keeps its members. */
export function sameAlbum(known: Album | undefined, album: Album): Album {
  const { title, itemCount, coverItemId } = album;
  const isSame = known?.title === title && known.itemCount === itemCount && known.coverItemId === coverItemId;
  return isSame ? known : album;
}

/** Made once per version of a listing. */
const BY_ID = new WeakMap<readonly Album[], ReadonlyMap<string, Album>>();

export function albumById(albums: readonly Album[], id: string): Album | undefined {
  let byId = BY_ID.get(albums);
  if (!byId) {
    byId = new Map(albums.map((album) => [album.id, album]));
    BY_ID.set(albums, byId);
  }
  return byId.get(id);
}
