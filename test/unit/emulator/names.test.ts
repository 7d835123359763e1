import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Emulator } from '../../../src/emulator/emulator.js';
import { startEmulator } from '../../../src/emulator/server.js';
import { GoogleCaller, type ItemJson, type ListJson } from './google-caller.js';

let emulator: Emulator;
let caller: GoogleCaller;
beforeAll(async () => {
  emulator = await startEmulator({ items: 300 });
  caller = await GoogleCaller.signIn(emulator);
});
afterAll(() => emulator.close());

interface Asked {
  readonly status: number;
  readonly type: string;
  readonly location: string | undefined;
  readonly text: string;
}

/** A request to the API's port by the name of a host: `GET accounts.google.com/o/oauth2/auth`. */
function ask(method: string, address: string, { body = '', token = caller.token } = {}): Promise<Asked> {
  const { host, pathname, search } = new URL(`https://${address}`);
  return new Promise((resolve, reject) => {
    const headers = { Host: host, ...(token === '' ? {} : { Authorization: `Bearer ${token}` }) };
    const sent = request(emulator.ready.api, { method, path: pathname + search, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const { 'content-type': type = '', location } = response.headers;
        resolve({ status: response.statusCode ?? 0, type, location, text: Buffer.concat(chunks).toString('latin1') });
      });
    });
    sent.on('error', reject).end(body);
  });
}

const form = (fields: Readonly<Record<string, string>>): string => {
  const { clientId, clientSecret } = emulator.ready;
  return new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...fields }).toString();
};
/** The newest items of a type, as the host of that name lists them. */
async function newest(type: 'PHOTO' | 'VIDEO', name = 'photoslibrary.googleapis.com'): Promise<readonly ItemJson[]> {
  const body = JSON.stringify({ filters: { mediaTypeFilter: { mediaTypes: [type] } } });
  const { text } = await ask('POST', `${name}/v1/mediaItems:search`, { body });
  return (JSON.parse(text) as ListJson).mediaItems!;
}

describe("a request by one of Google's names", () => {
  it.each([
    ['GET', 'photoslibrary.googleapis.com/v1/albums', 200],
    ['GET', 'PhotosLibrary.googleapis.com:443/v1/albums', 200],
    ['GET', 'accounts.google.com/.well-known/openid-configuration', 200],
    ['GET', 'accounts.google.com/o/oauth2/auth', 401],
    ['GET', 'openidconnect.googleapis.com/v1/userinfo', 200],
    ['GET', 'www.googleapis.com/oauth2/v3/userinfo', 200],
    ['GET', 'photoslibrary.googleapis.com/token', 404],
    ['GET', 'photoslibrary.googleapis.com/_emulator/levers', 404],
    ['GET', 'photoslibrary.googleapis.com/v1/userinfo', 404],
    ['GET', 'photospicker.googleapis.com/v1/sessions', 404],
    ['POST', 'photospicker.googleapis.com/v1/sessions', 200],
    ['GET', 'photospicker.googleapis.com/v1/mediaItems', 400],
    ['GET', 'photospicker.googleapis.com/v1/albums', 404],
    ['POST', 'photoslibrary.googleapis.com/v1/sessions', 404],
    ['GET', 'oauth2.googleapis.com/v1/albums', 404],
    ['GET', 'oauth2.googleapis.com/oauth2/v3/userinfo', 404],
    ['GET', 'accounts.google.com/', 404],
    ['GET', 'lh3.googleusercontent.com/lr/unknown=d', 404],
    ['GET', 'video-downloads.googleusercontent.com/unknown', 404],
  ])('%s %s is answered %d', async (method, address, status) => {
    expect((await ask(method, address)).status).toBe(status);
  });

  it('finds a page where Google has one, and a picture where bytes come from', async () => {
    expect((await ask('GET', 'photospicker.googleapis.com/v1/sessions')).type).toMatch('text/html');
    expect((await ask('GET', 'lh3.googleusercontent.com/lr/unknown=d')).type).toBe('image/png');
  });

  it('is sent to the web application to pick', async () => {
    const { text } = await ask('POST', 'photospicker.googleapis.com/v1/sessions');
    expect(text).toContain('"pickerUri": "https://photos.google.com/integration/picker/auth/');
  });

  it.each(['oauth2.googleapis.com/token', 'www.googleapis.com/oauth2/v4/token'])('gets a token at %s', async (path) => {
    const fields = { grant_type: 'refresh_token', refresh_token: emulator.ready.refreshToken };
    const answer = await ask('POST', path, { token: '', body: form(fields) });
    const { access_token: token } = JSON.parse(answer.text) as { access_token: string };
    expect((await ask('GET', 'photoslibrary.googleapis.com/v1/albums', { token })).status).toBe(200);
    const info = await ask('GET', `oauth2.googleapis.com/tokeninfo?access_token=${encodeURIComponent(token)}`);
    expect(JSON.parse(info.text)).toMatchObject({ aud: emulator.ready.clientId, access_type: 'offline' });
    const old = await ask('GET', `www.googleapis.com/oauth2/v1/tokeninfo?access_token=${encodeURIComponent(token)}`);
    expect(JSON.parse(old.text)).toMatchObject({ aud: emulator.ready.clientId });
  });

  it('learns who the user is as far as the scopes go, and nothing without them', async () => {
    const versions = ['v1', 'v2', 'v3'].map((version) => `www.googleapis.com/oauth2/${version}/userinfo`);
    const answers = await Promise.all(versions.map((path) => ask('GET', path)));
    const users = answers.map(({ text }) => JSON.parse(text) as Record<string, string>);
    expect(users.map(({ id, sub }) => [id !== undefined, sub !== undefined])).toEqual([
      [true, false],
      [true, false],
      [false, true],
    ]);
    expect(users.map(({ name, email }) => [name, email])).toEqual(Array(3).fill(['Emu Lator', undefined]));
    expect((await ask('GET', versions[0]!, { token: '' })).status).toBe(401);
  });

  it("lists base URLs of Google's, which lead to the bytes of photos and videos", async () => {
    const [photo, video] = [(await newest('PHOTO'))[0]!, (await newest('VIDEO'))[0]!];
    expect([photo, video].map(({ baseUrl }) => new URL(baseUrl).origin)).toEqual(
      Array(2).fill('https://lh3.googleusercontent.com'),
    );
    const path = (baseUrl: string): string => baseUrl.replace('https://', '');
    expect((await ask('GET', `${path(photo.baseUrl)}=d`, { token: '' })).type).toBe('image/jpeg');
    const redirect = await ask('GET', `${path(video.baseUrl)}=dv`, { token: '' });
    expect(redirect.location).toMatch(/^https:\/\/video-downloads\.googleusercontent\.com\/[\w-]+$/);
    const whole = await ask('GET', path(redirect.location!), { token: '' });
    expect([whole.status, whole.type, whole.text.slice(4, 8)]).toEqual([200, 'video/mp4', 'ftyp']);
    const cover = JSON.parse((await ask('GET', 'photoslibrary.googleapis.com/v1/albums')).text) as {
      albums: { coverPhotoBaseUrl: string }[];
    };
    expect(cover.albums[0]!.coverPhotoBaseUrl).toMatch(/^https:\/\/lh3\.googleusercontent\.com\/lr\//);
  });

  it('by any other name gets the addresses that are there', async () => {
    const [photo] = await newest('PHOTO', 'photos.example.com');
    expect(photo!.baseUrl.startsWith(`${emulator.ready.media}/lr/`)).toBe(true);
  });

  it('feels faults and is counted as any other', async () => {
    emulator.resetCounters();
    emulator.fail({ route: 'albums', count: 1, status: 503 });
    expect((await ask('GET', 'photoslibrary.googleapis.com/v1/albums')).status).toBe(503);
    expect((await ask('GET', 'photoslibrary.googleapis.com/v1/albums')).status).toBe(200);
    emulator.fail({ route: 'token', count: 1, status: 500 });
    const failed = await ask('POST', 'oauth2.googleapis.com/token', { body: '' });
    expect(JSON.parse(failed.text)).toEqual({ error: 'internal_failure' });
    expect(emulator.counters()).toMatchObject({ 'albums.list': 2, token: 1 });
  });
});
