import type { Clock } from '../../src/clock.js';
import type { Emulator } from '../../src/emulator/emulator.js';
import type { PickerAccount } from '../../src/sources/picker/picker-account.js';
import { completePick } from '../../src/sources/picker/picking.js';
import type { Pick } from '../../src/sources/picker/picks.js';

type Account = globalThis.Pick<PickerAccount, 'api' | 'picks'>;

/** Begins a pick as `photodav pick` does. */
export async function beginPick({ api, picks }: Account, folder: string, clock: Clock): Promise<Pick> {
  const { id, pickerUri, endsAtMs, polling } = await api.createSession();
  const now = clock.now();
  const pick = {
    ...{ sessionId: id, folder, isPinned: false, createdAtMs: now, endsAtMs },
    open: { pickerUri, pollUntilMs: now + (polling?.forMs ?? 0) },
    items: [],
  };
  await picks.save(pick);
  return pick;
}

/** Picks from the first page to the last, as a person would with `photodav pick`. */
export async function makePick(
  emulator: Emulator,
  account: Account,
  { folder, clock, ...choice }: { folder: string; clock: Clock } & Parameters<Emulator['pick']>[1],
): Promise<Pick> {
  const { sessionId } = await beginPick(account, folder, clock);
  emulator.pick(sessionId, choice);
  const pick = await completePick(sessionId, account);
  if (!pick) throw new Error('the pick was removed');
  return pick;
}
