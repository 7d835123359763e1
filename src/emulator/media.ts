import type { Account } from './account.js';
import type { BaseUrls, Purpose } from './base-url.js';
import { bearerOf } from './bearer.js';
import { parseBox, type Box } from './box.js';
import type { Exchange, Headers } from './exchange.js';
import { googleError, quotaExceeded } from './google-errors.js';
import type { Origins } from './google-names.js';
import type { Host, Route } from './host.js';
import type { Item } from './library.js';
import { PICKER_SCOPE } from './picker-api.js';
import { REFUSAL_PNG, TINY_JPEG } from './pictures.js';
import { videoStatus } from './resources.js';
import { serve, type Subject } from './serve.js';

const MEDIA_HEADERS: Headers = {
  'Cache-Control': 'private, max-age=86400, no-transform',
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Content-Length',
  'Timing-Allow-Origin': '*',
  'X-Content-Type-Options': 'nosniff',
  'X-XSS-Protection': '0',
  Vary: 'Origin',
  Server: 'fife',
};

const PURPOSES = { lr: 'media', ppa: 'picked' } as const;

/**
 * The host of base URLs, as `lh3.googleusercontent.com`: `/lr/<opaque>=d`, `=dv` and `=w640-h480`.
 *
 * Those of the Library API need no token; `/ppa/…`, of the Picker API, needs the bearer.
 */
export function mediaHost(account: Account, origins: Origins): Host {
  return hostOf(account, origins, (method, url) => {
    const [, kind = 'lr', opaque = '', suffix = ''] = /^\/(lr|ppa)\/([^/=]+)(?:=(.*))?$/.exec(url.pathname) ?? [];
    const isVideo = suffix === 'dv';
    const key = method === 'HEAD' ? 'media.head' : isVideo ? 'media.video' : 'media.get';
    const handle = async (exchange: Exchange): Promise<void> => {
      const box = parseBox(suffix);
      const item = openItem(account, exchange, PURPOSES[kind as keyof typeof PURPOSES], opaque);
      if (!item) return;
      if (isVideo && item.video) redirectToVideo(account, exchange, item);
      else if (suffix === 'd') await serve(account, exchange, item.video ? still(account, item) : photo(account, item));
      else if (box) await serve(account, exchange, await resized(account, item, box));
      else refuse(exchange, 404);
    };
    return { key, hasBody: key === 'media.get', handle };
  });
}

/** The host that `=dv` redirects to, as `video-downloads.googleusercontent.com`: whole files, unless a lever is set. */
export function videoHost(account: Account, origins: Origins): Host {
  return hostOf(account, origins, (method, url) => {
    const key = method === 'HEAD' ? 'media.video.head' : 'media.video.bytes';
    const handle = async (exchange: Exchange): Promise<void> => {
      // No client is to send it on to this host; a test sees here which one did.
      if (bearerOf(exchange.request) !== undefined) account.counters.add('media.video.bearer');
      const item = openItem(account, exchange, 'video', url.pathname.slice(1));
      if (!item) return;
      await exchange.sleep(account.levers.videoFirstByteMs);
      await serve(account, exchange, video(account, item));
    };
    return { key, hasBody: key === 'media.video.bytes', handle };
  });
}

function hostOf(account: Account, origins: Origins, route: (method: string, url: URL) => Route): Host {
  return {
    origins,
    route: (method, url) =>
      method === 'GET' || method === 'HEAD'
        ? route(method, url)
        : { key: 'unknown', handle: (exchange) => exchange.html(405, 'Method Not Allowed', 'Use GET.') },
    latencyMs: () => account.levers.mediaLatencyMs,
    fail: refuse,
  };
}

/** The item that the opaque part stands for; undefined once the request has been refused. */
function openItem(account: Account, exchange: Exchange, purpose: Purpose, opaque: string): Item | undefined {
  const { baseUrls, levers, quota } = account;
  const opened = baseUrls.open(purpose, opaque);
  const item = typeof opened === 'object' ? account.library().bySerial(opened.serial) : undefined;
  if (purpose === 'picked' && !mayOpen(account, exchange, opened)) refuse(exchange, 403);
  else if (!item) refuse(exchange, opened === 'expired' ? 403 : 404);
  else if (exchange.method === 'HEAD' && levers.headRefused) refuse(exchange, 405);
  else if (purpose !== 'video' && !quota.spend('bytes', levers.quotaBytesPerDay)) {
    throw quotaExceeded(
      purpose === 'picked' ? 'picker.media' : 'media',
      'daily',
      levers.quotaBytesPerDay,
      levers.retryAfterOn429 ? 30 : undefined,
    );
  } else return item;
  return undefined;
}

/** A picked item is opened with a token of the Picker's scope, and while its session lives. */
function mayOpen({ tokens, sessions }: Account, { request }: Exchange, opened: ReturnType<BaseUrls['open']>): boolean {
  const grant = tokens.access(bearerOf(request) ?? '');
  if (typeof opened === 'string' || !grant?.scopes.includes(PICKER_SCOPE)) return false;
  const session = sessions.find(({ serial }) => serial === opened.session);
  return session?.state === 'picked' && session.clientId === grant.clientId;
}

function redirectToVideo(account: Account, exchange: Exchange, item: Item): void {
  if (videoStatus(item, account) !== 'READY') {
    refuse(exchange, 404);
    return;
  }
  const Location = `${exchange.origins.video}/${account.baseUrls.issue('video', item.serial)}`;
  exchange.send(302, { ...MEDIA_HEADERS, Location });
}

function photo(account: Account, item: Item): Subject {
  return {
    sizeBytes: item.sizeBytes,
    headers: { ...MEDIA_HEADERS, 'Content-Type': item.mimeType, ...identity(item, '') },
    honoursRange: !account.levers.rangesRefused,
    read: (first, last) => account.library().read(item, first, last),
  };
}

/** `=d` of a video is a picture of it, not the video. */
function still(account: Account, item: Item): Subject {
  return picture(account, TINY_JPEG, identity(item, '.jpg'));
}

async function resized(account: Account, item: Item, box: Box): Promise<Subject> {
  const { ETag, 'Content-Disposition': download } = identity(item, '');
  const disposition = box.isDownload ? download : download.replace('attachment', 'inline');
  const bytes = await account.resizer.jpeg(item, box, account.library());
  return picture(account, bytes, { ETag, 'Content-Disposition': disposition });
}

function picture(account: Account, bytes: Buffer, headers: Headers): Subject {
  return {
    sizeBytes: bytes.length,
    headers: { ...MEDIA_HEADERS, 'Content-Type': 'image/jpeg', ...headers },
    honoursRange: !account.levers.rangesRefused,
    async *read(first, last) {
      yield await Promise.resolve(bytes.subarray(first, last + 1));
    },
  };
}

function video(account: Account, item: Item): Subject {
  const { 'Content-Disposition': disposition } = identity(item, '');
  return {
    sizeBytes: item.sizeBytes,
    headers: { 'Content-Type': item.mimeType, 'Content-Disposition': disposition, 'Cache-Control': 'private' },
    honoursRange: account.levers.videoRanges,
    read: (first, last) => account.library().read(item, first, last),
  };
}

function identity(item: Item, suffix: string): { ETag: string; 'Content-Disposition': string } {
  const filename = `${item.filename}${suffix}`;
  const ascii = filename.replace(/[^\x20-\x7e]|["\\]/g, '_');
  const star = ascii === filename ? '' : `;filename*=UTF-8''${encodeURIComponent(filename).replaceAll("'", '%27')}`;
  return { ETag: `"v${item.version}"`, 'Content-Disposition': `attachment;filename="${ascii}"${star}` };
}

/** Refusals come with a picture as their body (403 and 404), or with a page. */
function refuse(exchange: Exchange, status: number, headers: Readonly<Record<string, string>> = {}): void {
  if (status === 403 || status === 404) exchange.send(status, { ...headers, 'Content-Type': 'image/png' }, REFUSAL_PNG);
  else if (status === 429) throw googleError(429, undefined, { headers });
  else exchange.html(status, 'Error', 'Your client has issued a request that cannot be answered.', headers);
}
