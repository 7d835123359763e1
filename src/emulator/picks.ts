import { z } from 'zod';
import type { Account } from './account.js';
import type { Item } from './library.js';
import { pickerUri, type SessionState } from './picking-sessions.js';

const id = z.string().min(1);

/** What a person chooses on the picking page, a row each. */
export const choiceSchema = z.union(
  [
    /** The newest ones. */
    z.strictObject({ count: z.number().int().nonnegative() }),
    /** As `listed` gives them. */
    z.strictObject({ ids: z.array(id) }),
    z.strictObject({ filenames: z.array(id) }),
  ],
  { error: 'a choice is one of count, ids and filenames' },
);

export type Choice = z.infer<typeof choiceSchema>;

/** A picking session as a test looks at it. */
export interface SessionView {
  readonly id: string;
  readonly pickerUri: string;
  readonly state: SessionState;
  readonly pickedCount: number;
}

/** What the picking page shows, newest first: all of the account but its archive, whichever app uploaded it. */
export function* choosable({ library }: Pick<Account, 'library'>): Generator<Item> {
  const now = library();
  for (let position = 0; position < now.size; position += 1) {
    const item = now.at(position);
    if (!item.isArchived) yield item;
  }
}

/** Chooses and presses Done. Throws RangeError for items that are not on the page, and for a session that is not open. */
export function pick(account: Account, sessionId: string, choice: Choice): void {
  account.sessions.finish(sessionId, chosen(account, choice));
}

export function sessionViews({ sessions }: Account, photos: string): SessionView[] {
  return sessions.all().map((session) => ({
    id: session.id,
    pickerUri: pickerUri(session, photos),
    state: session.state,
    pickedCount: session.picked.length,
  }));
}

function chosen(account: Account, choice: Choice): number[] {
  const items = [...choosable(account)];
  if ('count' in choice) {
    if (choice.count > items.length) throw new RangeError(`there are only ${items.length} items to pick`);
    return items.slice(0, choice.count).map(({ serial }) => serial);
  }
  const nameOf = 'ids' in choice ? ({ id }: Item): string => id : ({ filename }: Item): string => filename;
  const wanted = new Set('ids' in choice ? choice.ids : choice.filenames);
  const found = items.filter((item) => wanted.has(nameOf(item)));
  for (const item of found) wanted.delete(nameOf(item));
  if (wanted.size > 0) throw new RangeError(`not on the picking page: ${[...wanted].join(', ')}`);
  return found.map(({ serial }) => serial);
}
