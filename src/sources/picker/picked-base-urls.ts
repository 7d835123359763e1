import { untilAborted } from '../../abort.js';
import { AppError, toAppError } from '../../errors.js';
import type { BaseUrlAnswers } from '../bytes/base-urls.js';
import type { PickedShelf } from './picked-shelf.js';
import type { Pick } from './picks.js';
import type { SessionListings } from './session-listings.js';

export interface PickedBaseUrlsParts {
  /** As the files are now. */
  readonly shelf: () => Promise<PickedShelf>;
  readonly sessions: SessionListings;
}

/**
 * Base URLs by listing the sessions that hold the items: for each the one that ends last, and the next where that one does
 * not help.
 */
export async function fetchPickedBaseUrls(
  ids: readonly string[],
  { shelf, sessions }: PickedBaseUrlsParts,
  signal: AbortSignal,
): Promise<BaseUrlAnswers> {
  const answers = new Map<string, string | AppError>();
  const tried = new Set<string>();
  let open = ids;
  while (open.length > 0) {
    const held = await shelf();
    const bySession = new Map<string, string[]>();
    for (const id of open) {
      const picks = held.picksOf(id);
      const pick = picks.find((each) => sessions.isLiving(each) && !tried.has(each.sessionId));
      if (pick) bySession.set(pick.sessionId, [...(bySession.get(pick.sessionId) ?? []), id]);
      else if (!answers.has(id)) answers.set(id, lost(picks, sessions));
    }
    await Promise.all(
      Array.from(bySession, async ([sessionId, members]) => {
        tried.add(sessionId);
        for (const [id, answer] of await urlsOf(sessionId, members, sessions, signal)) answers.set(id, answer);
      }),
    );
    open = [...bySession.values()].flat().filter((id) => typeof answers.get(id) !== 'string');
  }
  return answers;
}

/** Why there are no bytes of what these picks hold: GONE if all have ended, else NOT_FOUND. */
export function lost(picks: readonly Pick[], sessions: SessionListings): AppError {
  const [pick] = picks;
  if (!pick || picks.some((each) => sessions.isLiving(each))) {
    return new AppError('NOT_FOUND', 'google photos: the media item is unknown or gone');
  }
  return new AppError('GONE', 'google photos: the pick that this item came with has ended', {
    advice: `pick it again: photodav pick --folder ${JSON.stringify(pick.folder)}`,
  });
}

/** Nothing for what the session does not hold, or no longer. */
async function urlsOf(
  sessionId: string,
  ids: readonly string[],
  sessions: SessionListings,
  signal: AbortSignal,
): Promise<BaseUrlAnswers> {
  try {
    const urls = await untilAborted(sessions.of(sessionId), signal);
    return new Map(ids.filter((id) => urls.has(id)).map((id) => [id, urls.get(id) ?? noBytes()]));
  } catch (error) {
    signal.throwIfAborted();
    const failure = toAppError(error);
    return new Map(failure.code === 'NOT_FOUND' ? [] : ids.map((id) => [id, failure]));
  }
}

function noBytes(): AppError {
  return new AppError('SOURCE_UNAVAILABLE', 'google photos: the media item has no bytes yet');
}
