import type { Account } from './account.js';
import type { Box } from './box.js';
import type { Exchange } from './exchange.js';
import type { Route } from './host.js';
import type { Item } from './library.js';
import { notice, sendPage } from './page.js';
import { donePage, pickingPage } from './picking-page.js';
import { MAX_PICKED, type PickingSession } from './picking-sessions.js';
import { choosable } from './picks.js';

const PAGE_PATH = /^\/integration\/picker\/auth\/([^/]+)(\/autoclose)?$/;
const THUMBNAIL_PATH = /^\/integration\/picker\/thumbnail\/([^/]+)\/(\d{1,10})$/;
const THUMBNAIL: Box = { width: 200, height: 200, isCropped: true, isDownload: false };

/** The route of the page where a person picks, or of one of its pictures. */
export function pickingRoute(account: Account, method: string, path: string): Route | undefined {
  const [, opaque, autoclose] = PAGE_PATH.exec(path) ?? [];
  if (opaque !== undefined && (method === 'GET' || method === 'POST')) {
    const press = (exchange: Exchange): Promise<void> => finish(account, exchange, opaque, autoclose !== undefined);
    return { key: 'picking.page', handle: method === 'POST' ? press : (exchange) => show(account, exchange, opaque) };
  }
  const [, thumbnailOf, serial] = THUMBNAIL_PATH.exec(path) ?? [];
  if (thumbnailOf === undefined || method !== 'GET') return undefined;
  return {
    key: 'picking.thumbnail',
    handle: (exchange) => showThumbnail(account, exchange, thumbnailOf, Number(serial)),
  };
}

function show(account: Account, exchange: Exchange, opaque: string): void {
  const session = openSession(account, exchange, opaque);
  if (!session) return;
  const items: Item[] = [];
  let count = 0;
  for (const item of choosable(account)) {
    count += 1;
    if (items.length < MAX_PICKED) items.push(item);
  }
  sendPage(exchange, pickingPage(session, items, count));
}

/** Done was pressed. */
async function finish(account: Account, exchange: Exchange, opaque: string, autoclose: boolean): Promise<void> {
  const form = new URLSearchParams(await exchange.body());
  const session = openSession(account, exchange, opaque);
  if (!session) return;
  const library = account.library();
  const serials = [...new Set(form.getAll('item'))].map((text) => (/^\d{1,10}$/.test(text) ? Number(text) : NaN));
  const items = serials.map((serial) => (Number.isNaN(serial) ? undefined : library.bySerial(serial)));
  const max = session.maxItemCount ?? MAX_PICKED;
  if (items.length === 0 || items.length > max || items.some((item) => item?.isArchived ?? true)) {
    const text = `Go back and select between 1 and ${max} of the items that are shown there.`;
    sendPage(exchange, notice(400, 'That cannot be picked', text));
    return;
  }
  account.sessions.finish(session.id, serials);
  sendPage(exchange, donePage(items.length, autoclose));
}

async function showThumbnail(account: Account, exchange: Exchange, opaque: string, serial: number): Promise<void> {
  const { sessions, resizer } = account;
  const library = account.library();
  const item = library.bySerial(serial);
  if (!item || sessions.find((session) => session.opaque === opaque)?.state !== 'open') {
    exchange.notFoundPage();
    return;
  }
  const bytes = await resizer.jpeg(item, THUMBNAIL, library);
  exchange.send(200, { 'Content-Type': 'image/jpeg', 'Cache-Control': 'private, max-age=3600' }, bytes);
}

/** Undefined once a page has said why nothing can be picked here. */
function openSession({ sessions }: Account, exchange: Exchange, opaque: string): PickingSession | undefined {
  const session = sessions.find((each) => each.opaque === opaque);
  if (session?.state === 'open') return session;
  if (session?.state === 'picked') {
    sendPage(exchange, notice(410, 'You have already picked', 'This address works once: ask the app for another one.'));
  } else {
    sendPage(exchange, notice(404, 'Nothing to pick here', 'This address is wrong, or its time is over.'));
  }
  return undefined;
}
