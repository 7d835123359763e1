import type { Clock } from '../../clock.js';
import { AppError } from '../../errors.js';
import type { GooglePickedItem, PickerApi } from '../../google/picker-api.js';
import type { Pick, PickedItem, Picks } from './picks.js';

/** What a look at a pick has told. */
export type PickState =
  | { readonly state: 'picking'; readonly intervalMs: number; readonly pollUntilMs: number }
  | { readonly state: 'done'; readonly pick: Pick }
  /** Nobody has finished it in time. */
  | { readonly state: 'timed-out' }
  /** Its session has ended, or the pick was removed. */
  | { readonly state: 'gone' };

const INTERVAL_MS = 5_000;
/** Google's time counts down from each answer, so that two answers never give quite the same end. */
const SAME_MS = 10_000;

/**
 * Looks whether the person is done, and lists what was picked into the pick's file then; a pick that nobody finished in time
 * is removed. Whoever looks at the same pick at the same time comes to the same end.
 *
 * Throws what the API throws, but for a session that has ended.
 */
export async function lookAtPick(
  pick: Pick,
  { api, picks, clock }: { readonly api: PickerApi; readonly picks: Picks; readonly clock: Clock },
  signal?: AbortSignal,
): Promise<PickState> {
  const { sessionId } = pick;
  try {
    const { isDone, polling } = await api.session(sessionId, signal);
    if (isDone) {
      const done = await completePick(sessionId, { api, picks }, signal);
      return done ? { state: 'done', pick: done } : { state: 'gone' };
    }
    const pollUntilMs = pollingEnd(pick, polling?.forMs, clock);
    if (clock.now() < pollUntilMs) {
      await takePollingEnd(pick, pollUntilMs, picks);
      return { state: 'picking', intervalMs: polling?.intervalMs ?? INTERVAL_MS, pollUntilMs };
    }
    const left = await forgetOpen(sessionId, picks);
    if (left) return { state: 'done', pick: left };
    // One that stays ends by itself.
    await api.deleteSession(sessionId, signal).catch(() => undefined);
    return { state: 'timed-out' };
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'NOT_FOUND')) throw error;
    await forgetOpen(sessionId, picks);
    return { state: 'gone' };
  }
}

/** Removes an open pick, unless another process has come to the end of it meanwhile: gives it then. */
export function forgetOpen(sessionId: string, picks: Picks): Promise<Pick | undefined> {
  return picks.update(sessionId, (held) => (held?.open ? undefined : held));
}

/** Until when Google says to ask, which each answer says anew; as said before where this one does not. */
function pollingEnd({ open, endsAtMs }: Pick, forMs: number | undefined, clock: Clock): number {
  return forMs === undefined ? (open?.pollUntilMs ?? 0) : Math.min(clock.now() + forMs, endsAtMs);
}

/** So that whoever goes on with the pick, and when this process is gone too, waits as long. */
async function takePollingEnd({ sessionId, open }: Pick, pollUntilMs: number, picks: Picks): Promise<void> {
  if (!open || Math.abs(pollUntilMs - open.pollUntilMs) < SAME_MS) return;
  await picks.update(sessionId, (held) => (held?.open ? { ...held, open: { ...held.open, pollUntilMs } } : held));
}

/** Lists what was picked into the pick's file; undefined if the pick was removed meanwhile. Throws what the API throws. */
export async function completePick(
  sessionId: string,
  { api, picks }: { readonly api: PickerApi; readonly picks: Picks },
  signal?: AbortSignal,
): Promise<Pick | undefined> {
  const listed: GooglePickedItem[] = [];
  for await (const { members } of api.items(sessionId, signal ? { signal } : {})) listed.push(...members);
  return takeListed(picks, sessionId, listed);
}

/** Takes what a session lists into the pick's file; what it no longer lists stays, for the person chose it. */
export function takeListed(
  picks: Picks,
  sessionId: string,
  listed: readonly GooglePickedItem[],
): Promise<Pick | undefined> {
  return picks.update(sessionId, (pick) => {
    if (!pick) return undefined;
    const { open, ...rest } = pick;
    const items = new Map(pick.items.map((item) => [item.id, item]));
    for (const item of listed) items.set(item.id, toPickedItem(item));
    const isSame = !open && JSON.stringify([...items.values()]) === JSON.stringify(pick.items);
    return isSame ? pick : { ...rest, items: [...items.values()] };
  });
}

function toPickedItem({ id, createTime = '', mediaFile }: GooglePickedItem): PickedItem {
  const { filename, mimeType, mediaFileMetadata } = mediaFile;
  const takenMs = Date.parse(createTime);
  const status = mediaFileMetadata?.videoMetadata?.processingStatus;
  const isProcessing = status === 'PROCESSING' || status === 'FAILED';
  return {
    ...{ id, filename, mimeType },
    createdAtMs: Number.isNaN(takenMs) ? 0 : takenMs,
    ...(isProcessing ? { isProcessing } : {}),
  };
}
