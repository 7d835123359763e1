import type { Gphotosdl } from '../../google/media/gphotosdl.js';
import type { MediaSource } from '../source.js';

type Library = MediaSource & Required<Pick<MediaSource, 'listDays' | 'album' | 'find'>>;

/**
 * The library with the bytes of its originals, or with Google's where an original cannot be had. What is opened tells the
 * size; originals have no ranges, and there are no addresses that would lead to the same bytes.
 */
export function fullResolution(library: Library, originals: Gphotosdl): MediaSource {
  const open: MediaSource['open'] = async (item, options = {}) =>
    (await originals.open(item.id, options.signal)) ?? { ...(await library.open(item, options)), isStandIn: true };
  return {
    name: library.name,
    namespace: `${library.namespace}:proxy`,
    emptyReason: library.emptyReason,
    listAlbums: (listing) => library.listAlbums(listing),
    listItems: (scope, listing) => library.listItems(scope, listing),
    listDays: (range, listing) => library.listDays(range, listing),
    album: (id, signal) => library.album(id, signal),
    find: (ids, signal) => library.find(ids, signal),
    mayLearnSizes: () => false,
    mayRefresh: () => library.mayRefresh?.() ?? true,
    measuresByOpening: true,
    unlinked: { reason: 'originals from gphotosdl come through photodav only', advice: 'leave `proxy` out' },
    open,
    async measure(item, signal) {
      const { body, size } = await open(item, signal ? { signal } : {});
      body.destroy();
      return size;
    },
    check: async (signal) => library.check?.(signal),
    async close() {
      await originals.close();
      await library.close?.();
    },
  };
}
