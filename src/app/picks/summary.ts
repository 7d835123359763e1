import type { Pick } from '../../sources/picker/picks.js';
import type { PickDesk } from './desk.js';

/** A pick as it is listed. Times are milliseconds since 1970. */
export interface PickSummary {
  readonly id: string;
  readonly folder: string;
  readonly items: number;
  /** True while somebody still picks. */
  readonly isOpen: boolean;
  readonly pickedAtMs: number;
  readonly endsAtMs: number;
  readonly hasEnded: boolean;
  readonly pins?: PinSummary;
}

export interface PinSummary {
  readonly whole: number;
  readonly bytes: number;
  /** Not on disk, and no longer to be had. */
  readonly lost: number;
  /** Found damaged just now: fetched again if that can be. */
  readonly damaged: number;
}

/** All picks, oldest first; `isVerifying` reads every pinned byte. */
export async function summaries(desk: PickDesk, isVerifying = false): Promise<readonly PickSummary[]> {
  const all = await desk.picks.all();
  const result: PickSummary[] = [];
  for (const pick of all) result.push(await summaryOf(desk, pick, isVerifying));
  return result;
}

async function summaryOf(desk: PickDesk, pick: Pick, isVerifying: boolean): Promise<PickSummary> {
  const { sessionId, folder, items, open, createdAtMs, endsAtMs, isPinned } = pick;
  const hasEnded = desk.clock.now() >= endsAtMs;
  return {
    ...{ id: sessionId, folder, items: items.length, isOpen: open !== undefined },
    ...{ pickedAtMs: createdAtMs, endsAtMs, hasEnded },
    ...(isPinned ? { pins: await pinsOf(desk, pick, { hasEnded, isVerifying }) } : {}),
  };
}

async function pinsOf(
  { pins, source }: PickDesk,
  { items }: Pick,
  { hasEnded, isVerifying }: { readonly hasEnded: boolean; readonly isVerifying: boolean },
): Promise<PinSummary> {
  let [whole, bytes, damaged] = [0, 0, 0];
  const served = await source.find(items.map(({ id }) => id));
  for (const item of served.values()) {
    if (isVerifying && (await pins.verify(item)) === 'damaged') damaged += 1;
    const size = await pins.size(item);
    if (size === undefined) continue;
    whole += 1;
    bytes += size;
  }
  return { whole, bytes, damaged, lost: hasEnded ? items.length - whole : 0 };
}
