import { z } from 'zod';
import { AppError } from '../errors.js';
import { LOG_LEVELS } from '../log.js';
import { SOURCES } from '../sources/index.js';
import { DEFAULT_PRODUCTS, POLICY_NAMES } from '../delivery/index.js';
import { basePath, deliveryUrl, hostName, listenHost, proxyUrl } from './addresses.js';
import { box } from './box.js';
import { byteSize } from './byte-size.js';
import { duration } from './duration.js';
import { idleTimeout } from './idle-timeout.js';
import { linkToken } from './link-token.js';
import { mountPath } from './mount-path.js';
import { OPTION_FACTS } from './option-facts.js';
import { timeZone } from './time-zone.js';
import { USER } from './users.js';

const SHARED_ALBUMS_GONE =
  'Google has answered 403 to every request for shared albums since 31 March 2025; choose root, all, albums or an album id';

const ROOT_WORDS = ['root', 'all', 'albums'];

const SOURCE_NAMES = Object.keys(SOURCES) as (keyof typeof SOURCES)[];

/** What a mount shows and how, whatever its source; a source's own options stand beside these. */
export const MOUNT_FIELDS = {
  path: mountPath.prefault('/').describe('where the mount stands in the tree'),
  source: z.enum(SOURCE_NAMES).describe('where albums and media items come from'),
  rootFolderId: z
    .string()
    .min(1)
    .refine((id) => id !== 'share_albums', SHARED_ALBUMS_GONE)
    .refine((id) => ROOT_WORDS.includes(id) || !ROOT_WORDS.includes(id.toLowerCase()), {
      error: ({ input }) => `did you mean ${String(input).toLowerCase()}?`,
    })
    .register(OPTION_FACTS, { allowed: 'root, all, albums or an album id', placeholder: 'id' })
    .default('root')
    .describe('what stands at the top: everything, all items, the albums, or one album (`photodav albums` prints ids)'),
  readSize: z
    .enum(['on-list', 'prefetch', 'off'])
    .default('on-list')
    .describe('when sizes of files are learned: as folders are listed, in the background from the start, or never'),
  layout: z
    .enum(['photodav', 'rclone', 'alist'])
    .default('photodav')
    .describe('how folders are named and arranged: our own way, or as rclone or AList do'),
  startYear: z
    .int()
    .min(1000)
    .max(9999)
    .optional()
    .describe('the first year that the folders by date show; other folders show everything'),
  timeZone: timeZone.default('UTC').describe('where the days of the folders by date begin and end'),
  delivery: z
    .object({
      policy: z
        .enum(POLICY_NAMES)
        .default('native-proxy')
        .describe(
          'how bytes reach clients: through this server, or by a redirect to a proxy or to Google, for clients that can follow',
        ),
      proxyUrl: deliveryUrl
        .optional()
        .describe('where policy proxy-url sends clients: a worker such as `photodav proxy`'),
      rendition: box
        .prefault('original')
        .describe('the size of pictures at most, as Google makes them smaller, for photo frames and TVs'),
    })
    .prefault({}),
};

const mount = z.discriminatedUnion('source', [
  z.object({ ...MOUNT_FIELDS, source: z.literal('library'), options: checkedOptions(SOURCES.library) }),
  z.object({ ...MOUNT_FIELDS, source: z.literal('picker'), options: checkedOptions(SOURCES.picker) }),
  z.object({ ...MOUNT_FIELDS, source: z.literal('demo'), options: checkedOptions(SOURCES.demo) }),
]);

interface WithOptions<O> {
  readonly options: z.ZodType<O>;
  checkOptions?(options: O): void;
}

/** What a source says of its options as a whole is told with the faults of single ones. */
function checkedOptions<O>(kind: WithOptions<O>): z.ZodType<O> {
  return kind.options.superRefine((given, context) => {
    try {
      kind.checkOptions?.(given);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const { message, advice } = error;
      context.addIssue({ code: 'custom', message, params: { advice } });
    }
  });
}

/** In the file a source's options stand beside the others; the source itself is handed just its own. */
function separateSourceOptions(written: unknown): unknown {
  if (typeof written !== 'object' || written === null) return written;
  const isShared = ([name]: [string, unknown]) => name in MOUNT_FIELDS;
  const entries = Object.entries(written);
  return {
    ...Object.fromEntries(entries.filter(isShared)),
    options: Object.fromEntries(entries.filter((entry) => !isShared(entry))),
  };
}

const anyMount = z.preprocess(separateSourceOptions, mount);

const filePath = z
  .string()
  .min(1)
  .register(OPTION_FACTS, { allowed: 'the path of a file', placeholder: 'file', isPath: true });

/**
 * Every option, as written in the file; flags, variables, help texts and the docs are derived from it.
 *
 * Its output is `Config`: milliseconds for times, every default filled in.
 */
export const CONFIG_SCHEMA = z.object({
  server: z
    .object({
      host: listenHost.prefault('127.0.0.1').describe('the address to listen on'),
      port: z.int().min(0).max(65535).default(8008).describe('the port to listen on; 0 takes any free one'),
      basePath: basePath.prefault('/').describe('the path that WebDAV is served under'),
      allowedHosts: z
        .array(hostName)
        .register(OPTION_FACTS, { allowed: 'host names without a port', placeholder: 'names' })
        .default([])
        .describe('names besides those of loopback that requests may carry as Host, such as that of a reverse proxy'),
      tls: z
        .object({
          certFile: filePath.describe('the certificate to serve HTTPS with, and those that vouch for it, as PEM'),
          keyFile: filePath.describe("the certificate's private key, as PEM, without a passphrase"),
        })
        .optional(),
      insecureNoAuth: z
        .boolean()
        .default(false)
        .describe('let everybody in who can reach an address beyond this machine, without users'),
    })
    .prefault({}),
  dataDir: z
    .string()
    .min(1)
    .register(OPTION_FACTS, {
      placeholder: 'folder',
      defaultText: "photodav in the system's folder for data",
      isPath: true,
    })
    .describe('where listings, sizes and counters are kept, by one running server at a time'),
  users: z.array(USER).default([]),
  mounts: z.tuple([anyMount], anyMount),
  tree: z
    .object({
      splitAt: z
        .int()
        .min(0)
        .max(10_000_000)
        .refine((items) => items === 0 || items >= 100)
        .register(OPTION_FACTS, { allowed: '0 for never, or a whole number from 100 to 10000000' })
        .default(0)
        .describe('how many items a folder that is none by date may show; a larger one shows a folder for each month'),
    })
    .prefault({}),
  google: z
    .object({
      endpoint: z
        .url({ protocol: /^https?$/ })
        .transform((text) => new URL(text))
        .register(OPTION_FACTS, { allowed: 'an address such as http://127.0.0.1:9000', placeholder: 'url' })
        .optional()
        .describe('replaces the origin of every Google address, as an emulator needs'),
      httpProxy: proxyUrl('http_proxy', 'HTTP_PROXY').optional().describe('the proxy for http addresses'),
      httpsProxy: proxyUrl('https_proxy', 'HTTPS_PROXY').optional().describe('the proxy for https addresses'),
      noProxy: z
        .string()
        .register(OPTION_FACTS, { placeholder: 'hosts', systemVariables: ['no_proxy', 'NO_PROXY'] })
        .optional()
        .describe('hosts asked without the proxy, separated by commas; loopback addresses always are'),
    })
    .prefault({}),
  delivery: z
    .object({
      linkToken: linkToken
        .optional()
        .describe('what workers sign in with and links are signed with; made at the first start if absent'),
      linkLife: duration('1m', '30d').prefault('12h').describe('how long a link to a worker may be followed'),
      redirectClients: z
        .array(z.string().trim().min(1).max(100))
        .register(OPTION_FACTS, {
          allowed: 'beginnings of products in User-Agent, default, or all',
          placeholder: 'agents',
          standsFor: { default: DEFAULT_PRODUCTS },
        })
        .default(['default'])
        .describe(
          `clients that are redirected; \`default\` stands for ${DEFAULT_PRODUCTS.join(' ')}, \`all\` for everybody`,
        ),
      idleTimeout,
    })
    .transform(({ linkLife, idleTimeout, ...rest }) => ({ ...rest, linkLifeMs: linkLife, idleTimeoutMs: idleTimeout }))
    .prefault({}),
  spool: z
    .object({
      maxSize: byteSize
        .prefault('4GiB')
        .describe('room on disk for videos while they are watched; 0 for none, and no quick seeking'),
      keep: duration('1m', '365d')
        .prefault('60m')
        .describe('how long a spooled video stays at most; Google asks for no more than 60 minutes'),
      linger: duration('0s', '1h')
        .prefault('2m')
        .describe('how long a video is fetched on once the last client has left it'),
    })
    .transform(({ maxSize, keep, linger }) => ({ maxBytes: maxSize, keepMs: keep, lingerMs: linger }))
    .prefault({}),
  pins: z
    .object({
      maxSize: byteSize
        .prefault('50GiB')
        .describe('room on disk for picks that are pinned, all accounts together; 0 for none'),
    })
    .transform(({ maxSize }) => ({ maxBytes: maxSize }))
    .prefault({}),
  quota: z
    .object({
      apiPerDay: z
        .int()
        .min(1)
        .max(1_000_000_000)
        .default(10_000)
        .describe('requests to the API that Google grants your project per day'),
      bytesPerDay: z
        .int()
        .min(1)
        .max(1_000_000_000)
        .default(75_000)
        .describe('requests for bytes that Google grants your project per day; sizes are learned with half of them'),
      probeInterval: duration('1m', '24h')
        .prefault('15m')
        .describe('how often Google is asked all the same once the quota of the day is spent'),
    })
    .transform(({ probeInterval, ...rest }) => ({ ...rest, probeIntervalMs: probeInterval }))
    .prefault({}),
  catalog: z
    .object({
      ttl: duration('1s', '7d').prefault('5m').describe('how long a listing is taken to be current'),
      fullRefresh: duration('1h', '30d')
        .prefault('1d')
        .describe('how long until a listing is fetched whole again, whatever a look at its head or its count says'),
      firstListing: z
        .enum(['complete', 'quick'])
        .default('complete')
        .describe(
          'whether the first listing of all items waits until it is complete, or shows at once what has a date; not for syncing',
        ),
      maxEntries: z
        .int()
        .min(1_000)
        .max(10_000_000)
        .default(2_000_000)
        .describe('entries of listings kept in memory at most, over all listings; one takes about 16 bytes'),
      store: z.enum(['disk', 'memory']).default('disk').describe('whether listings and sizes outlive a restart'),
    })
    .transform(({ ttl, fullRefresh, ...rest }) => ({ ...rest, ttlMs: ttl, fullRefreshMs: fullRefresh }))
    .prefault({}),
  sizes: z
    .object({
      wait: duration('0s', '60s')
        .prefault('8s')
        .describe('how long a listing waits for sizes; what is late is left out and learned in the background'),
    })
    .transform(({ wait }) => ({ waitMs: wait }))
    .prefault({}),
  log: z
    .object({
      level: z.enum(LOG_LEVELS).default('info').describe('how much is logged, to standard error'),
      format: z
        .enum(['auto', 'json', 'pretty'])
        .default('auto')
        .describe('pretty on a terminal and JSON elsewhere, or always one'),
    })
    .prefault({}),
});

/** What the program runs with: checked, times in milliseconds, every default filled in. */
export type Config = z.output<typeof CONFIG_SCHEMA>;

/** One source as it is shown; `options` is the slice that its source is made with. */
export type Mount = Config['mounts'][number];
