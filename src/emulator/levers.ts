import { z } from 'zod';

const ms = z.number().int().nonnegative();
const count = z.number().int().nonnegative();

/** What can be turned while the emulator runs; each has a flag of the command and a key of `/_emulator/levers`. */
export const leversSchema = z.strictObject({
  latencyMs: ms.describe('wait before each answer of the API and of OAuth'),
  mediaLatencyMs: ms.describe('wait before each answer of the media hosts'),
  bytesPerSecond: count.describe('rate of each media body; 0 is no limit'),
  headRefused: z.boolean().describe('media hosts answer HEAD with 405'),
  rangesRefused: z.boolean().describe('=d answers 200 with the whole body, whatever range is asked for'),
  videoRanges: z.boolean().describe('the host that =dv redirects to honours Range'),
  videoFirstByteMs: ms.describe('wait before the first byte of a video'),
  baseUrlLifetimeMs: ms.describe("life of a base URL, by the emulator's clock"),
  shortPages: z.boolean().describe('a page holds half of what was asked for'),
  emptyPageWithToken: z.boolean().describe('each page is preceded by one with a token and no items'),
  repeatFirstItem: z.boolean().describe('a page begins with the last item of the one before'),
  quotaApiPerDay: count.describe('API requests per Pacific day; 0 is no limit'),
  quotaBytesPerDay: count.describe('requests for bytes per Pacific day; 0 is no limit'),
  retryAfterOn429: z.boolean().describe('429 carries Retry-After: 30'),
  scopeErrorDetails: z.boolean().describe('403 for a missing scope carries ErrorInfo and WWW-Authenticate'),
  processingMs: ms.describe("how long a new video is PROCESSING, by the emulator's clock"),
  consentPage: z.enum(['auto', 'page']).describe('"page" shows a page to consent on, "auto" consents at once'),
  testingMode: z.boolean().describe('the app is in Testing: a refresh token ends after a week'),
  notTestUser: z.boolean().describe('the user is not on the list of testers: no consent is asked for'),
  denyConsent: z.boolean().describe('the user refuses on the consent page'),
  untickedScopes: z.array(z.string()).describe('scopes that the user does not grant'),
  libraryHidden: z.boolean().describe('the Library API shows nothing, as if another app had uploaded it all'),
  pollIntervalMs: ms.describe('how often a client is to look whether a pick is done'),
  pickTimeoutMs: ms.describe("how long a client is to wait for a pick, by the emulator's clock"),
  maxOpenSessions: count.describe('picking sessions at a time, before they are deleted; 0 is no limit'),
  noPhotosAccount: z.boolean().describe('the user has no Google Photos: no picking session begins'),
  emptied: z.boolean().describe('every list answers {}'),
  downloadMs: ms.describe('how long the stand-in for gphotosdl takes to download, while the next request waits'),
  originalTrailerBytes: count.describe('zeros that the stand-in for gphotosdl sends after what Google sends'),
});

/** Read at each request, so that a test may write to it at any time. */
export type Levers = z.infer<typeof leversSchema>;

export const DEFAULT_LEVERS: Readonly<Levers> = {
  latencyMs: 0,
  mediaLatencyMs: 0,
  bytesPerSecond: 0,
  headRefused: false,
  rangesRefused: false,
  videoRanges: false,
  videoFirstByteMs: 0,
  baseUrlLifetimeMs: 3_600_000,
  shortPages: false,
  emptyPageWithToken: false,
  repeatFirstItem: false,
  quotaApiPerDay: 0,
  quotaBytesPerDay: 0,
  retryAfterOn429: false,
  scopeErrorDetails: false,
  processingMs: 5000,
  consentPage: 'auto',
  testingMode: false,
  notTestUser: false,
  denyConsent: false,
  untickedScopes: [],
  libraryHidden: false,
  pollIntervalMs: 5000,
  pickTimeoutMs: 1_800_000,
  maxOpenSessions: 0,
  noPhotosAccount: false,
  emptied: false,
  downloadMs: 0,
  originalTrailerBytes: 0,
};
