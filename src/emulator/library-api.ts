import type { Account } from './account.js';
import { authorize } from './bearer.js';
import { READY_CLIENT } from './clients.js';
import { callRoute } from './calls.js';
import type { Exchange } from './exchange.js';
import { googleError } from './google-errors.js';
import type { Origins } from './google-names.js';
import type { Route } from './host.js';
import { inventLibrary } from './invented.js';
import type { Album, Item } from './library.js';
import { coercePageSize, everyOne, pageRequest, takePage, type PageRequest, type Results } from './paging.js';
import { albumJson, mediaItemJson } from './resources.js';
import { filterLibrary, parseSearch } from './search.js';

/** The one scope that reads what the app created; `photoslibrary.readonly` and its kind count as nothing since 2025. */
export const READ_SCOPE = 'https://www.googleapis.com/auth/photoslibrary.readonly.appcreateddata';

const MAX_BATCH = 50;
/** What an app sees that has uploaded nothing. */
const NOTHING = inventLibrary(0);
const ID_PATTERN = /^[A-Za-z0-9_-]{55,}$/;

interface Call extends Omit<Route, 'handle'> {
  readonly method: string;
  readonly path: RegExp;
  answer(account: Account, exchange: Exchange, id: string): object | Promise<object>;
}

const CALLS: readonly Call[] = [
  { key: 'albums.list', method: 'GET', path: /^\/v1\/albums$/, answer: listAlbums },
  { key: 'albums.get', method: 'GET', path: /^\/v1\/albums\/([^/:]+)$/, answer: getAlbum },
  { key: 'albums.share', method: 'POST', path: /^\/v1\/albums\/([^/:]+):(?:un)?share$/, answer: refuse },
  { key: 'sharedAlbums.list', method: 'GET', path: /^\/v1\/sharedAlbums$/, answer: refuse },
  { key: 'sharedAlbums.get', method: 'GET', path: /^\/v1\/sharedAlbums\/([^/:]+)$/, answer: refuse },
  { key: 'sharedAlbums.join', method: 'POST', path: /^\/v1\/sharedAlbums:(?:join|leave)$/, answer: refuse },
  { key: 'mediaItems.list', method: 'GET', path: /^\/v1\/mediaItems$/, answer: listItems },
  { key: 'mediaItems.search', method: 'POST', path: /^\/v1\/mediaItems:search$/, answer: searchItems },
  { key: 'mediaItems.batchGet', method: 'GET', path: /^\/v1\/mediaItems:batchGet$/, answer: batchGetItems },
  { key: 'mediaItems.get', method: 'GET', path: /^\/v1\/mediaItems\/([^/:]+)$/, answer: getItem },
];

/** The route of a Library API call, or undefined if there is no such method. */
export function libraryRoute(account: Account, method: string, path: string): Route | undefined {
  return callRoute(CALLS, method, path, (call, exchange, id) => {
    const { clientId } = authorize(account, exchange, call.key, READ_SCOPE);
    const isOwn = clientId === READY_CLIENT.clientId && !account.levers.libraryHidden;
    const seen = isOwn ? account : { ...account, library: () => NOTHING };
    return call.answer(seen, exchange, id);
  });
}

function listAlbums(account: Account, { url, origins }: Exchange): object {
  if (account.levers.emptied) return {};
  const { albums } = account.library();
  const { members, nextPageToken } = takePage(everyOne('albums', albums), pageRequest(url, 20, 50), account.levers);
  return {
    ...(members.length > 0 ? { albums: members.map((album) => albumJson(album, account, origins)) } : {}),
    ...(nextPageToken ? { nextPageToken } : {}),
  };
}

function getAlbum(account: Account, { origins }: Exchange, id: string): object {
  return albumJson(albumById(account, id), account, origins);
}

function listItems(account: Account, { url, origins }: Exchange): object {
  const all = filterLibrary(account.library(), { orderBy: '' });
  return itemPage(account, origins, all, pageRequest(url, 25, 100));
}

async function searchItems(account: Account, exchange: Exchange): Promise<object> {
  const search = parseSearch(await exchange.body());
  const page = { pageSize: coercePageSize(search.pageSize, 25, 100), pageToken: search.pageToken };
  const results = search.albumId
    ? everyOne(`album ${search.albumId}`, albumById(account, search.albumId))
    : filterLibrary(account.library(), search);
  return itemPage(account, exchange.origins, results, page);
}

function getItem(account: Account, { origins }: Exchange, id: string): object {
  const library = account.library();
  const item = library.byId(id);
  if (item) return mediaItemJson(item, account, origins);
  throw library.hadOnce(id) ? googleError(404) : googleError(400, 'Request contains an invalid media item id.');
}

function batchGetItems(account: Account, { url, origins }: Exchange): object {
  const ids = url.searchParams.getAll('mediaItemIds');
  if (ids.length > MAX_BATCH) throw googleError(400, 'Request must have less than 50 items.');
  if (ids.length === 0 || new Set(ids).size < ids.length) throw googleError(400);
  const library = account.library();
  const mediaItemResults = ids.map((id) => {
    const item = library.byId(id);
    if (item) return { mediaItem: mediaItemJson(item, account, origins) };
    const status = library.hadOnce(id)
      ? { code: 5, message: 'Requested entity was not found.' }
      : { code: 3, message: 'Invalid media item ID.' };
    return { status };
  });
  return { mediaItemResults };
}

/** Sharing ended on 31 March 2025. */
function refuse(): never {
  throw googleError(403);
}

function itemPage(account: Account, origins: Origins, results: Results, page: PageRequest): object {
  if (account.levers.emptied) return {};
  const { members, nextPageToken } = takePage<Item>(results, page, account.levers);
  return {
    ...(members.length > 0 ? { mediaItems: members.map((item) => mediaItemJson(item, account, origins)) } : {}),
    ...(nextPageToken ? { nextPageToken } : {}),
  };
}

function albumById(account: Account, id: string): Album {
  const album = account.library().albums.byId(id);
  if (!album) throw ID_PATTERN.test(id) ? googleError(404) : googleError(400);
  return album;
}
