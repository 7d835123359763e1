import { setTimeout as delay } from 'node:timers/promises';
import type { Account } from './account.js';
import type { Exchange } from './exchange.js';
import type { Origins } from './google-names.js';
import type { Host, Route } from './host.js';
import type { Item } from './library.js';
import { serve } from './serve.js';
import { sniffType } from './sniff.js';

const SNIFFED_BYTES = 512;
const PAGE = '<!DOCTYPE html>\n<title>gphotosdl</title>\n<p>A stand-in for gphotosdl: /id/{mediaItemId}\n';

/**
 * A stand-in for rclone's gphotosdl, which has a browser download the original: `GET /id/{mediaItemId}`.
 *
 * It downloads again for each request, a HEAD or a range too, and one at a time: what comes meanwhile waits, also behind
 * a download whose client has left.
 */
export function gphotosdlHost(account: Account, origins: Origins): Host {
  const download = downloads(account);
  return {
    origins,
    route(method, url) {
      const id = /^\/id\/([^/]+)$/.exec(url.pathname)?.[1];
      if (method !== 'GET' && method !== 'HEAD') return refusal;
      if (id === undefined) return page;
      const handle = async (exchange: Exchange): Promise<void> => {
        const item = await download(id);
        if (item) await sendFile(account, exchange, item);
        else exchange.send(404, {});
      };
      return { key: 'gphotosdl.download', hasBody: method === 'GET', handle };
    },
    latencyMs: () => 0,
    fail: (exchange, status, headers) => exchange.send(status, headers),
  };
}

const page: Route = {
  key: 'gphotosdl.page',
  handle: (exchange) => exchange.send(200, { 'Content-Type': 'text/html; charset=utf-8' }, PAGE),
};

const refusal: Route = {
  key: 'unknown',
  handle: (exchange) => exchange.send(405, { Allow: 'GET, HEAD' }, 'Method Not Allowed\n'),
};

/** One download after the other; gives the item once its file is there. */
function downloads({ library, levers }: Account): (id: string) => Promise<Item | undefined> {
  let last: Promise<unknown> = Promise.resolve();
  return async (id) => {
    const turn = last.then(async () => {
      // The browser goes on when the client has left; an emulator that ends does not wait for it.
      if (levers.downloadMs > 0) await delay(levers.downloadMs, undefined, { ref: false });
      return library().byId(id);
    });
    last = turn;
    return turn;
  };
}

/** As Go's `http.ServeFile` sends a file without a name. */
async function sendFile(account: Account, exchange: Exchange, item: Item): Promise<void> {
  const trailer = Buffer.alloc(account.levers.originalTrailerBytes);
  const sizeBytes = item.sizeBytes + trailer.length;
  const read = (first: number, last: number): AsyncIterable<Uint8Array> =>
    original(account, item, trailer, first, last);
  await serve(account, exchange, {
    sizeBytes,
    headers: {
      'Accept-Ranges': 'bytes',
      'Content-Type': sniffType(await collect(read(0, Math.min(SNIFFED_BYTES, sizeBytes) - 1))),
      'Last-Modified': new Date(account.now()).toUTCString(),
    },
    honoursRange: true,
    read,
  });
}

async function* original(
  { library }: Account,
  item: Item,
  trailer: Buffer,
  first: number,
  last: number,
): AsyncGenerator<Uint8Array> {
  const { sizeBytes } = item;
  if (first < sizeBytes) yield* library().read(item, first, Math.min(last, sizeBytes - 1));
  if (last >= sizeBytes) yield trailer.subarray(Math.max(0, first - sizeBytes), last - sizeBytes + 1);
}

async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
