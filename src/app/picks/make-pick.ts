import { AppError } from '../../errors.js';
import { forgetOpen, lookAtPick, type PickState } from '../../sources/picker/picking.js';
import type { Pick } from '../../sources/picker/picks.js';
import type { PickDesk } from './desk.js';

export interface PickRequest {
  /** As `checkedFolder` gives it. */
  readonly folder: string;
  readonly isPinned: boolean;
  /** As many as Google allows (2,000) if absent. */
  readonly maxItemCount?: number;
}

/** A pick that waits for its person. */
export interface OpenPick extends Pick {
  readonly open: NonNullable<Pick['open']>;
}

const PICKING_MS = 30 * 60_000;
/** How often Google is asked while it cannot be reached. */
const UNREACHED_MS = 10_000;
/** Who gives up does not wait for a network that is slow. */
const FAREWELL_MS = 5_000;

/** Begins a pick at Google; it is on disk before anybody is told its address. Throws what `PickerApi.createSession` does. */
export async function startPick(
  { api, picks, clock }: PickDesk,
  { folder, isPinned, maxItemCount }: PickRequest,
  signal?: AbortSignal,
): Promise<OpenPick> {
  const session = await api.createSession({
    ...(maxItemCount === undefined ? {} : { maxItemCount }),
    ...(signal ? { signal } : {}),
  });
  const createdAtMs = clock.now();
  const pick: OpenPick = {
    ...{ sessionId: session.id, folder, isPinned, createdAtMs, endsAtMs: session.endsAtMs },
    open: { pickerUri: session.pickerUri, pollUntilMs: createdAtMs + (session.polling?.forMs ?? PICKING_MS) },
    items: [],
  };
  try {
    await picks.save(pick);
  } catch (error) {
    await api.deleteSession(session.id).catch(() => undefined);
    throw error;
  }
  return pick;
}

/**
 * Waits until the person is done, and gives the pick with its items. A network that fails meanwhile is waited out.
 *
 * GONE if nobody is done in time, or somebody has removed the pick; nothing of it is left then.
 */
export async function awaitPick(desk: PickDesk, begun: OpenPick, signal: AbortSignal): Promise<Pick> {
  for (let pick = begun; ;) {
    const state = await look(desk, pick, signal);
    if (state.state === 'done') return state.pick;
    if (state.state === 'gone') throw gone('the pick was removed, or Google has ended it');
    if (state.state === 'timed-out') throw gone('nobody was done in time, and Google waits no longer');
    pick = { ...pick, open: { ...pick.open, pollUntilMs: state.pollUntilMs } };
    await desk.clock.sleep(state.intervalMs, signal);
  }
}

/** Ends a pick whose person gives up, at Google and here; what was done already stays, and is given. */
export async function abandonPick(desk: PickDesk, { sessionId }: Pick): Promise<Pick | undefined> {
  const { api, picks } = desk;
  const signal = AbortSignal.timeout(FAREWELL_MS);
  const known = (await picks.all()).find((each) => each.sessionId === sessionId);
  if (!known?.open) return known;
  const state = await lookAtPick(known, desk, signal).catch(() => undefined);
  if (state?.state === 'done') return state.pick;
  // Here first: a server that has come to its end in the last instant keeps its session.
  const left = await forgetOpen(sessionId, picks);
  // One that stays ends by itself.
  if (!left) await api.deleteSession(sessionId, signal).catch(() => undefined);
  return left;
}

/** Looks at all picks that wait for somebody: what a process that was killed has left, or another still waits for. */
export async function settleOpenPicks(desk: PickDesk, signal?: AbortSignal): Promise<void> {
  const open = (await desk.picks.all()).filter((pick) => pick.open);
  await Promise.all(
    open.map((pick) =>
      lookAtPick(pick, desk, signal).catch((error: unknown) => {
        signal?.throwIfAborted();
        desk.log.debug({ err: error }, 'picks: an open pick could not be looked at');
      }),
    ),
  );
}

/** Ends picks at Google and here, with the pins that no other needs. Gives what Google could not be told. */
export async function removePicks(
  { api, picks, pins }: PickDesk,
  leaving: readonly Pick[],
  signal?: AbortSignal,
): Promise<readonly AppError[]> {
  const failures: AppError[] = [];
  for (const { sessionId } of leaving) {
    // First: of what is left behind by a process that is killed, the file is what leads to the session.
    await api.deleteSession(sessionId, signal).catch((error: unknown) => {
      if (!(error instanceof AppError)) throw error;
      if (error.code !== 'NOT_FOUND') failures.push(error);
    });
    await picks.update(sessionId, () => undefined);
  }
  const pinned = (await picks.all()).filter(({ isPinned }) => isPinned);
  const kept = new Set(pinned.flatMap(({ items }) => items.map(({ id }) => id)));
  await pins.remove(leaving.flatMap(({ items }) => items.map(({ id }) => id)).filter((id) => !kept.has(id)));
  return failures;
}

async function look(desk: PickDesk, pick: OpenPick, signal: AbortSignal): Promise<PickState> {
  try {
    return await lookAtPick(pick, desk, signal);
  } catch (error) {
    signal.throwIfAborted();
    const isPassing = error instanceof AppError && error.waitHelps;
    if (!isPassing || desk.clock.now() >= pick.open.pollUntilMs) throw error;
    desk.log.debug({ err: error }, 'picks: google could not be asked');
    return { state: 'picking', intervalMs: UNREACHED_MS, pollUntilMs: pick.open.pollUntilMs };
  }
}

function gone(message: string): AppError {
  return new AppError('GONE', message, {
    advice: 'run `photodav pick` again; the link is good for half an hour or so',
  });
}
