import type { Clock } from '../clock.js';
import type { ItemList, MediaItem } from '../model.js';
import type { SizeLearner } from './size-learner.js';

export interface ArrivalOptions {
  readonly clock: Clock;
  readonly waitMs: number;
  /** Aborted when nobody waits any more; learning goes on. */
  readonly signal?: AbortSignal;
}

/** Yields items as their sizes are learned, until none is left to wait for or `waitMs` are over. */
export async function* arrivals(
  learner: SizeLearner,
  items: ItemList,
  { clock, waitMs, signal }: ArrivalOptions,
): AsyncIterable<readonly MediaItem[]> {
  if (signal?.aborted) return;
  let arrived: MediaItem[] = [];
  const state = { isLate: false, isDone: false, isOver: false };
  let wake: () => void = () => undefined;
  const learning = learner.learn(items, 'listing', (item) => {
    if (state.isOver) return;
    arrived.push(item);
    wake();
  });
  void learning.then(() => {
    state.isDone = true;
    wake();
  });
  const timer = new AbortController();
  const end = (): void => {
    state.isLate = true;
    wake();
  };
  void clock.sleep(waitMs, timer.signal).then(end, () => undefined);
  signal?.addEventListener('abort', end);
  try {
    while (!state.isLate && (!state.isDone || arrived.length > 0)) {
      if (arrived.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      const batch = arrived;
      arrived = [];
      if (batch.length > 0) yield batch;
    }
  } finally {
    state.isOver = true;
    timer.abort();
    signal?.removeEventListener('abort', end);
  }
}
