import type { Clock } from '../../clock.js';
import type { Config } from '../../config/schema.js';
import { toAppError, type AppError } from '../../errors.js';
import type { Log } from '../../log.js';
import type { MediaSource } from '../../sources/source.js';
import { openOneSource } from '../libraries.js';
import { hasOwnToken, type SignInMount } from './whose.js';

/** What Google shows of a mount once somebody has signed in; `reason` says why there may be nothing, and what to do. */
export type FirstLook =
  | { readonly kind: 'items' }
  | { readonly kind: 'empty'; readonly reason: string }
  /** Nobody has asked: the configuration's own token would be. */
  | { readonly kind: 'not-asked' }
  | { readonly kind: 'fault'; readonly error: AppError };

/** Asks for one item: one request of the day's quota. Throws nothing but the signal's reason. */
export async function firstLook(
  config: Config,
  mount: SignInMount,
  parts: { readonly log: Log; readonly clock: Clock },
  signal?: AbortSignal,
): Promise<FirstLook> {
  if (hasOwnToken(mount)) return { kind: 'not-asked' };
  try {
    const opened = await openOneSource(config, mount, parts);
    const { source } = opened;
    try {
      return (await hasItems(source, signal)) ? { kind: 'items' } : { kind: 'empty', reason: source.emptyReason };
    } finally {
      await opened.close();
    }
  } catch (error) {
    signal?.throwIfAborted();
    return { kind: 'fault', error: toAppError(error) };
  }
}

async function hasItems(source: MediaSource, signal: AbortSignal | undefined): Promise<boolean> {
  for await (const { members } of source.listItems('all', { pageSize: 1, ...(signal ? { signal } : {}) })) {
    if (members.length > 0) return true;
  }
  return false;
}
