import { z } from 'zod';
import { SYSTEM_CLOCK } from '../clock.js';
import { googleAddresses } from '../google/addresses.js';
import { MediaClient } from '../google/media.js';
import { PICKER_SCOPE } from '../google/scopes.js';
import { checkSignIn } from './sign-in/credentials.js';
import { openPickerAccount, type PickerAccount } from './picker/picker-account.js';
import { PickerSource } from './picker/picker-source.js';
import { sizeText } from './rendition.js';
import { SIGN_IN_FIELDS } from './sign-in/options.js';
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
  checkOptions: (given) => checkSignIn(given, SYSTEM_CLOCK.now()),
  create: createPicker,
} as const satisfies SourceKind<PickerOptions>;

async function createPicker(given: PickerOptions, context: SourceContext): Promise<MediaSource> {
  return pickerSource(await openPickerAccount(given, context), context);
}

/** What the account has picked; closes the account in the end. */
export function pickerSource(account: PickerAccount, { clock, log, google, rendition }: SourceContext): PickerSource {
  const addresses = googleAddresses(google.endpoint);
  const { transport, governor } = account;
  const shown = rendition ? [sizeText(rendition)] : [];
  return new PickerSource({
    ...account,
    media: new MediaClient({
      ...{ transport, clock, log },
      mayServeBytes: (url) => addresses.mayServeBytes(url),
      quota: governor.bytes,
    }),
    ...{ clock, log, rendition },
    namespace: ['picker', account.namespace, ...shown].join(':'),
  });
}
