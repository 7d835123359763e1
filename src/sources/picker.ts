import { z } from 'zod';
import { SYSTEM_CLOCK } from '../clock.js';
import { googleAddresses } from '../google/addresses.js';
import { MediaClient } from '../google/media.js';
import { PICKER_SCOPE } from '../google/scopes.js';
import { credentialsOf } from './library-credentials.js';
import { openPickerAccount } from './picker-account.js';
import { PickerSource } from './picker-source.js';
import { sizeText } from './rendition.js';
import { SIGN_IN_FIELDS } from './sign-in-options.js';
import type { MediaSource, SourceContext, SourceKind } from './source.js';

/**
 * The Google Photos Picker API. It shows what a person has picked in Google's own page (`photodav pick`), from all of their
 * library; bytes can be had for about a week, and with an access token only.
 */
const options = z.strictObject({ ...SIGN_IN_FIELDS });

export type PickerOptions = z.infer<typeof options>;

export const PICKER = {
  name: 'picker',
  options,
  scopes: [PICKER_SCOPE],
  checkOptions: (given) => void credentialsOf(given, SYSTEM_CLOCK.now()),
  create: createPicker,
} as const satisfies SourceKind<PickerOptions>;

async function createPicker(given: PickerOptions, context: SourceContext): Promise<MediaSource> {
  const { clock, log, google, rendition } = context;
  const addresses = googleAddresses(google.endpoint);
  const account = await openPickerAccount(given, context);
  const { transport, governor } = account;
  const shown = rendition ? [sizeText(rendition)] : [];
  const source = new PickerSource({
    ...account,
    media: new MediaClient({
      ...{ transport, clock, log },
      mayServeBytes: (url) => addresses.mayServeBytes(url),
      quota: governor.bytes,
    }),
    ...{ clock, log, rendition },
    namespace: ['picker', account.namespace, ...shown].join(':'),
  });
  source.start();
  return source;
}
