import { z } from 'zod';
import type { Account } from './account.js';
import { authorize } from './bearer.js';
import { callRoute } from './calls.js';
import type { Exchange } from './exchange.js';
import { googleError, invalidId, pendingUserAction } from './google-errors.js';
import type { Origins } from './google-names.js';
import type { Route } from './host.js';
import type { Item } from './library.js';
import { everyOne, pageRequest, takePage } from './paging.js';
import { parsePayload } from './payload.js';
import { pickedItemJson } from './picked-items.js';
import { MAX_PICKED, pickerUri, type PickingSession } from './picking-sessions.js';

/** The one scope of the Picker API, and of the bytes that it leads to. */
export const PICKER_SCOPE = 'https://www.googleapis.com/auth/photospicker.mediaitems.readonly';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const int64 = z.union([z.number().int(), z.string().regex(/^-?\d{1,18}$/)]).transform(Number);
const outputOnly = z.unknown().optional();
const sessionSchema = z.strictObject({
  pickingConfig: z.strictObject({ maxItemCount: int64.optional() }).optional(),
  ...{ id: outputOnly, pickerUri: outputOnly, pollingConfig: outputOnly },
  ...{ expireTime: outputOnly, mediaItemsSet: outputOnly },
});

interface Call {
  readonly key: string;
  readonly method: string;
  readonly path: RegExp;
  answer(account: Account, exchange: Exchange, clientId: string, id: string): object | Promise<object>;
}

const CALLS: readonly Call[] = [
  { key: 'picker.sessions.create', method: 'POST', path: /^\/v1\/sessions$/, answer: createSession },
  { key: 'picker.sessions.get', method: 'GET', path: /^\/v1\/sessions\/([^/:]+)$/, answer: getSession },
  { key: 'picker.sessions.delete', method: 'DELETE', path: /^\/v1\/sessions\/([^/:]+)$/, answer: deleteSession },
  { key: 'picker.mediaItems.list', method: 'GET', path: /^\/v1\/mediaItems$/, answer: listPicked },
];

/** The route of a Picker API call, or undefined if there is no such method. */
export function pickerRoute(account: Account, method: string, path: string): Route | undefined {
  return callRoute(CALLS, method, path, (call, exchange, id) => {
    const { clientId } = authorize(account, exchange, call.key, PICKER_SCOPE);
    return call.answer(account, exchange, clientId, id);
  });
}

async function createSession(account: Account, exchange: Exchange, clientId: string): Promise<object> {
  const { sessions, levers } = account;
  const { pickingConfig } = parsePayload(await exchange.body(), sessionSchema);
  const asked = pickingConfig?.maxItemCount ?? 0;
  const requestId = exchange.url.searchParams.get('requestId');
  if (asked < 0) throw googleError(400);
  if (requestId !== null && !UUID.test(requestId)) throw invalidId();
  if (levers.noPhotosAccount) throw googleError(400, undefined, { status: 'FAILED_PRECONDITION' });
  const kept = sessions.all().filter(isKept);
  if (levers.maxOpenSessions > 0 && kept.length >= levers.maxOpenSessions) throw googleError(429);
  const session = sessions.create(clientId, pickingConfig && (asked === 0 ? MAX_PICKED : Math.min(asked, MAX_PICKED)));
  return sessionJson(session, account, exchange.origins);
}

function getSession(account: Account, { origins }: Exchange, clientId: string, id: string): object {
  return sessionJson(sessionOf(account, clientId, id), account, origins);
}

function deleteSession(account: Account, _exchange: Exchange, clientId: string, id: string): object {
  account.sessions.delete(sessionOf(account, clientId, id).id);
  return {};
}

function listPicked(account: Account, { url, origins }: Exchange, clientId: string): object {
  const session = sessionOf(account, clientId, url.searchParams.get('sessionId') ?? '');
  const page = pageRequest(url, 50, 100);
  if (session.state !== 'picked') throw pendingUserAction();
  const library = account.library();
  const items = session.picked.map((serial) => library.bySerial(serial)).filter((item) => item !== undefined);
  const at = (position: number): Item => {
    const item = items[position];
    if (!item) throw new RangeError('no such position');
    return item;
  };
  const { members, nextPageToken } = takePage(
    everyOne(`session ${session.id}`, { size: items.length, at }),
    page,
    account.levers,
  );
  return {
    ...(members.length > 0
      ? { mediaItems: members.map((item) => pickedItemJson(item, session, account, origins)) }
      : {}),
    ...(nextPageToken ? { nextPageToken } : {}),
  };
}

/** Throws GoogleError 400 for what is no id, 404 for what is no session of this app, or not any more. */
function sessionOf({ sessions }: Account, clientId: string, id: string): PickingSession {
  if (!UUID.test(id)) throw invalidId();
  const session = sessions.find((each) => each.id === id);
  if (session?.clientId !== clientId || !isKept(session)) throw googleError(404);
  return session;
}

function isKept({ state }: PickingSession): boolean {
  return state === 'open' || state === 'picked';
}

function sessionJson(session: PickingSession, { levers, now }: Account, { photos }: Origins): object {
  const { id, maxItemCount, state } = session;
  const leftMs = Math.max(0, session.createdAtMs + levers.pickTimeoutMs - now());
  return {
    id,
    pickerUri: pickerUri(session, photos),
    ...(state === 'open'
      ? { pollingConfig: { pollInterval: seconds(levers.pollIntervalMs), timeoutIn: seconds(leftMs) } }
      : { mediaItemsSet: true }),
    expireTime: new Date(session.expiresAtMs).toISOString(),
    ...(maxItemCount === undefined ? {} : { pickingConfig: { maxItemCount: String(maxItemCount) } }),
  };
}

/** A Duration in JSON, such as `5s` or `1799.5s`. */
function seconds(ms: number): string {
  return `${ms / 1000}s`;
}
