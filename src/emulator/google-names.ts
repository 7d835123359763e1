/** Google's hosts that the emulator stands for. */
export const GOOGLE_NAMES = {
  library: 'photoslibrary.googleapis.com',
  picker: 'photospicker.googleapis.com',
  accounts: 'accounts.google.com',
  oauth: 'oauth2.googleapis.com',
  apis: 'www.googleapis.com',
  openId: 'openidconnect.googleapis.com',
  /** The web application: people pick there. */
  photos: 'photos.google.com',
  media: 'lh3.googleusercontent.com',
  video: 'video-downloads.googleusercontent.com',
} as const;

export type GoogleName = (typeof GOOGLE_NAMES)[keyof typeof GOOGLE_NAMES];

/** Where base URLs, the redirects of videos and pickerUris lead: origins without a trailing slash. */
export interface Origins {
  readonly media: string;
  readonly video: string;
  readonly photos: string;
}

/** What a client is told that calls us by one of Google's names. */
export const GOOGLE_ORIGINS: Origins = {
  media: `https://${GOOGLE_NAMES.media}`,
  video: `https://${GOOGLE_NAMES.video}`,
  photos: `https://${GOOGLE_NAMES.photos}`,
};
