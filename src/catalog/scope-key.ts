import type { Scope } from '../model.js';

/** What a scope's listing goes by, in memory and in the store. */
export function keyOf(scope: Scope): string {
  return typeof scope === 'string' ? scope : `album/${scope.albumId}`;
}

export function scopeOf(key: string): Scope {
  return key === 'all' || key === 'favorites' ? key : { albumId: key.slice('album/'.length) };
}
