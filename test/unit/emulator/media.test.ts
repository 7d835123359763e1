import { get as httpGet, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DEFAULT_LEVERS } from '../../../src/emulator/levers.js';
import type { Emulator } from '../../../src/emulator/emulator.js';
import { TINY_JPEG } from '../../../src/emulator/pictures.js';
import { startEmulator } from '../../../src/emulator/server.js';
import { GoogleCaller, type ItemJson } from './google-caller.js';

let emulator: Emulator;
let caller: GoogleCaller;
let photo: ItemJson;
let video: ItemJson;
beforeAll(async () => {
  emulator = await startEmulator({ items: 200 });
  caller = await GoogleCaller.signIn(emulator);
});
afterEach(() => {
  Object.assign(emulator.levers, DEFAULT_LEVERS);
  emulator.clearFaults();
});
afterAll(() => emulator.close());

async function first(type: 'PHOTO' | 'VIDEO'): Promise<ItemJson> {
  const found = await caller.search({ pageSize: 1, filters: { mediaTypeFilter: { mediaTypes: [type] } } });
  return found.mediaItems![0]!;
}

/** Reads so many bytes, or all, and leaves. */
async function bytesUpTo(url: string, enough: number): Promise<number> {
  const [response] = (await once(httpGet(url), 'response')) as [IncomingMessage];
  let received = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    received += chunk.length;
    if (received >= enough) break;
  }
  return received;
}

/** Lets what is under way on this machine arrive. */
async function until(isReached: () => boolean): Promise<void> {
  while (!isReached()) await turn();
}

describe('=d of a photo', () => {
  beforeAll(async () => (photo = await first('PHOTO')));
  const fetchBytes = (headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
    fetch(`${photo.baseUrl}=d`, { headers });

  it('gives all bytes without a token, with length, ETag, type and name', async () => {
    const answer = await fetchBytes();
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-length': String(bytes.length),
      'content-type': 'image/jpeg',
      'content-disposition': `attachment;filename="${photo.filename}"`,
      etag: expect.stringMatching(/^"v[0-9a-f]+"$/) as unknown,
    });
    expect(answer.headers.has('accept-ranges')).toBe(false);
    expect(bytes.subarray(0, 3).toString('hex')).toBe('ffd8ff');
  });

  it('gives any range, the very bytes of the whole', async () => {
    const whole = Buffer.from(await (await fetchBytes()).arrayBuffer());
    const size = whole.length;
    for (const [range, from, to] of [
      ['bytes=0-0', 0, 1],
      ['bytes=1-1234', 1, 1235],
      [`bytes=${size - 7}-`, size - 7, size],
      ['bytes=-5', size - 5, size],
      ['bytes=250-2000', 250, 2001],
    ] as const) {
      const part = await fetchBytes({ range });
      expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes ${from}-${to - 1}/${size}`]);
      expect(Buffer.from(await part.arrayBuffer()).equals(whole.subarray(from, to))).toBe(true);
    }
  });

  it('refuses a range beyond the end, and ignores one for another version', async () => {
    const beyond = await fetchBytes({ range: 'bytes=99999999-' });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([
      416,
      expect.stringMatching(/^bytes \*\/\d+$/),
    ]);
    expect((await fetchBytes({ range: 'bytes=0-0', 'if-range': '"old"' })).status).toBe(200);
  });

  it('answers HEAD with the length, or refuses it', async () => {
    const head = await fetch(`${photo.baseUrl}=d`, { method: 'HEAD' });
    expect([head.status, Number(head.headers.get('content-length')) > 2000]).toEqual([200, true]);
    emulator.levers.headRefused = true;
    expect((await fetch(`${photo.baseUrl}=d`, { method: 'HEAD' })).status).toBe(405);
  });

  it('answers 200 with everything where ranges are refused', async () => {
    emulator.levers.rangesRefused = true;
    const answer = await fetchBytes({ range: 'bytes=0-0' });
    expect([answer.status, answer.headers.has('content-range')]).toEqual([200, false]);
    await answer.arrayBuffer();
  });

  it.each(['', '=dv', '=x', '=w0', '=w640-h480-x', '=c', '=w16384'])(
    'with "%s" instead answers 404 with a picture',
    async (suffix) => {
      const answer = await fetch(`${photo.baseUrl}${suffix}`);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'image/png']);
    },
  );
});

describe('a base URL', () => {
  it.each([
    ['after an hour', (ended: Emulator) => ended.advanceClock(3_600_000)],
    ['when told so', (ended: Emulator) => ended.expireBaseUrls()],
    ['when access is revoked', (ended: Emulator) => ended.revokeTokens()],
  ])('is refused with a picture %s', async (_when, end) => {
    const other = await startEmulator({ items: 1 });
    const { baseUrl } = (await (await GoogleCaller.signIn(other)).search()).mediaItems![0]!;
    expect((await fetch(`${baseUrl}=d`, { method: 'HEAD' })).status).toBe(200);
    end(other);
    const refused = await fetch(`${baseUrl}=d`);
    expect([refused.status, refused.headers.get('content-type')]).toEqual([403, 'image/png']);
    await other.close();
  });

  it('that was never issued is refused with 404', async () => {
    expect((await fetch(`${emulator.ready.media}/lr/${'A'.repeat(70)}=d`)).status).toBe(404);
  });

  it('is refused with 429 when the quota of bytes is spent', async () => {
    const { baseUrl } = await first('PHOTO');
    emulator.levers.quotaBytesPerDay = 1;
    expect((await fetch(`${baseUrl}=d`)).status).toBe(429);
  });
});

describe('a video', () => {
  beforeAll(async () => (video = await first('VIDEO')));

  it('is sent whole by another host, whatever range is asked for', async () => {
    const redirect = await fetch(`${video.baseUrl}=dv`, { redirect: 'manual' });
    const target = redirect.headers.get('location')!;
    expect(redirect.status).toBe(302);
    expect([emulator.ready.api, emulator.ready.media]).not.toContain(new URL(target).origin);
    const whole = await fetch(target, { headers: { range: 'bytes=100-' } });
    const bytes = await whole.arrayBuffer();
    expect([whole.status, whole.headers.get('content-length')]).toEqual([200, String(bytes.byteLength)]);
    expect(whole.headers.has('accept-ranges')).toBe(false);
    emulator.levers.videoRanges = true;
    const part = await fetch(target, { headers: { range: 'bytes=100-' } });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer()).equals(Buffer.from(bytes).subarray(100))).toBe(true);
  });

  it('shows a still with =d', async () => {
    const still = await fetch(`${video.baseUrl}=d`);
    expect([still.status, still.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
  });
});

describe('a body', () => {
  beforeAll(async () => (photo = await first('PHOTO')));

  it('ends when the client leaves, and is counted open no more', async () => {
    emulator.resetCounters();
    emulator.levers.bytesPerSecond = 1000;
    const request = httpGet(`${photo.baseUrl}=d`);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(emulator.counters()).toMatchObject({ open: 1, opened: 1, 'media.get': 1 });
    response.destroy();
    await until(() => emulator.counters().open === 0);
    expect(emulator.counters().bytes).toBeLessThan(2000);
  });

  it('of three million bytes flows at the speed set, and does not stop where that outruns the socket', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'photodav-media-'));
    await writeFile(join(folder, 'large.jpg'), Buffer.concat([TINY_JPEG, Buffer.alloc(3_000_000 - TINY_JPEG.length)]));
    const other = await startEmulator({ library: folder, levers: { bytesPerSecond: 600_000 } });
    const { baseUrl } = (await (await GoogleCaller.signIn(other)).search()).mediaItems![0]!;
    const started = performance.now();
    const some = await bytesUpTo(`${baseUrl}=d`, 300_000);
    expect([some >= 300_000, performance.now() - started >= 350]).toEqual([true, true]);
    other.levers.bytesPerSecond = 6_000_000;
    expect(await bytesUpTo(`${baseUrl}=d`, Infinity)).toBe(3_000_000);
    await other.close();
    await rm(folder, { recursive: true });
  });

  it('cut after k bytes arrives with exactly so many', async () => {
    for (const cutAfterBytes of [0, 1, 1500]) {
      emulator.fail({ route: 'media', count: 1, cutAfterBytes });
      const [response] = (await once(httpGet(`${photo.baseUrl}=d`), 'response')) as [IncomingMessage];
      let received = 0;
      const read = async (): Promise<void> => {
        for await (const chunk of response as AsyncIterable<Buffer>) received += chunk.length;
      };
      await expect(read()).rejects.toThrow('aborted');
      expect(received).toBe(cutAfterBytes);
    }
  });

  it('cuts a body, not the HEAD or the redirect before it', async () => {
    video = await first('VIDEO');
    emulator.fail({ route: 'media', count: 1, cutAfterBytes: 10 });
    expect((await fetch(`${video.baseUrl}=dv`, { method: 'HEAD' })).status).toBe(200);
    const answer = await fetch(`${video.baseUrl}=dv`);
    await expect(answer.arrayBuffer()).rejects.toThrow();
  });
});
