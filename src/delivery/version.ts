import type { Content } from '../sources/source.js';

/** What tells versions of an item's bytes apart. */
export interface Version {
  readonly size: number;
  readonly validator?: string | undefined;
}

export function versionOf({ size, validator }: Content): Version {
  return { size, ...(validator === undefined ? {} : { validator }) };
}

/** A host tells a validator always or never: bytes with one and bytes without come from two, even if their sizes agree. */
export function isOneVersion(a: Version, b: Version): boolean {
  return a.size === b.size && a.validator === b.validator;
}
