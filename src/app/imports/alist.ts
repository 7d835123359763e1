import { z } from 'zod';
import { parseJson } from '../../google/json.js';
import { checkedRefreshToken } from './granted-token.js';
import { chooseOne, unusable, type ImportedOption, type ImportedToken } from './imported.js';

const text = z.string().optional();
const storageSchema = z.looseObject({
  mount_path: z.string().default('/'),
  driver: z.string(),
  addition: z.unknown(),
  webdav_policy: text,
  down_proxy_url: text,
  cache_expiration: z.number().optional(),
});
const additionSchema = z.looseObject({
  root_folder_id: text,
  refresh_token: z.string().default(''),
  client_id: text,
  client_secret: text,
  show_archive: z.boolean().optional(),
});

type Storage = z.infer<typeof storageSchema>;
type Addition = z.infer<typeof additionSchema>;

const DRIVER = 'GooglePhoto';

/** AList's and OpenList's words for how bytes reach a WebDAV client. */
const POLICIES: Readonly<Record<string, string>> = {
  '302_redirect': 'redirect',
  use_proxy_url: 'proxy-url',
  native_proxy: 'native-proxy',
};

/** The storages in a backup of AList or OpenList, in a part of one, or in an answer of their API; undefined for other JSON. */
export function alistStorages(value: object): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value as readonly unknown[];
  if ('storages' in value && Array.isArray(value.storages)) return value.storages as readonly unknown[];
  if ('driver' in value) return [value];
  const { data } = z.object({ data: z.object({ content: z.array(z.unknown()) }) }).safeParse(value);
  return data?.data.content;
}

/** The storage of Google Photos; `name`, its mount path, chooses one where there are several. */
export function readAlist(storages: readonly unknown[], name?: string): ImportedToken {
  if (storages.some((each) => typeof each === 'string')) {
    throw unusable('a backup under a password', 'make one in AList or OpenList with the field for the password empty');
  }
  const known = storages.flatMap((each) => storageSchema.safeParse(each).data ?? []);
  const photos = known.filter(({ driver }) => driver === DRIVER);
  if (photos.length === 0) {
    const drivers = [...new Set(known.map(({ driver }) => driver.slice(0, 40)))].join(', ') || 'none at all';
    throw unusable(
      `storages of other drivers (${drivers})`,
      `import a backup with a storage whose driver is ${DRIVER}`,
    );
  }
  return readStorage(chooseOne(new Map(photos.map((each) => [each.mount_path, each])), name, 'storage'));
}

function readStorage(storage: Storage): ImportedToken {
  const addition = readAddition(storage.addition);
  const { refresh_token: refreshToken, client_id: clientId, client_secret: clientSecret } = addition;
  if (refreshToken === '') {
    throw unusable('a storage without its refresh_token', 'sign in with `photodav login`');
  }
  return {
    kind: 'token',
    refreshToken: checkedRefreshToken(refreshToken),
    ...(clientId ? { clientId } : {}),
    ...(clientSecret ? { clientSecret } : {}),
    options: optionsOf(storage, addition),
    withoutOption: [],
  };
}

/** The driver's own settings, JSON within the JSON. */
function readAddition(written: unknown): Addition {
  const parsed = additionSchema.safeParse(typeof written === 'string' ? parseJson(written) : written);
  if (parsed.success) return parsed.data;
  throw unusable(
    'a storage whose "addition" is cut or damaged',
    'make the backup again, and import the whole file as it was downloaded',
  );
}

function optionsOf(storage: Storage, addition: Addition): readonly ImportedOption[] {
  const { mount_path, webdav_policy = '', down_proxy_url = '', cache_expiration } = storage;
  const { root_folder_id, show_archive } = addition;
  const [proxyUrl = ''] = down_proxy_url.split('\n').map((line) => line.trim());
  const rows: readonly (readonly [path: string, from: string, value: ImportedOption['value'] | undefined])[] = [
    ['mounts.0.path', 'mount_path', mount_path],
    // Whoever had it with AList has links and players with its paths.
    ['mounts.0.layout', 'driver', 'alist'],
    ['mounts.0.rootFolderId', 'root_folder_id', root_folder_id],
    ['mounts.0.includeArchived', 'show_archive', show_archive],
    ['mounts.0.delivery.policy', 'webdav_policy', POLICIES[webdav_policy] ?? webdav_policy],
    ['mounts.0.delivery.proxyUrl', 'down_proxy_url', proxyUrl],
    ['catalog.ttl', 'cache_expiration', cache_expiration === undefined ? undefined : `${cache_expiration}m`],
  ];
  return rows.flatMap(([path, from, value]) => (value === undefined || value === '' ? [] : [{ path, from, value }]));
}
