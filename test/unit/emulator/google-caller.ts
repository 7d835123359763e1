import type { Emulator } from '../../../src/emulator/emulator.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface ItemJson {
  readonly id: string;
  readonly baseUrl: string;
  readonly filename: string;
  readonly mimeType: string;
  readonly mediaMetadata: {
    readonly creationTime: string;
    readonly width?: string;
    readonly height?: string;
    readonly photo?: object;
    readonly video?: { readonly status: string; readonly fps?: number };
  };
}

export interface AlbumJson {
  readonly id: string;
  readonly title?: string;
  readonly mediaItemsCount?: string;
  readonly coverPhotoMediaItemId?: string;
}

export interface ListJson {
  readonly mediaItems?: readonly ItemJson[];
  readonly albums?: readonly AlbumJson[];
  readonly nextPageToken?: string;
}

/** A client with no memory: says what came, asks nothing twice. */
export class GoogleCaller {
  constructor(
    private readonly emulator: Emulator,
    public token: string,
  ) {}

  /** Signs in with the credentials of the ready line. */
  static async signIn(emulator: Emulator): Promise<GoogleCaller> {
    const caller = new GoogleCaller(emulator, '');
    const answer = await caller.refresh();
    caller.token = (JSON.parse(answer.text) as { access_token: string }).access_token;
    return caller;
  }

  refresh(refreshToken = this.emulator.ready.refreshToken): Promise<Answer> {
    return this.form('/token', { grant_type: 'refresh_token', refresh_token: refreshToken });
  }

  /** A POST of a form, with the client's credentials. */
  form(path: string, fields: Readonly<Record<string, string>>): Promise<Answer> {
    const { api, clientId, clientSecret } = this.emulator.ready;
    const body = new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...fields });
    return answerOf(fetch(`${api}${path}`, { method: 'POST', body }));
  }

  get(path: string): Promise<Answer> {
    return this.send('GET', path);
  }

  send(method: string, path: string): Promise<Answer> {
    const headers = { authorization: `Bearer ${this.token}` };
    return answerOf(fetch(`${this.emulator.ready.api}${path}`, { method, headers }));
  }

  /** A POST of JSON; text goes out as it is. */
  post(path: string, body: unknown): Promise<Answer> {
    return answerOf(
      fetch(`${this.emulator.ready.api}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${this.token}` },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    );
  }

  async search(body: object = {}): Promise<ListJson> {
    return JSON.parse((await this.post('/v1/mediaItems:search', body)).text) as ListJson;
  }

  async albums(): Promise<readonly AlbumJson[]> {
    return (JSON.parse((await this.get('/v1/albums?pageSize=50')).text) as ListJson).albums ?? [];
  }

  /** Page after page. */
  async searchAll(body: object = {}): Promise<ListJson[]> {
    const pages = [await this.search(body)];
    while (pages.at(-1)!.nextPageToken) {
      pages.push(await this.search({ ...body, pageToken: pages.at(-1)!.nextPageToken }));
    }
    return pages;
  }
}

export async function answerOf(pending: Promise<Response>): Promise<Answer> {
  const response = await pending;
  return { status: response.status, headers: response.headers, text: await response.text() };
}

export const names = (list: ListJson): string[] => (list.mediaItems ?? []).map(({ filename }) => filename);
