import { LIBRARY_READ_SCOPE, PICKER_SCOPE } from './scopes.js';

/** One of Google's APIs, as people meet it: each is enabled and granted on its own. */
export interface GoogleService {
  /** As the Google Cloud console calls it. */
  readonly title: string;
  readonly scope: string;
}

export const LIBRARY_SERVICE: GoogleService = { title: 'Photos Library API', scope: LIBRARY_READ_SCOPE };

export const PICKER_SERVICE: GoogleService = { title: 'Google Photos Picker API', scope: PICKER_SCOPE };
