import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Emulator } from '../../../src/emulator/emulator.js';
import { startEmulator } from '../../../src/emulator/server.js';
import { GoogleCaller, type Answer } from './google-caller.js';

interface SessionJson {
  readonly id: string;
  readonly pickerUri: string;
  readonly pollingConfig?: { readonly pollInterval: string; readonly timeoutIn: string };
  readonly expireTime: string;
  readonly pickingConfig?: { readonly maxItemCount: string };
  readonly mediaItemsSet?: boolean;
}

interface PickedJson {
  readonly id: string;
  readonly type: string;
  readonly createTime: string;
  readonly mediaFile: { readonly baseUrl: string; readonly filename: string; readonly mediaFileMetadata: object };
}

interface PickedList {
  readonly mediaItems?: readonly PickedJson[];
  readonly nextPageToken?: string;
}

const NOW = Date.parse('2026-11-21T12:00:00Z');
const NO_SESSION = '2ea3dc54-f352-4d9d-a667-1b497bdf4e52';
const PERSONAL_ITEMS = 250;

let emulator: Emulator;
let caller: GoogleCaller;
beforeEach(async () => {
  emulator = await startEmulator({ items: PERSONAL_ITEMS, clock: { now: () => NOW } });
  caller = await GoogleCaller.signIn(emulator);
});
afterEach(() => emulator.close());

const json = ({ text }: Answer): unknown => JSON.parse(text);
const listed = (answer: Answer): PickedList => json(answer) as PickedList;
const sessionIn = (answer: Answer): SessionJson => json(answer) as SessionJson;
const create = async (body: unknown = ''): Promise<SessionJson> => sessionIn(await caller.post('/v1/sessions', body));
const look = async (id: string): Promise<SessionJson> => sessionIn(await caller.get(`/v1/sessions/${id}`));
const list = (id: string, more = ''): Promise<Answer> => caller.get(`/v1/mediaItems?sessionId=${id}${more}`);
const remove = (id: string): Promise<Answer> => caller.send('DELETE', `/v1/sessions/${id}`);
const status = (answer: Answer): string => (json(answer) as { error: { status: string } }).error.status;

async function picked(count: number): Promise<{ id: string; items: readonly PickedJson[] }> {
  const { id } = await create();
  emulator.pick(id, { count });
  return { id, items: listed(await list(id, '&pageSize=100')).mediaItems ?? [] };
}

describe('a picking session', () => {
  it('has a page, an end in seven days, and says how long to look for it', async () => {
    const session = await create();
    expect(session).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as unknown,
      pickerUri: expect.stringContaining(`${emulator.ready.api}/integration/picker/auth/`) as unknown,
      pollingConfig: { pollInterval: '5s', timeoutIn: '1800s' },
      expireTime: '2026-11-28T12:00:00.000Z',
    });
    emulator.advanceClock(500);
    expect((await look(session.id)).pollingConfig).toEqual({ pollInterval: '5s', timeoutIn: '1799.5s' });
    emulator.advanceClock(1_800_000);
    expect((await look(session.id)).pollingConfig?.timeoutIn).toBe('0s');
  });

  it('asks for no more looks once the user is done', async () => {
    const { id } = await create();
    emulator.pick(id, { count: 3 });
    const session = await look(id);
    expect(session.mediaItemsSet).toBe(true);
    expect(session).not.toHaveProperty('pollingConfig');
    expect(() => emulator.pick(id, { count: 3 })).toThrow('the picking session is picked, not open');
  });

  it.each([
    [{}, undefined],
    [{ pickingConfig: { maxItemCount: '50' } }, '50'],
    [{ pickingConfig: { maxItemCount: 50 } }, '50'],
    [{ pickingConfig: {} }, '2000'],
    [{ pickingConfig: { maxItemCount: '0' } }, '2000'],
    [{ pickingConfig: { maxItemCount: '5000' } }, '2000'],
  ])('made with %j may have %s items', async (body, max) => {
    expect((await create(body)).pickingConfig?.maxItemCount).toBe(max);
  });

  it('takes no more items than it may have', async () => {
    const { id } = await create({ pickingConfig: { maxItemCount: '2' } });
    expect(() => emulator.pick(id, { count: 3 })).toThrow('more items than the session may have');
    emulator.pick(id, { count: 2 });
  });

  it.each([
    ['a negative count', '', { pickingConfig: { maxItemCount: '-1' } }, 'INVALID_ARGUMENT'],
    ['an unknown field', '', { pickingConfig: { max: 1 } }, 'INVALID_ARGUMENT'],
    ['half a body', '', '{', 'INVALID_ARGUMENT'],
    ['a request id that is none', '?requestId=7', '', 'INVALID_ARGUMENT'],
  ])('is not made with %s', async (_what, query, body, expected) => {
    expect(status(await caller.post(`/v1/sessions${query}`, body))).toBe(expected);
  });

  it('is not made for a user without Google Photos, or beside too many others', async () => {
    emulator.levers.noPhotosAccount = true;
    expect(status(await caller.post('/v1/sessions', ''))).toBe('FAILED_PRECONDITION');
    emulator.levers.noPhotosAccount = false;
    emulator.levers.maxOpenSessions = 1;
    const { id } = await create();
    const refused = await caller.post('/v1/sessions', '');
    expect([refused.status, status(refused)]).toEqual([429, 'RESOURCE_EXHAUSTED']);
    await remove(id);
    expect((await caller.post('/v1/sessions', '')).status).toBe(200);
  });

  it.each([
    ['that never was', (): string => NO_SESSION],
    ['of a week ago', (id: string) => (emulator.advanceClock(7 * 86_400_000), id)],
    ['that was deleted', async (id: string) => ((await remove(id)).text.trim() === '{}' ? id : '')],
  ])('%s is not found', async (_which, become) => {
    const { id } = await picked(1);
    const gone = await become(id);
    caller = await GoogleCaller.signIn(emulator);
    for (const answer of [await caller.get(`/v1/sessions/${gone}`), await list(gone), await remove(gone)]) {
      expect([answer.status, status(answer)]).toEqual([404, 'NOT_FOUND']);
    }
  });

  it('is shown to tests with what became of it', async () => {
    const [first, second] = [await create(), await create()];
    emulator.pick(second.id, { count: 2 });
    await remove(first.id);
    expect(emulator.pickingSessions()).toEqual([
      { id: first.id, pickerUri: first.pickerUri, state: 'deleted', pickedCount: 0 },
      { id: second.id, pickerUri: second.pickerUri, state: 'picked', pickedCount: 2 },
    ]);
  });
});

describe('a list of picked items', () => {
  it('waits for the user', async () => {
    const { id } = await create();
    const answer = await list(id);
    expect([answer.status, status(answer)]).toEqual([400, 'FAILED_PRECONDITION']);
    expect(answer.text).toContain('PENDING_USER_ACTION');
  });

  it('has just what was chosen, page by page, and no key when nothing was', async () => {
    const { id } = await create();
    emulator.pick(id, { count: 120 });
    const first = listed(await list(id));
    const second = listed(await list(id, `&pageSize=1000&pageToken=${first.nextPageToken!}`));
    expect([first.mediaItems!.length, second.mediaItems!.length, second.nextPageToken]).toEqual([50, 70, undefined]);
    const names = [...first.mediaItems!, ...second.mediaItems!].map(({ mediaFile }) => mediaFile.filename);
    expect(names).toEqual(
      emulator
        .listed()
        .slice(0, 120)
        .map(({ filename }) => filename),
    );
    expect(status(await list(id, '&pageSize=-1'))).toBe('INVALID_ARGUMENT');
    const empty = await create();
    emulator.pick(empty.id, { count: 0 });
    expect(json(await list(empty.id))).toEqual({});
  });

  it('writes items in the words of this API, with ids of its own that last', async () => {
    const [one, other] = [await picked(1), await picked(1)];
    const [item] = one.items;
    expect(item).toMatchObject({
      type: 'PHOTO',
      createTime: expect.stringMatching(/Z$/) as unknown,
      mediaFile: {
        baseUrl: expect.stringContaining(`${emulator.ready.media}/ppa/`) as unknown,
        mimeType: 'image/jpeg',
        mediaFileMetadata: { width: 4032, height: 3024, photoMetadata: { isoEquivalent: 100, exposureTime: '0.01s' } },
      },
    });
    expect(Object.keys(item!).sort()).toEqual(['createTime', 'id', 'mediaFile', 'type']);
    expect(item!.id).toMatch(/^[A-Za-z0-9_-]{70}$/);
    expect(item!.id).not.toBe(emulator.listed()[0]!.id);
    expect(other.items[0]!.id).toBe(item!.id);
    expect(other.items[0]!.mediaFile.baseUrl).not.toBe(item!.mediaFile.baseUrl);
  });

  it('tells of a video how far it is', async () => {
    const { id } = await create();
    emulator.pick(id, { filenames: [emulator.listed().find(({ filename }) => filename.endsWith('.mp4'))!.filename] });
    const [video] = listed(await list(id)).mediaItems!;
    expect(video).toMatchObject({
      type: 'VIDEO',
      mediaFile: { mediaFileMetadata: { videoMetadata: { fps: 30, processingStatus: 'READY' } } },
    });
  });

  it('needs a session', async () => {
    const answer = await list('');
    expect([status(answer), emulator.counters()['picker.mediaItems.list']]).toEqual(['INVALID_ARGUMENT', 1]);
    await caller.get('/v1/mediaItems');
    expect(emulator.counters()['mediaItems.list']).toBe(1);
  });

  it('can hold what the Library API hides', async () => {
    emulator.levers.libraryHidden = true;
    expect(json(await caller.get('/v1/mediaItems'))).toEqual({});
    expect(json(await caller.get('/v1/albums'))).toEqual({});
    expect((await caller.get(`/v1/mediaItems/${emulator.listed()[0]!.id}`)).status).toBe(400);
    expect((await picked(3)).items).toHaveLength(3);
  });

  it('is chosen by ids as well, and never from what is not there', async () => {
    const { id } = await create();
    expect(() => emulator.pick(id, { ids: ['x'] })).toThrow('not on the picking page: x');
    const { id: itemId, filename } = emulator.listed()[7]!;
    emulator.pick(id, { ids: [itemId] });
    expect(listed(await list(id)).mediaItems!.map(({ mediaFile }) => mediaFile.filename)).toEqual([filename]);
  });
});

describe('bytes of a picked item', () => {
  const bytes = (url: string, authorization = `Bearer ${caller.token}`): Promise<Response> =>
    fetch(url, { headers: { authorization }, redirect: 'manual' });

  it('come with the bearer, whole, in part and smaller', async () => {
    const { baseUrl } = (await picked(1)).items[0]!.mediaFile;
    const whole = await bytes(`${baseUrl}=d`);
    expect([whole.status, whole.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    const part = await fetch(`${baseUrl}=d`, {
      headers: { authorization: `Bearer ${caller.token}`, range: 'bytes=0-2' },
    });
    expect([part.status, Buffer.from(await part.arrayBuffer()).toString('hex')]).toEqual([206, 'ffd8ff']);
    expect((await bytes(`${baseUrl}=w64-h64`)).status).toBe(200);
  });

  it.each([
    ['no bearer', (): string => ''],
    ['a bearer that is none', (): string => 'Bearer x'],
    ['an ended bearer', () => (emulator.expireTokens(), `Bearer ${caller.token}`)],
    ['a bearer without the scope', () => tokenWithout().then((token) => `Bearer ${token}`)],
    ['an ended session', () => remove(emulator.pickingSessions()[0]!.id).then(() => `Bearer ${caller.token}`)],
    ['an old base URL', () => (emulator.expireBaseUrls(), `Bearer ${caller.token}`)],
  ])('with %s are refused with a picture', async (_what, authorization) => {
    const { baseUrl } = (await picked(1)).items[0]!.mediaFile;
    const refused = await bytes(`${baseUrl}=d`, await authorization());
    expect([refused.status, refused.headers.get('content-type')]).toEqual([403, 'image/png']);
  });

  it('of a video come from a host that is not to see the bearer', async () => {
    const { id } = await create();
    emulator.pick(id, { filenames: [emulator.listed().find(({ filename }) => filename.endsWith('.mp4'))!.filename] });
    const { baseUrl } = listed(await list(id)).mediaItems![0]!.mediaFile;
    expect((await bytes(`${baseUrl}=dv`, '')).status).toBe(403);
    const target = (await bytes(`${baseUrl}=dv`)).headers.get('location')!;
    expect((await fetch(target)).status).toBe(200);
    expect(emulator.counters()['media.video.bearer']).toBeUndefined();
    await bytes(target);
    expect(emulator.counters()['media.video.bearer']).toBe(1);
  });

  /** A token for the Library alone. */
  async function tokenWithout(): Promise<string> {
    const { clientId, api } = emulator.ready;
    const scope = 'https://www.googleapis.com/auth/photoslibrary.readonly.appcreateddata';
    const redirect = 'http://127.0.0.1:1/';
    const query = { client_id: clientId, redirect_uri: redirect, response_type: 'code', scope };
    const page = await fetch(`${api}/o/oauth2/v2/auth?${new URLSearchParams(query).toString()}`, {
      redirect: 'manual',
    });
    const code = new URL(page.headers.get('location')!).searchParams.get('code')!;
    const answer = await caller.form('/token', { grant_type: 'authorization_code', code, redirect_uri: redirect });
    return (json(answer) as { access_token: string }).access_token;
  }
});

describe('the Picker API', () => {
  it('shows a page for paths that it has not', async () => {
    const { id } = await create();
    const answer = await caller.get(`/v1/sessions/${id}/mediaItems`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'text/html; charset=UTF-8']);
  });

  it('is enabled on its own', async () => {
    emulator.fail({ route: 'picker', count: 2, apiDisabled: true });
    const answer = await caller.post('/v1/sessions', '');
    expect([answer.status, answer.text]).toEqual([
      403,
      expect.stringContaining('Google Photos Picker API has not been used in project'),
    ]);
    expect((await caller.get('/v1/albums')).status).toBe(200);
  });

  it('is chosen for over HTTP too', async () => {
    const { id } = await create();
    const press = (body: object): Promise<Answer> => caller.post('/_emulator/pick', { sessionId: id, ...body });
    expect(json(await press({ all: true }))).toEqual({
      error: expect.stringContaining('one of count, ids and filenames') as unknown,
    });
    expect((await press({ count: 2 })).text.trim()).toBe('{}');
    const { sessions } = json(await caller.get('/_emulator/picking-sessions')) as { sessions: { state: string }[] };
    expect(sessions.map(({ state }) => state)).toEqual(['picked']);
  });
});
