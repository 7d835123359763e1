import type { AppError } from '../../errors.js';
import type { ListingFile, StoredListing } from './listing-file.js';
import type { Progress } from './listing-pages.js';

/** What is known of one listing. */
export interface Slot<T> {
  readonly file: ListingFile<T>;
  listing?: StoredListing<T> | undefined;
  /** As an earlier run stored it: shown at once, for a start should not wait for the source. */
  isRestored?: boolean;
  /** What the source said of itself just before it was listed in full (`MediaSource.edition`). */
  edition?: string | undefined;
  /** True if only a full listing will do. */
  isDistrusted?: boolean;
  /** What a fetch that did not end has brought so far. */
  progress?: Progress<T> | undefined;
  /** While it is held against the source, that is left alone. */
  failure?: { readonly error: AppError; readonly atMs: number; readonly holdMs: number } | undefined;
  /** Wakes those who wait for a first listing, once there is something to show. */
  onShown: () => void;
  readonly shown: Promise<void>;
}

export function emptySlot<T>(file: ListingFile<T>): Slot<T> {
  let onShown: () => void = () => undefined;
  const shown = new Promise<void>((resolve) => (onShown = resolve));
  return { file, shown, onShown };
}

export function hasListing<T>(slot: Slot<T>): slot is Slot<T> & { listing: StoredListing<T> } {
  return slot.listing !== undefined;
}
