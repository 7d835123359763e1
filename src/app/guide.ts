import { LIBRARY_SERVICE, PICKER_SERVICE } from '../google/services.js';
import { markdownOf, textOf } from './guide/render.js';
import { guideSteps, type GuideService } from './guide/steps.js';

/** Google's APIs that a source may ask. */
export const GUIDE_SERVICES: readonly GuideService[] = [
  {
    ...LIBRARY_SERVICE,
    host: 'photoslibrary.googleapis.com',
    shows: 'For the source library: it shows what this very OAuth client has uploaded.',
  },
  {
    ...PICKER_SERVICE,
    host: 'photospicker.googleapis.com',
    shows: 'For the source picker: it shows what you pick. "Google Picker API", without "Photos", is another one.',
  },
];

const ALL_SCOPES: readonly string[] = GUIDE_SERVICES.map(({ scope }) => scope);

/**
 * The way through Google's console to a sign-in that grants these scopes, for a terminal of so many columns; it leads into the project of the
 * OAuth client, if there is one already.
 */
export function guideText(width: number, scopes = ALL_SCOPES, clientId = ''): string {
  const [project] = /^\d+(?=-)/.exec(clientId) ?? [];
  const services = GUIDE_SERVICES.filter(({ scope }) => scopes.includes(scope));
  return textOf(guideSteps({ services, ...(project === undefined ? {} : { project }) }), width);
}

/** The same for the docs, for every source. */
export function guideMarkdown(): string {
  return markdownOf(guideSteps({ services: GUIDE_SERVICES }));
}
