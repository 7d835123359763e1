import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decide } from '../../src/http/conditional.js';
import { ALBUM, startDavServer, VIDEO, VIDEO_BYTES, type DavServer } from '../support/dav-server.js';
import { ask, propfind, type Reply } from '../support/http-client.js';

const SIZE = VIDEO_BYTES.length;

let server: DavServer;
let etag: string;
let modified: string;
beforeAll(async () => {
  server = await startDavServer();
  const { headers } = await ask(server.origin, VIDEO, { method: 'HEAD' });
  etag = headers.etag!;
  modified = headers['last-modified']!;
});
afterAll(() => server.close());

const get = (headers: Record<string, string> = {}, target = VIDEO): Promise<Reply> =>
  ask(server.origin, target, { headers });

describe('a file', () => {
  it.each([
    ['bytes=0-0', 0, 0],
    ['bytes=0-', 0, SIZE - 1],
    ['bytes=-100', SIZE - 100, SIZE - 1],
    [`bytes=-${SIZE * 2}`, 0, SIZE - 1],
    ['bytes=1000-150000', 1000, 150_000],
    [`bytes=${SIZE - 1}-`, SIZE - 1, SIZE - 1],
    [`bytes=199000-${SIZE * 2}`, 199_000, SIZE - 1],
    ['bytes=0-99,50-149', 0, 149],
    ['bytes=500-599,0-9', 500, 599],
  ])('gives %s exactly', async (range, first, last) => {
    const { status, headers, bytes } = await get({ Range: range });
    expect(status).toBe(206);
    expect(headers['content-range']).toBe(`bytes ${first}-${last}/${SIZE}`);
    expect(headers['content-length']).toBe(String(last - first + 1));
    expect(headers.etag).toBe(etag);
    expect(bytes.equals(VIDEO_BYTES.subarray(first, last + 1))).toBe(true);
    expect(server.source.opened.at(-1)).toEqual({ first, last });
  });

  it.each([`bytes=${SIZE}-`, 'bytes=-0', 'bytes=9999999-99999999'])(
    'answers 416 to %s, unasked upstream',
    async (range) => {
      const before = server.source.opened.length;
      const { status, headers, bytes } = await get({ Range: range });
      expect([status, headers['content-range'], bytes.length]).toEqual([416, `bytes */${SIZE}`, 0]);
      expect(server.source.opened.length).toBe(before);
    },
  );

  it.each(['items=0-5', 'bytes=5-2', 'bytes=a', 'bytes', ''])('is sent whole for the range %j', async (range) => {
    const { status, bytes } = await get({ Range: range });
    expect([status, bytes.equals(VIDEO_BYTES)]).toEqual([200, true]);
  });

  it('answers 200 ranges with one part and one upstream request', async () => {
    const before = server.source.opened.length;
    const ranges = Array.from({ length: 200 }, (_, i) => `${i * 2}-${i * 2}`).join(',');
    const { status, headers } = await get({ Range: `bytes=${ranges}` });
    expect([status, headers['content-range']]).toEqual([206, `bytes 0-0/${SIZE}`]);
    expect(server.source.opened.length).toBe(before + 1);
  });

  it('has one validator everywhere, and the headers that players need', async () => {
    const { text } = await propfind(server.origin, VIDEO);
    const replies = [
      await ask(server.origin, VIDEO, { method: 'HEAD' }),
      await get(),
      await get({ Range: 'bytes=0-0' }),
    ];
    expect(text).toContain(`<D:getetag>${etag}</D:getetag>`);
    expect(etag).toMatch(/^"[!-~]+"$/);
    for (const { headers } of replies) {
      expect(headers).toMatchObject({
        etag,
        'last-modified': modified,
        'content-type': 'video/mp4',
        'accept-ranges': 'bytes',
        'cache-control': 'private, no-transform, max-age=0',
        'x-content-type-options': 'nosniff',
        'content-disposition': 'inline; filename="beach.mp4"',
      });
    }
  });

  it('carries nothing of the library underneath', async () => {
    for (const reply of [await get(), await propfind(server.origin, ALBUM), await get({}, '/nothing')]) {
      const junk = ['server', 'www-authenticate', 'access-control-allow-origin', 'access-control-allow-credentials'];
      for (const name of [...junk, 'dav', 'allow', 'set-cookie']) expect(reply.headers[name]).toBeUndefined();
    }
  });

  it('is sent with its length and no coding, whatever is offered', async () => {
    const { headers } = await get({ 'Accept-Encoding': 'gzip, br, zstd', TE: 'trailers' });
    expect(headers['content-length']).toBe(String(SIZE));
    expect(headers['content-encoding']).toBeUndefined();
    expect(headers['transfer-encoding']).toBeUndefined();
  });

  it('has a HEAD that is its GET without the body, and costs no request', async () => {
    const before = server.source.opened.length;
    const withoutDate = ({ headers }: Reply): object => ({ ...headers, date: undefined });
    const head = await ask(server.origin, VIDEO, { method: 'HEAD', headers: { Range: 'bytes=0-0' } });
    expect(server.source.opened.length).toBe(before);
    expect([head.status, head.bytes.length]).toEqual([200, 0]);
    expect(withoutDate(head)).toEqual(withoutDate(await get()));
  });

  it.each([
    ['If-Match, current', () => ({ 'If-Match': etag, Range: 'bytes=5-9' }), 206],
    ['If-Match, weak, as VLC sends it', () => ({ 'If-Match': `W/${etag}`, Range: 'bytes=5-9' }), 206],
    ['If-Match, old', () => ({ 'If-Match': '"old"', Range: 'bytes=5-9' }), 412],
    ['If-Range, current', () => ({ 'If-Range': etag, Range: 'bytes=5-9' }), 206],
    ['If-Range, the date', () => ({ 'If-Range': modified, Range: 'bytes=5-9' }), 206],
    ['If-Range, old', () => ({ 'If-Range': '"old"', Range: 'bytes=5-9' }), 200],
    ['If-Range, old date', () => ({ 'If-Range': 'Sun, 14 Jul 2023 10:11:12 GMT', Range: 'bytes=5-9' }), 200],
    ['If-None-Match, current', () => ({ 'If-None-Match': etag }), 304],
    ['If-None-Match and If-Modified-Since', () => ({ 'If-None-Match': etag, 'If-Modified-Since': modified }), 304],
    ['If-Modified-Since', () => ({ 'If-Modified-Since': modified }), 304],
    ['If-Unmodified-Since, before', () => ({ 'If-Unmodified-Since': 'Sun, 14 Jul 2023 10:11:12 GMT' }), 412],
  ])('answers %s', async (_, headers, status) => {
    const reply = await get(headers());
    expect([reply.status, reply.headers.etag]).toEqual([status, etag]);
    expect(reply.bytes.length).toBe({ 200: SIZE, 206: 5 }[status] ?? 0);
    if (status === 304) expect(reply.headers['content-length']).toBeUndefined();
  });

  it('is described by a conditional HEAD too', async () => {
    expect((await ask(server.origin, VIDEO, { method: 'HEAD', headers: { 'If-None-Match': etag } })).status).toBe(304);
  });

  it('of unknown size is opened once by GET, and its size is known then', async () => {
    const late = await startDavServer();
    const first = await ask(late.origin, '/Albums/Late/a.jpg');
    expect([first.status, first.text, first.headers['content-length']]).toEqual([200, 'late a.jpg', '10']);
    const head = await ask(late.origin, '/Albums/Late/a.jpg', { method: 'HEAD' });
    expect(head.headers.etag).toBe(first.headers.etag);
    expect([late.source.opened.length, late.source.measured]).toEqual([1, 0]);
    const range = await ask(late.origin, '/Albums/Late/b.jpg', { headers: { Range: 'bytes=5-' } });
    expect([range.status, range.text, late.source.measured]).toEqual([206, 'b.jpg', 1]);
    await late.close();
  });

  it('that is empty is empty', async () => {
    server.tree.addFile(['empty.jpg'], Buffer.alloc(0));
    const whole = await get({}, '/empty.jpg');
    expect([whole.status, whole.headers['content-length'], whole.bytes.length]).toEqual([200, '0', 0]);
    expect((await get({ Range: 'bytes=0-' }, '/empty.jpg')).status).toBe(416);
  });

  it.each([
    [
      'naïve "photo" 日.jpg',
      'image/jpeg',
      'inline; filename="na_ve _photo_ _.jpg"; filename*=UTF-8\'\'na%C3%AFve%20%22photo%22%20%E6%97%A5.jpg',
      undefined,
    ],
    ['a.svg', 'image/svg+xml', 'attachment; filename="a.svg"', "sandbox; default-src 'none'"],
    ['a.html', 'text/html', 'attachment; filename="a.html"', "sandbox; default-src 'none'"],
    ['split.jpg', 'image/jpeg\r\nX-Evil: 1', 'attachment; filename="split.jpg"', "sandbox; default-src 'none'"],
  ])('named %s is harmless in a browser', async (name, mimeType, disposition, policy) => {
    server.tree.addFile([name], Buffer.from('x'), { mimeType });
    const { headers } = await get({}, `/${encodeURIComponent(name)}`);
    expect(headers['content-disposition']).toBe(disposition);
    expect(headers['content-security-policy']).toBe(policy);
    expect(headers['content-type']).not.toContain('html');
    expect(headers['x-evil']).toBeUndefined();
  });

  it('of our own takes ranges and conditions too', async () => {
    const whole = await get({}, '/README.txt');
    expect([whole.status, whole.text]).toEqual([200, 'Nothing to see.\n']);
    const part = await get({ Range: 'bytes=-5' }, '/README.txt');
    expect([part.status, part.text, part.headers['content-range']]).toEqual([206, 'see.\n', 'bytes 11-15/16']);
    expect((await get({ 'If-None-Match': whole.headers.etag! }, '/README.txt')).status).toBe(304);
    expect((await ask(server.origin, '/README.txt', { method: 'HEAD' })).headers['content-length']).toBe('16');
  });

  it('gives what the headers decide, also for garbage', async () => {
    const representation = { etag, modifiedAt: new Date(modified), size: SIZE };
    const text = fc.string({ unit: 'grapheme-ascii', maxLength: 20 });
    const range = fc.oneof(
      text,
      fc.tuple(fc.nat(SIZE), fc.nat(SIZE)).map(([a, b]) => `bytes=${a}-${b}`),
    );
    const sent = fc.record(
      { range, 'if-none-match': text, 'if-range': text, depth: text, if: text },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(sent, async (headers) => {
        const trimmed = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.trim()]));
        const { status } = await ask(server.origin, VIDEO, { headers: trimmed });
        expect(status).toBe(decide(trimmed, representation).status);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a folder in a browser', () => {
  it('is a page without script, with links that lead on, with and without slash', async () => {
    for (const target of ['/Albums/Names', '/Albums/Names/']) {
      const { status, headers, text } = await get({ Accept: '*/*' }, target);
      expect(status).toBe(200);
      expect(headers['content-type']).toBe('text/html; charset=utf-8');
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(text).not.toMatch(/<script|<c>/);
      expect(text).toContain('a&amp;b &lt;c&gt; d.jpg');
      const links = [...text.matchAll(/<td><a href="([^"]*)"/g)].map(([, href]) => href!);
      for (const link of links) expect((await ask(server.origin, link, { method: 'HEAD' })).status).toBe(200);
    }
  });

  it('has a HEAD, and is a 404 where nothing is', async () => {
    const head = await ask(server.origin, '/Albums', { method: 'HEAD' });
    expect([head.status, head.headers['content-type'], head.bytes.length]).toEqual([
      200,
      'text/html; charset=utf-8',
      0,
    ]);
    const missing = await get({}, '/Nothing');
    expect([missing.status, missing.headers['content-type']]).toEqual([404, 'text/plain; charset=utf-8']);
    expect(missing.text).toContain('NOT_FOUND');
  });
});
