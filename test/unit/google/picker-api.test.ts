import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PickerApi, type GooglePickedItem } from '../../../src/google/picker-api.js';
import { PICKER_SCOPE } from '../../../src/google/scopes.js';
import { PICKER_SERVICE } from '../../../src/google/services.js';
import { Transport } from '../../../src/google/transport.js';
import { oddServer, restAt, type OddServer } from './wire.js';

let transport: Transport;
let server: OddServer;
let api: PickerApi;
/** What Google answers. */
let answer: { readonly status?: number; readonly body: object };

beforeEach(async () => {
  transport = new Transport({});
  server = await oddServer((_request, response) => {
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer.body));
  });
  api = new PickerApi(await restAt(server, { service: PICKER_SERVICE, transport }));
});
afterEach(async () => {
  await transport.close();
  await server.close();
});

const SESSION = {
  id: '2ea3dc54-f352-4d9d-a667-1b497bdf4e52',
  pickerUri: 'https://photos.google.com/integration/picker/auth/x',
  pollingConfig: { pollInterval: '5s', timeoutIn: '1799.5s' },
  expireTime: '2026-09-20T14:24:11.123456Z',
};

const ITEM = {
  id: 'AByIYSf',
  createTime: '2010-03-14T15:06:31Z',
  type: 'PHOTO',
  mediaFile: {
    baseUrl: 'https://lh3.googleusercontent.com/ppa/x',
    mimeType: 'image/jpeg',
    mediaFileMetadata: { width: 4000, height: 3000, photoMetadata: { isoEquivalent: 320 } },
    filename: 'DSC01664.JPG',
  },
};

describe('a session', () => {
  it('tells its link, its end, and how to ask again', async () => {
    answer = { body: SESSION };
    expect(await api.createSession()).toEqual({
      id: SESSION.id,
      pickerUri: SESSION.pickerUri,
      endsAtMs: Date.UTC(2026, 8, 20, 14, 24, 11, 123),
      polling: { intervalMs: 5_000, forMs: 1_799_500 },
      isDone: false,
    });
  });

  it.each([
    ['0s', '9999999999999999s', 1_000, 86_400_000],
    ['3153600000s', '0s', 60_000, 0],
  ])('is asked again within reason: %s for %s', async (pollInterval, timeoutIn, intervalMs, forMs) => {
    answer = { body: { ...SESSION, pollingConfig: { pollInterval, timeoutIn } } };
    expect((await api.createSession()).polling).toEqual({ intervalMs, forMs });
  });

  it.each([
    ['id', 'a\u001b[2J'],
    ['pickerUri', 'https://photos.google.com/\u001b]0;x\u0007'],
    ['pickerUri', 'https://photos.google.com/a\nadvice: b'],
    ['pickerUri', 'javascript:alert(1)'],
  ])('is none with %s %j', async (field, value) => {
    answer = { body: { ...SESSION, [field]: value } };
    await expect(api.createSession()).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
  });

  it('tells that the person is done', async () => {
    const { pollingConfig, ...done } = SESSION;
    answer = { body: { ...done, mediaItemsSet: true } };
    const session = await api.session(SESSION.id);
    expect([session.isDone, session.polling]).toEqual([true, undefined]);
    expect(pollingConfig.pollInterval).toBe('5s');
  });

  it('is asked for with its id, and deleted', async () => {
    answer = { body: {} };
    await api.deleteSession('a/b');
    expect(asked()).toEqual(['DELETE /v1/sessions/a%2Fb']);
  });

  it('is NOT_FOUND once it has ended', async () => {
    answer = { status: 404, body: { error: { code: 404, message: 'Requested entity was not found.' } } };
    const error = { code: 'NOT_FOUND', message: 'google photos: the picking session is unknown or gone' };
    await expect(api.session('x')).rejects.toMatchObject(error);
    await expect(api.deleteSession('x')).rejects.toMatchObject(error);
    await expect(itemsOf('x')).rejects.toMatchObject(error);
  });

  it('is refused to an account without Google Photos, and while too many are open', async () => {
    answer = { status: 400, body: { error: { code: 400, message: 'x', status: 'FAILED_PRECONDITION' } } };
    await expect(api.createSession()).rejects.toMatchObject({ message: 'google photos: this account cannot pick' });
    answer = { status: 429, body: { error: { code: 429, message: 'x', status: 'RESOURCE_EXHAUSTED' } } };
    await expect(api.createSession()).rejects.toMatchObject({
      code: 'QUOTA_EXCEEDED',
      message: 'google photos: too many picking sessions are open',
      advice: expect.stringContaining('photodav picks remove') as unknown,
    });
    expect(server.requests).toHaveLength(2);
  });

  it('names the API and the scope that the Picker needs', async () => {
    answer = { status: 403, body: { error: { message: 'it is disabled', status: 'PERMISSION_DENIED' } } };
    await expect(api.createSession()).rejects.toMatchObject({
      code: 'API_DISABLED',
      message: 'google photos: the Google Photos Picker API is not enabled',
    });
    answer = { status: 403, body: { error: { message: 'Request had insufficient authentication scopes.' } } };
    await expect(api.createSession()).rejects.toMatchObject({
      code: 'SCOPE_MISSING',
      advice: `sign in again with \`photodav login\` and grant ${PICKER_SCOPE}`,
    });
  });
});

describe('what was picked', () => {
  it('is listed, and what cannot be read of it is left out', async () => {
    answer = { body: { mediaItems: [ITEM, { createTime: 'x' }, { id: 'odd', createTime: 7, mediaFile: 'none' }] } };
    const [item, odd, ...rest] = await itemsOf('s');
    expect(item).toMatchObject({ id: ITEM.id, createTime: ITEM.createTime, mediaFile: { filename: 'DSC01664.JPG' } });
    expect(odd).toEqual({ id: 'odd', mediaFile: { mimeType: 'application/octet-stream', filename: '' } });
    expect(rest).toEqual([]);
    expect(asked()).toEqual(['GET /v1/mediaItems?sessionId=s&pageSize=100']);
  });

  it('is not listed without an end, which would spend the quota of the day', async () => {
    answer = {
      get body() {
        return { mediaItems: [ITEM], nextPageToken: String(server.requests.length) };
      },
    };
    let pages = 0;
    for await (const { members } of api.items('a')) pages += members.length;
    expect([pages, server.requests.length]).toEqual([200, 200]);
  });

  it('is told from what is still being picked', async () => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'PENDING_USER_ACTION' }];
    answer = { status: 400, body: { error: { code: 400, message: 'x', status: 'FAILED_PRECONDITION', details } } };
    const message = 'google photos: nothing has been picked yet';
    await expect(itemsOf('s')).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE', message });
  });
});

function asked(): readonly string[] {
  return server.requests.map(({ method = '', url = '' }) => `${method} ${url}`);
}

async function itemsOf(sessionId: string): Promise<readonly GooglePickedItem[]> {
  const found: GooglePickedItem[] = [];
  for await (const { members } of api.items(sessionId)) found.push(...members);
  return found;
}
