import { z } from 'zod';
import { SYSTEM_CLOCK } from '../clock.js';
import { AppError } from '../errors.js';
import { googleAddresses } from '../google/addresses.js';
import { Gphotosdl } from '../google/media/gphotosdl.js';
import { LibraryApi } from '../google/library-api.js';
import { MediaClient } from '../google/media.js';
import { RestClient } from '../google/rest.js';
import { LIBRARY_READ_SCOPE } from '../google/scopes.js';
import { LIBRARY_SERVICE } from '../google/services.js';
import { Transport } from '../google/transport.js';
import type { Box } from '../model.js';
import { fullResolution } from './library/full-resolution.js';
import { checkSignIn, projectOf } from './sign-in/credentials.js';
import { LibrarySource } from './library/library-source.js';
import { sizeText } from './rendition.js';
import { signInOf } from './sign-in.js';
import { SIGN_IN_FIELDS } from './sign-in/options.js';
import type { MediaSource, SourceContext, SourceKind } from './source.js';

/**
 * The Google Photos Library API. It shows what this OAuth client uploaded and nothing else of the account, tells no
 * sizes, and serves videos from a host that ignores ranges.
 */
const options = z.strictObject({
  ...SIGN_IN_FIELDS,
  includeArchived: z
    .boolean()
    .default(false)
    .describe('whether archived items show among all items, dates and favorites; in their albums they always do'),
  proxy: z
    .url({ protocol: /^https?$/ })
    .refine(isBare, { error: 'holds a password, a query or a fragment' })
    .optional()
    .describe('where gphotosdl is, which gets originals in full resolution, such as http://localhost:8282'),
});

export type LibraryOptions = z.infer<typeof options>;

/** What a source that stands on this one can pass on. */
export type LibraryView = MediaSource & Required<Pick<MediaSource, 'listDays' | 'album' | 'find' | 'link'>>;

export const LIBRARY = {
  name: 'library',
  options,
  scopes: [LIBRARY_READ_SCOPE],
  checkOptions: (given) => checkSignIn(given, SYSTEM_CLOCK.now()),
  create: createLibrary,
} as const satisfies SourceKind<LibraryOptions>;

/** A browser downloads before the first byte comes; what takes longer than this is stuck. */
const DOWNLOAD_MS = 120_000;

async function createLibrary(given: LibraryOptions, context: SourceContext): Promise<MediaSource> {
  const { proxy } = given;
  if (proxy === undefined) return openLibrary(given, context);
  if (context.rendition) {
    throw new AppError('CONFIG_INVALID', 'proxy gets originals, and delivery.rendition makes them smaller', {
      advice: 'leave one of the two out for this mount',
    });
  }
  const { clock, log, google } = context;
  const library = await openLibrary(given, context);
  const timeouts = { connectMs: 10_000, headersMs: DOWNLOAD_MS, bodyMs: google.idleTimeoutMs };
  const transport = new Transport(google.proxy, timeouts);
  return fullResolution(library, new Gphotosdl({ address: new URL(proxy), transport, clock, log }));
}

function isBare(address: string): boolean {
  // What is no address at all is told already.
  if (!URL.canParse(address)) return true;
  const { username, password, search, hash } = new URL(address);
  return username + password + search + hash === '';
}

/** The library by Google's own bytes. */
export async function openLibrary(given: LibraryOptions, context: SourceContext): Promise<LibraryView> {
  const { clock, log, governors, google, rendition } = context;
  const addresses = googleAddresses(google.endpoint);
  const transport = new Transport(google.proxy, { bodyMs: google.idleTimeoutMs });
  const { auth, clientId, owner } = await signInOf(given, context, { addresses, transport, scopes: LIBRARY.scopes });
  const project = projectOf(clientId);
  const governor = await governors.for(project);
  const rest = new RestClient({
    ...{ origin: addresses.api, service: LIBRARY_SERVICE },
    ...{ auth, transport, quota: governor.api, clock, log },
  });
  return new LibrarySource({
    api: new LibraryApi(rest, log),
    media: new MediaClient({
      transport,
      mayServeBytes: (url) => addresses.mayServeBytes(url),
      quota: governor.bytes,
      clock,
      log,
    }),
    governor,
    clock,
    namespace: namespaceOf([addresses.label, owner], given, rendition),
    rendition,
    includeArchived: given.includeArchived,
    emptyReason: emptyReason(project),
    async close() {
      auth.close();
      await transport.close();
    },
  });
}

/** What is shown differs with the options, and what is stored is what is shown. */
function namespaceOf(account: readonly string[], { includeArchived }: LibraryOptions, rendition?: Box): string {
  const shown = [...(includeArchived ? ['archived'] : []), ...(rendition ? [sizeText(rendition)] : [])];
  return ['library', ...account, ...shown].join(':');
}

function emptyReason(project: string): string {
  return (
    "Since 31 March 2025, Google's Library API shows an app only the photos and videos which that app itself uploaded. " +
    `This sign-in belongs to the Google Cloud project ${project}, and Google shows it nothing: what the Google Photos ` +
    'app, the website or another program uploaded stays hidden from it. Google offers three ways: items uploaded with ' +
    'this very client id are shown here; Google Takeout (takeout.google.com) exports the whole library; and the Google ' +
    'Photos Picker API lets a person hand chosen items to an app.'
  );
}
