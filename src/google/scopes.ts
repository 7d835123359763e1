const PREFIX = 'https://www.googleapis.com/auth/';

/** Lists and opens what this OAuth client uploaded ("Authorization scopes" of the Google Photos APIs). */
export const LIBRARY_READ_SCOPE = `${PREFIX}photoslibrary.readonly.appcreateddata`;

/** Makes picking sessions, and lists and opens what was picked. */
export const PICKER_SCOPE = `${PREFIX}photospicker.mediaitems.readonly`;

/** Removed on 31 March 2025; a token that has only these opens nothing. */
export const REMOVED_SCOPES: readonly string[] = [
  `${PREFIX}photoslibrary`,
  `${PREFIX}photoslibrary.readonly`,
  `${PREFIX}photoslibrary.sharing`,
];

/** Those needed that were not granted; none if Google did not tell what was. */
export function missingScopes(granted: readonly string[], needed: readonly string[]): readonly string[] {
  return granted.length === 0 ? [] : needed.filter((scope) => !granted.includes(scope));
}

/** Those granted that Google removed since. */
export function removedScopes(granted: readonly string[]): readonly string[] {
  return granted.filter((scope) => REMOVED_SCOPES.includes(scope));
}
