import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { curl, curlRaw } from '../support/curl.js';
import { describeClient, run } from '../support/clients.js';
import { eventually } from '../support/eventually.js';
import { FAST_START, PLAIN_ALBUM, VIDEO_ALBUM } from '../support/library.js';
import { propfind, readMultistatus } from '../support/multistatus.js';
import { startStage, type Stage } from '../support/stage.js';

const ALBUM = `/Albums/${encodeURIComponent(PLAIN_ALBUM)}`;
const PHOTO = `${ALBUM}/IMG_0012.jpg`;
const VIDEO = `/Albums/${VIDEO_ALBUM}/${FAST_START}`;
const CURL = { commands: ['curl'], packages: ['curl'] };

/** More than the kernel's buffers between the two servers hold, so that a client who leaves early leaves bytes behind. */
const BYTES_PER_SECOND = 2_000_000;

let stage: Stage;
let url: string;

const counter = (name: string): number => stage.emulator.counters()[name] ?? 0;

/** Requests to Google of any kind. */
const upstreamRequests = (): number =>
  Object.entries(stage.emulator.counters())
    .filter(([name]) => name.includes('.') || name === 'token')
    .reduce((sum, [, count]) => sum + count, 0);

describeClient('a request', CURL, () => {
  beforeAll(async () => {
    stage = await startStage({ videos: 'long' });
    ({ url } = stage.program);
    await propfind(url + ALBUM);
  }, 60_000);
  afterAll(() => stage.close());

  describe('for a file', () => {
    it('is answered with its length, never in chunks or compressed', async () => {
      const { headers } = await curl('-H', 'Accept-Encoding: gzip, br, zstd', url + PHOTO);
      expect(headers).toMatchObject({ 'content-length': '300000', 'content-type': 'image/jpeg' });
      expect(headers['content-encoding']).toBeUndefined();
      expect(headers['transfer-encoding']).toBeUndefined();
    });

    it('is answered alike by HEAD and GET', async () => {
      const [head, get] = [await curl('--head', url + PHOTO), await curl(url + PHOTO)];
      expect(head.body).toHaveLength(0);
      expect({ ...head.headers, date: '' }).toEqual({ ...get.headers, date: '' });
    });

    it('ends upstream within a second when the client leaves', async () => {
      stage.emulator.levers.bytesPerSecond = BYTES_PER_SECOND;
      // What a host gives only as a whole is fetched on for a while.
      stage.emulator.levers.videoRanges = true;
      try {
        const { exitCode } = await curlRaw(
          '--max-time',
          '1',
          '--limit-rate',
          '100k',
          '--output',
          '/dev/null',
          url + VIDEO,
        );
        expect(exitCode).not.toBe(0);
        await eventually(() => counter('open') === 0);
        expect(counter('open')).toBe(0);
      } finally {
        stage.emulator.levers.bytesPerSecond = 0;
        stage.emulator.levers.videoRanges = false;
      }
    });

    it('is whole although Google stops in the middle', async () => {
      stage.emulator.fail({ route: 'media', count: 2, cutAfterBytes: 100_000 });
      expect((await curl(url + PHOTO)).body).toHaveLength(300_000);
    });

    it('never looks complete when Google stops in the middle and has the rest no more', async () => {
      stage.emulator.fail({ route: 'media', count: 1, cutAfterBytes: 100_000 });
      stage.emulator.fail({ route: 'media', count: 100, status: 404 });
      try {
        const { exitCode } = await curlRaw('--output', '/dev/null', url + PHOTO);
        expect([18, 56]).toContain(exitCode);
      } finally {
        stage.emulator.clearFaults();
      }
    });

    it('that is not there is answered 404', async () => {
      for (const path of [`${ALBUM}/none.jpg`, '/none', '/Albums/None/', '/By%20day/1900-01-01/']) {
        expect((await curl(url + path)).status).toBe(404);
      }
    });
  });

  it('for a collection is answered with a page', async () => {
    const { status, headers, text } = await curl('-H', 'Accept: text/html', `${url}${ALBUM}/`);
    expect({ status, type: headers['content-type'] }).toEqual({ status: 200, type: 'text/html; charset=utf-8' });
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(text).toContain('IMG_0012.jpg');
  });

  it.each(['PUT', 'DELETE', 'MKCOL', 'COPY', 'MOVE', 'PROPPATCH', 'LOCK', 'UNLOCK'])(
    'to write (%s) is refused',
    async (method) => {
      const before = (await propfind(url + ALBUM)).text;
      for (const path of [`${ALBUM}/x`, PHOTO, `${ALBUM}/`]) {
        const destination = ['-H', `Destination: ${url}${ALBUM}/y`];
        const { status, text } = await curl('-X', method, ...destination, '--data', 'x', url + path);
        expect({ status, isTold: text.includes('<D:error') }).toEqual({ status: 403, isTold: true });
      }
      expect((await propfind(url + ALBUM)).text).toBe(before);
    },
  );

  it.each(['POST', 'PATCH', 'TRACE', 'REPORT', 'SEARCH', 'ACL'])(
    'of another method (%s) is told what is allowed',
    async (method) => {
      const { status, headers } = await curl('-X', method, url + PHOTO);
      expect({ status, allow: headers.allow }).toEqual({ status: 405, allow: 'OPTIONS, GET, HEAD, PROPFIND' });
    },
  );

  it.each(['/', '*', ALBUM, `${ALBUM}/`, PHOTO, '/missing', `${ALBUM}/missing.jpg`])(
    'for the options of %s is answered alike',
    async (target) => {
      const { status, headers, body } = await curl('-X', 'OPTIONS', '--request-target', target, url);
      expect({ status, headers, body: body.length }).toMatchObject({
        status: 200,
        headers: {
          dav: '1, 3',
          'ms-author-via': 'DAV',
          allow: 'OPTIONS, GET, HEAD, PROPFIND',
          'accept-ranges': 'bytes',
          'content-length': '0',
        },
        body: 0,
      });
      expect(Object.keys(headers)).not.toContain('www-authenticate');
    },
  );

  it.each([
    '/..%2f..%2fetc/passwd',
    '/%2e%2e/',
    '/Albums/../../etc/passwd',
    '//evil.example/x',
    '/a%00b',
    '/%c0%ae%c0%ae/',
    '/x%5c..%5cy',
    '/%zz',
    '/%ff',
    `/${'a/'.repeat(65)}`,
    `/${'x'.repeat(5_000)}`,
  ])('that leads astray (%s) is refused without asking Google', async (path) => {
    const before = upstreamRequests();
    for (const method of ['GET', 'PROPFIND']) {
      const { status } = await curl('--path-as-is', '-X', method, '-H', 'Depth: 0', url + path);
      expect([400, 404, 414]).toContain(status);
    }
    expect(upstreamRequests()).toBe(before);
  });

  const laughs = Array.from({ length: 10 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('');
  it.each([
    [
      'an external entity',
      400,
      '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><D:propfind xmlns:D="DAV:"><D:prop>&a;</D:prop></D:propfind>',
    ],
    [
      'a billion laughs',
      400,
      `<!DOCTYPE x [<!ENTITY l0 "ha">${laughs}]><D:propfind xmlns:D="DAV:"><D:prop>&l10;</D:prop></D:propfind>`,
    ],
    ['an end that is missing', 400, '<D:propfind xmlns:D="DAV:"><D:prop>'],
    ['a prefix bound to nothing', 400, '<D:propfind xmlns:D="DAV:"><D:prop><x:a xmlns:x=""/></D:prop></D:propfind>'],
    [
      'great depth',
      400,
      `<D:propfind xmlns:D="DAV:"><D:prop>${'<a>'.repeat(2_000)}${'</a>'.repeat(2_000)}</D:prop></D:propfind>`,
    ],
    ['ten megabytes', 413, `<D:propfind xmlns:D="DAV:">${' '.repeat(10_000_000)}<D:allprop/></D:propfind>`],
  ])('with hostile XML, %s, is refused at once', async (_, expected, body) => {
    const memoryBefore = await residentBytes(stage.program.pid);
    const startedAt = performance.now();
    const { status } = await post(body);
    expect(status).toBe(expected);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect((await residentBytes(stage.program.pid)) - memoryBefore).toBeLessThan(50_000_000);
  });

  it('under a foreign name (DNS rebinding) is refused', async () => {
    expect((await curl('-H', 'Host: evil.example', `${url}/`)).status).toBe(421);
    for (const host of ['localhost', '127.0.0.1:1', '[::1]:9']) {
      expect((await curl('-H', `Host: ${host}`, `${url}/`)).status).toBe(200);
    }
  });

  it('with two lengths (request smuggling) is refused, and the connection closed', async () => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write(
      'PROPFIND / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    );
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('is answered after all that', async () => {
    const { text } = await propfind(url + ALBUM);
    expect(readMultistatus(text)).toHaveLength(13);
    // Not the one that Google refused a moment ago, which is left alone for a minute.
    const fact = stage.facts.files.find(({ filename }) => filename === 'IMG_0001.jpg')!;
    expect((await curl(`${url}${ALBUM}/IMG_0001.jpg`)).body).toEqual(
      await readFile(join(stage.facts.folder, fact.path)),
    );
  });
});

/** Too large for a command line: from standard input. */
async function post(body: string): Promise<{ status: number }> {
  const send = ['-s', '-o', '/dev/null', '-w', '%{http_code}', '-X', 'PROPFIND', '-H', 'Depth: 0', '-H', 'Expect:'];
  const { stdout } = await run('curl', [...send, '--data-binary', '@-', `${url}/`], { input: body });
  return { status: Number(stdout) };
}

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'VmRSS: 0 kB');
  return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) * 1024;
}
