import type { GoogleAlbum, GoogleMediaItem, ItemQuery } from '../../google/library-api.js';
import type { Album, DayRange, MediaItem, Scope } from '../../model.js';

/** The search that lists a scope. */
export function queryFor(scope: Scope, includeArchived: boolean): ItemQuery {
  if (scope === 'all') return includeArchived ? { filters: archived(true) } : {};
  if (scope === 'favorites') {
    return { filters: { featureFilter: { includedFeatures: ['FAVORITES'] }, ...archived(includeArchived) } };
  }
  return { albumId: scope.albumId };
}

/** The search that lists the days of a range, by capture time. */
export function queryForDays(
  range: DayRange,
  order: 'newest-first' | 'oldest-first',
  includeArchived: boolean,
): ItemQuery {
  const ranges = [{ startDate: dateOf(range.first), endDate: dateOf(range.last) }];
  const filters = { dateFilter: { ranges }, ...archived(includeArchived) };
  const time = 'MediaMetadata.creation_time';
  return { filters, orderBy: order === 'oldest-first' ? time : `${time} desc` };
}

function archived(isIncluded: boolean): { readonly includeArchivedMedia?: true } {
  return isIncluded ? { includeArchivedMedia: true } : {};
}

/** A day as Google writes it. */
function dateOf(day: string): { readonly year: number; readonly month: number; readonly day: number } {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  return { year, month, day: date };
}

/** False for a video that Google still works on: it has no bytes, and a file that cannot be opened misleads a sync. */
export function hasBytes({ mediaMetadata }: GoogleMediaItem): boolean {
  return mediaMetadata.video?.status !== 'PROCESSING';
}

export function toAlbum({ id, title, mediaItemsCount, coverPhotoMediaItemId }: GoogleAlbum): Album {
  return {
    id,
    title,
    // Google leaves out what is 0.
    itemCount: Number(mediaItemsCount ?? 0),
    ...(coverPhotoMediaItemId === undefined ? {} : { coverItemId: coverPhotoMediaItemId }),
  };
}

export function toMediaItem({ id, filename, mimeType, mediaMetadata }: GoogleMediaItem): MediaItem {
  const takenMs = Date.parse(mediaMetadata.creationTime ?? '');
  return { id, filename, mimeType, createdAtMs: Number.isNaN(takenMs) ? 0 : takenMs };
}
