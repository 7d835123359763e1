import { LIBRARY_READ_SCOPE, PICKER_SCOPE } from '../../google/scopes.js';

const PURPOSES: Readonly<Record<string, string>> = {
  [LIBRARY_READ_SCOPE]: 'shows what this OAuth client has uploaded (source library)',
  [PICKER_SCOPE]: 'lets you pick photos, and shows what you have picked (source picker)',
};

/** The scope, and what photodav does with it. */
export function explained(scope: string): string {
  const purpose = PURPOSES[scope];
  return purpose === undefined ? scope : `${scope}, which ${purpose}`;
}
