import { z } from 'zod';
import { SYSTEM_CLOCK } from '../clock.js';
import { googleAddresses } from '../google/addresses.js';
import { AnswerError } from '../google/answer.js';
import { Auth } from '../google/auth.js';
import {
  LibraryApi,
  MAX_BATCH,
  type GoogleAlbum,
  type GoogleMediaItem,
  type ItemQuery,
} from '../google/library-api.js';
import { MediaClient, type Refused } from '../google/media.js';
import { Gphotosdl } from '../google/gphotosdl.js';
import type { Governor } from '../google/quota.js';
import { RestClient } from '../google/rest.js';
import { Transport } from '../google/transport.js';
import { AppError } from '../errors.js';
import type { Album, Box, DayRange, MediaItem, Scope } from '../model.js';
import { BaseUrls } from './base-urls.js';
import { fullResolution } from './full-resolution.js';
import { HandedOut } from './handed-out.js';
import { fetchBaseUrls } from './library-base-urls.js';
import { accountDigest, credentialsOf, projectOf } from './library-credentials.js';
import { findItems } from './library-find.js';
import { renderedItem, sizeText, suffixFor } from './rendition.js';
import type {
  Content,
  DayOptions,
  Link,
  ListOptions,
  MediaSource,
  OpenOptions,
  Page,
  SourceContext,
  SourceKind,
} from './source.js';

const text = z.string().trim().min(1);

/**
 * The Google Photos Library API. It shows what this OAuth client uploaded and nothing else of the account, tells no
 * sizes, and serves videos from a host that ignores ranges.
 */
const options = z.strictObject({
  clientId: text.optional().describe('OAuth client id, from the Google Cloud console'),
  clientSecret: text.optional().describe("the OAuth client's secret"),
  refreshToken: text.optional().describe('refresh token that a sign-in with this client gave'),
  token: text.optional().describe('what `rclone authorize "google photos"` prints, JSON or base64'),
  includeArchived: z
    .boolean()
    .default(false)
    .describe('whether archived items show among all items, dates and favorites; in their albums they always do'),
  proxy: z
    .url({ protocol: /^https?$/ })
    .refine(isBare, { error: 'holds a password, a query or a fragment' })
    .optional()
    .describe('where gphotosdl is, which gets originals in full resolution, such as http://localhost:8282'),
});

export type LibraryOptions = z.infer<typeof options>;

/** What a source that stands on this one can pass on. */
export type LibraryView = MediaSource & Required<Pick<MediaSource, 'listDays' | 'album' | 'find' | 'link'>>;

export const LIBRARY = {
  name: 'library',
  options,
  checkOptions: (given) => void credentialsOf(given, SYSTEM_CLOCK.now()),
  create: createLibrary,
} as const satisfies SourceKind<LibraryOptions>;

/** A browser downloads before the first byte comes; what takes longer than this is stuck. */
const DOWNLOAD_MS = 120_000;

async function createLibrary(given: LibraryOptions, context: SourceContext): Promise<MediaSource> {
  const { proxy } = given;
  if (proxy === undefined) return openLibrary(given, context);
  if (context.rendition) {
    throw new AppError('CONFIG_INVALID', 'proxy gets originals, and delivery.rendition makes them smaller', {
      advice: 'leave one of the two out for this mount',
    });
  }
  const { clock, log, google } = context;
  const library = await openLibrary(given, context);
  const timeouts = { connectMs: 10_000, headersMs: DOWNLOAD_MS, bodyMs: google.idleTimeoutMs };
  const transport = new Transport(google.proxy, timeouts);
  return fullResolution(library, new Gphotosdl({ address: new URL(proxy), transport, clock, log }));
}

function isBare(address: string): boolean {
  // What is no address at all is told already.
  if (!URL.canParse(address)) return true;
  const { username, password, search, hash } = new URL(address);
  return username + password + search + hash === '';
}

/** The library by Google's own bytes. */
export async function openLibrary(given: LibraryOptions, context: SourceContext): Promise<LibraryView> {
  const { clock, log, governors, google, rendition } = context;
  const credentials = credentialsOf(given, clock.now());
  const project = projectOf(credentials.clientId);
  const addresses = googleAddresses(google.endpoint);
  const transport = new Transport(google.proxy, { bodyMs: google.idleTimeoutMs });
  const governor = await governors.for(project);
  const auth = new Auth(credentials, { tokenUrl: addresses.token, transport, clock, log });
  const rest = new RestClient({ origin: addresses.api, auth, transport, quota: governor.api, clock, log });
  return new LibrarySource({
    api: new LibraryApi(rest, log),
    media: new MediaClient({
      transport,
      mayServeBytes: (url) => addresses.mayServeBytes(url),
      quota: governor.bytes,
      clock,
      log,
    }),
    governor,
    clock,
    namespace: namespaceOf([addresses.label, credentials.clientId, accountDigest(credentials)], given, rendition),
    rendition,
    includeArchived: given.includeArchived,
    emptyReason: emptyReason(project),
    async close() {
      auth.close();
      await transport.close();
    },
  });
}

interface Parts {
  readonly api: LibraryApi;
  readonly media: MediaClient;
  readonly governor: Governor;
  readonly clock: SourceContext['clock'];
  readonly namespace: string;
  readonly includeArchived: boolean;
  readonly rendition: Box | undefined;
  readonly emptyReason: string;
  close(): Promise<void>;
}

class LibrarySource implements MediaSource {
  readonly name = 'library';
  readonly namespace: string;
  readonly emptyReason: string;
  readonly #parts: Parts;
  readonly #baseUrls: BaseUrls;
  readonly #handedOut: HandedOut;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.namespace = parts.namespace;
    this.emptyReason = parts.emptyReason;
    this.#handedOut = new HandedOut(parts.clock);
    this.#baseUrls = new BaseUrls({
      fetch: (ids, signal) => fetchBaseUrls(parts.api, ids, signal),
      batchSize: MAX_BATCH,
      clock: parts.clock,
    });
  }

  async *listAlbums(listing: ListOptions = {}): AsyncGenerator<Page<Album>, void, undefined> {
    for await (const { members, nextPageToken } of this.#parts.api.albums(listing)) {
      yield pageOf(members.map(toAlbum), nextPageToken);
    }
  }

  listItems(scope: Scope, listing: ListOptions = {}): AsyncGenerator<Page<MediaItem>, void, undefined> {
    return this.#search(queryFor(scope, this.#parts.includeArchived), listing);
  }

  listDays(range: DayRange, { order, ...listing }: DayOptions = {}): AsyncGenerator<Page<MediaItem>, void, undefined> {
    const ranges = [{ startDate: dateOf(range.first), endDate: dateOf(range.last) }];
    const filters = { dateFilter: { ranges }, ...archived(this.#parts.includeArchived) };
    const time = 'MediaMetadata.creation_time';
    return this.#search({ filters, orderBy: order === 'oldest-first' ? time : `${time} desc` }, listing);
  }

  async album(id: string, signal?: AbortSignal): Promise<Album> {
    return toAlbum(await this.#parts.api.album(id, signal));
  }

  async find(ids: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, MediaItem>> {
    const found = await findItems(this.#parts.api, ids, signal);
    return new Map(found.map((item) => [item.id, this.#toMediaItem(item)]));
  }

  async measure(item: MediaItem, signal?: AbortSignal): Promise<number> {
    return this.#withBaseUrl(item, signal, (url) => this.#parts.media.measure(url, signal ? { signal } : {}));
  }

  mayLearnSizes(): boolean {
    return this.#parts.governor.mayLearnSizes();
  }

  mayRefresh(): boolean {
    return this.#parts.governor.mayRefresh();
  }

  async open(item: MediaItem, { range, signal }: OpenOptions = {}): Promise<Content> {
    const request = { ...(range ? { range } : {}), ...(signal ? { signal } : {}) };
    return this.#withBaseUrl(item, signal, (url) => this.#parts.media.open(url, request));
  }

  async link(item: MediaItem, signal?: AbortSignal, isDoubted = false): Promise<Link> {
    return this.#withBaseUrl(item, signal, async (baseUrl, expiresAtMs) => {
      const isTrusted = !isVideo(item) && !isDoubted && this.#handedOut.mayTrust(baseUrl);
      const found = await this.#parts.media.resolve(baseUrl, { isTrusted, ...(signal ? { signal } : {}) });
      if (isRefused(found)) return found;
      const { url, headers, honoursRange } = found;
      return { url, headers, honoursRange, expiresAtMs };
    });
  }

  /** Signs in, and asks for one album: one request of the day's quota. */
  async check(signal?: AbortSignal): Promise<void> {
    await this.#parts.api.albums({ pageSize: 1, ...(signal ? { signal } : {}) }).next();
  }

  async close(): Promise<void> {
    this.#baseUrls.close();
    await this.#parts.close();
  }

  async *#search(query: ItemQuery, listing: ListOptions): AsyncGenerator<Page<MediaItem>, void, undefined> {
    for await (const { members, nextPageToken } of this.#parts.api.items(query, listing)) {
      const ready = members.filter(hasBytes);
      for (const { id, baseUrl } of ready) if (baseUrl !== undefined) this.#baseUrls.prime(id, baseUrl);
      yield pageOf(
        ready.map((item) => this.#toMediaItem(item)),
        nextPageToken,
      );
    }
  }

  #toMediaItem(item: GoogleMediaItem): MediaItem {
    return renderedItem(toMediaItem(item), this.#parts.rendition);
  }

  /** Does `ask` with the item's base URL, and once more with a new one if that is refused. */
  async #withBaseUrl<T extends object | number>(
    item: MediaItem,
    signal: AbortSignal | undefined,
    ask: (url: string, expiresAtMs: number) => Promise<T | Refused>,
  ): Promise<T> {
    const { id } = item;
    const suffix = suffixFor(item, this.#parts.rendition);
    const first = await this.#baseUrls.get(id, signal);
    const answer = await ask(first + suffix, this.#baseUrls.expiresAtMs(id, first));
    if (!isRefused(answer)) return answer;
    const second = await this.#baseUrls.renew(id, first, signal);
    const again = await ask(second + suffix, this.#baseUrls.expiresAtMs(id, second));
    if (!isRefused(again)) return again;
    throw refusalError(again.status);
  }
}

function isVideo({ mimeType }: MediaItem): boolean {
  return mimeType.startsWith('video/');
}

function isRefused(answer: object | number): answer is Refused {
  return typeof answer === 'object' && 'kind' in answer && answer.kind === 'refused';
}

function refusalError(status: number): AppError {
  const cause = new AnswerError(status, '');
  return status === 404 || status === 410
    ? new AppError('NOT_FOUND', "google photos: the media item's bytes are gone", { cause })
    : new AppError('SOURCE_UNAVAILABLE', `google photos: the media item's bytes are refused (${status})`, {
        cause,
        retryAfterSeconds: 60,
      });
}

/** What is shown differs with the options, and what is stored is what is shown. */
function namespaceOf(account: readonly string[], { includeArchived }: LibraryOptions, rendition?: Box): string {
  const shown = [...(includeArchived ? ['archived'] : []), ...(rendition ? [sizeText(rendition)] : [])];
  return ['library', ...account, ...shown].join(':');
}

function queryFor(scope: Scope, includeArchived: boolean): ItemQuery {
  if (scope === 'all') return includeArchived ? { filters: archived(true) } : {};
  if (scope === 'favorites') {
    return { filters: { featureFilter: { includedFeatures: ['FAVORITES'] }, ...archived(includeArchived) } };
  }
  return { albumId: scope.albumId };
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
function hasBytes({ mediaMetadata }: GoogleMediaItem): boolean {
  return mediaMetadata.video?.status !== 'PROCESSING';
}

function toAlbum({ id, title, mediaItemsCount, coverPhotoMediaItemId }: GoogleAlbum): Album {
  return {
    id,
    title,
    // Google leaves out what is 0.
    itemCount: Number(mediaItemsCount ?? 0),
    ...(coverPhotoMediaItemId === undefined ? {} : { coverItemId: coverPhotoMediaItemId }),
  };
}

function toMediaItem({ id, filename, mimeType, mediaMetadata }: GoogleMediaItem): MediaItem {
  const takenMs = Date.parse(mediaMetadata.creationTime ?? '');
  return { id, filename, mimeType, createdAtMs: Number.isNaN(takenMs) ? 0 : takenMs };
}

function pageOf<T>(members: readonly T[], next: string | undefined): Page<T> {
  return { members, ...(next === undefined ? {} : { next }) };
}

function emptyReason(project: string): string {
  return (
    "Since 31 March 2025, Google's Library API shows an app only the photos and videos which that app itself uploaded. " +
    `This sign-in belongs to the Google Cloud project ${project}, and Google shows it nothing: what the Google Photos ` +
    'app, the website or another program uploaded stays hidden from it. Google offers three ways: items uploaded with ' +
    'this very client id are shown here; Google Takeout (takeout.google.com) exports the whole library; and the Google ' +
    'Photos Picker API lets a person hand chosen items to an app.'
  );
}
