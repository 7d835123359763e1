/** What other programs write, made up by hand in their formats. */
export const CLIENT = { clientId: '123-abc.apps.googleusercontent.com', clientSecret: 'GOCSPX-secret' };
export const REFRESH_TOKEN = '1//0refresh-TOKEN_x';

const TOKEN = {
  access_token: 'ya29.a0access',
  token_type: 'Bearer',
  refresh_token: REFRESH_TOKEN,
  expiry: '2019-06-28T17:38:04.644930156+01:00',
};
export const TOKEN_JSON = JSON.stringify(TOKEN);
export const TOKEN_WITHOUT_REFRESH = JSON.stringify({ ...TOKEN, refresh_token: undefined });

export const INSTALLED = JSON.stringify({
  installed: {
    client_id: CLIENT.clientId,
    project_id: 'my-photos',
    auth_uri: 'https://accounts.google.com/o/oauth2/auth',
    token_uri: 'https://oauth2.googleapis.com/token',
    client_secret: CLIENT.clientSecret,
    redirect_uris: ['http://localhost'],
  },
});

export function web(...redirectUris: readonly string[]): string {
  return JSON.stringify({
    web: { client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret, redirect_uris: redirectUris },
  });
}

export const AUTHORIZED_USER = JSON.stringify({
  type: 'authorized_user',
  client_id: CLIENT.clientId,
  client_secret: CLIENT.clientSecret,
  refresh_token: REFRESH_TOKEN,
});

export function rcloneSection(name: string, settings: Readonly<Record<string, string>> = {}): string {
  const all = {
    type: 'google photos',
    client_id: CLIENT.clientId,
    client_secret: CLIENT.clientSecret,
    token: TOKEN_JSON,
    ...settings,
  };
  return `[${name}]\n${Object.entries(all)
    .map(([key, value]) => `${key} = ${value}\n`)
    .join('')}`;
}

function base64(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64').replace(/=+$/, '');
}

/** What `rclone authorize` prints when it is handed a configuration. */
export const BLOB = base64({ token: TOKEN_JSON, client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret });

interface Storage {
  readonly mount_path?: string;
  readonly driver?: string;
  readonly addition?: unknown;
}

export function alistStorage({ addition = {}, ...rest }: Storage = {}): object {
  const own = {
    root_folder_id: 'root',
    refresh_token: REFRESH_TOKEN,
    client_id: CLIENT.clientId,
    client_secret: CLIENT.clientSecret,
    show_archive: false,
  };
  return {
    id: 1,
    mount_path: '/photos',
    order: 0,
    driver: 'GooglePhoto',
    cache_expiration: 30,
    status: 'work',
    addition: typeof addition === 'string' ? addition : JSON.stringify({ ...own, ...(addition as object) }),
    remark: '',
    webdav_policy: 'use_proxy_url',
    down_proxy_url: 'https://worker.example\nhttps://second.example',
    ...rest,
  };
}

export function alistBackup(...storages: readonly unknown[]): string {
  return JSON.stringify({ encrypted: '', settings: [], users: [], storages, metas: [] });
}
