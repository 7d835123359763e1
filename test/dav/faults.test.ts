import { describe, expect, it } from '@jest/globals';
import { AppError } from '../../src/errors.js';
import type { DeliveryPolicy } from '../../src/delivery/policy.js';
import { ALBUM, startDavServer, VIDEO, VIDEO_BYTES, VIDEO_ID, type DavServer } from '../support/dav-server.js';
import { ask, propfind, sendRaw, type Ask } from '../support/http-client.js';

const SIZE = VIDEO_BYTES.length;

async function withServer(test: (server: DavServer) => Promise<void>, policy?: DeliveryPolicy): Promise<void> {
  const server = await startDavServer(policy ? { policy } : {});
  try {
    await test(server);
    expect(server.source.openBodies).toBe(0);
  } finally {
    await server.close();
  }
}

const range = (value: string): Ask => ({ headers: { Range: value } });

describe('when the source fails', () => {
  it.each([
    [new AppError('SOURCE_UNAVAILABLE', 'test: no answer'), 502, '30'],
    [new AppError('QUOTA_EXCEEDED', 'test: spent', { retryAfterSeconds: 1234.5 }), 503, '1235'],
    [new AppError('SIGN_IN_REQUIRED', 'test: revoked'), 503, '300'],
    [new AppError('NOT_FOUND', 'test: gone'), 404, undefined],
    [new Error('test: a bug with a secret'), 500, undefined],
  ])('%s is told before anything else is', async (failure, status, retryAfter) => {
    await withServer(async ({ origin, tree }) => {
      tree.failure = failure;
      for (const method of ['GET', 'HEAD', 'PROPFIND']) {
        const { status: told, headers, text } = await ask(origin, VIDEO, { method, headers: { Depth: '0' } });
        expect([method, told, headers['retry-after']]).toEqual([method, status, retryAfter]);
        expect(text).not.toContain('secret');
      }
      expect((await ask(origin, '/', { method: 'OPTIONS' })).status).toBe(200);
    });
  });

  it('a listing is an error, never an empty folder', async () => {
    await withServer(async ({ origin, tree }) => {
      tree.listingFailure = new AppError('SOURCE_UNAVAILABLE', 'test: no <answer>', { advice: 'wait & see' });
      const { status, headers, text } = await propfind(origin, ALBUM);
      expect([status, headers['retry-after'], headers['content-type']]).toEqual([
        502,
        '30',
        'application/xml; charset=utf-8',
      ]);
      expect(text).toContain('<P:message>test: no &lt;answer&gt;</P:message><P:advice>wait &amp; see</P:advice>');
      expect((await ask(origin, ALBUM)).status).toBe(502);
    });
  });

  it('on opening the bytes, GET says so and when to come back', async () => {
    await withServer(async ({ origin, source }) => {
      source.failure = new AppError('QUOTA_EXCEEDED', 'test: spent', { retryAfterSeconds: 60 });
      const { status, headers, text } = await ask(origin, VIDEO);
      expect([status, headers['retry-after']]).toEqual([503, '60']);
      expect(text).toMatch(/^QUOTA_EXCEEDED: test: spent\nwait for/);
      expect((await ask(origin, VIDEO, { method: 'HEAD' })).status).toBe(200);
    });
  });

  it.each([
    ['GET', VIDEO, VIDEO_ID],
    ['GET of a range', VIDEO, VIDEO_ID],
    ['HEAD that must measure', '/Albums/Late/a.jpg', 'Albums/Late/a.jpg'],
  ])('for bytes that are gone, %s is a 404 and the tree hears of it', async (what, target, id) => {
    await withServer(async ({ origin, tree, source }) => {
      source.contents.delete(id);
      const headers = what.includes('range') ? { Range: 'bytes=0-9' } : {};
      expect((await ask(origin, target, { method: what.split(' ')[0]!, headers })).status).toBe(404);
      expect(tree.reportedGone).toEqual([id]);
    });
  });

  it('no item counts as gone for any other failure, nor what is not in the tree', async () => {
    await withServer(async ({ origin, tree, source }) => {
      expect((await ask(origin, '/Albums/none.jpg')).status).toBe(404);
      source.failure = new AppError('SOURCE_UNAVAILABLE', 'test: no answer');
      expect((await ask(origin, VIDEO)).status).toBe(502);
      expect(tree.reportedGone).toEqual([]);
    });
  });

  it('before the first byte, GET is a 502', async () => {
    await withServer(async ({ origin, source }) => {
      for (const lever of ['breaksAfter', 'endsAfter'] as const) {
        source[lever] = 0;
        const { status, headers } = await ask(origin, VIDEO);
        expect([status, headers['retry-after']]).toEqual([502, '30']);
        source[lever] = Infinity;
      }
    });
  });

  it('of a network that breaks before the first byte, GET tells the code alone', async () => {
    await withServer(async ({ origin, source }) => {
      source.breakage = Object.assign(new Error('other side closed https://secret.example/'), {
        code: 'UND_ERR_SOCKET',
      });
      source.breaksAfter = 0;
      const { status, headers, text } = await ask(origin, VIDEO);
      expect([status, headers['retry-after']]).toEqual([502, '30']);
      expect(text).toMatch(/^SOURCE_UNAVAILABLE: the upstream broke off \(UND_ERR_SOCKET\)\n/);
      expect(source.opened).toHaveLength(1);
    });
  });

  it('of a network that breaks in mid-stream is a warning, and no fault of this program', async () => {
    await withServer(async ({ origin, source, lines }) => {
      source.breakage = new Error('other side closed https://secret.example/');
      source.breaksAfter = 65_536;
      await expect(ask(origin, VIDEO)).rejects.toThrow();
      expect(lines.filter(({ level }) => Number(level) >= 40)).toMatchObject([
        { level: 40, code: 'SOURCE_UNAVAILABLE', reason: 'the upstream broke off (no reason given)' },
      ]);
      expect(JSON.stringify(lines)).not.toContain('secret');
      expect(source.opened).toHaveLength(1);
    });
  });

  it('in mid-stream, the connection is cut, and the short body is not taken for whole', async () => {
    await withServer(async ({ origin, source }) => {
      for (const lever of ['breaksAfter', 'endsAfter'] as const) {
        source[lever] = 65_536;
        await expect(ask(origin, VIDEO)).rejects.toThrow();
        source[lever] = Infinity;
      }
    });
  });

  it('in mid-stream, the next answer is not written into the file', async () => {
    await withServer(async ({ origin, source }) => {
      source.breaksAfter = 65_536;
      const get = (target: string): string => `GET ${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
      const answer = await sendRaw(origin, get(VIDEO) + get('/README.txt'));
      expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200']);
      expect(answer).not.toContain('Nothing to see.');
    });
  });

  it('with another range than asked, nothing of it is sent', async () => {
    await withServer(async ({ origin, source }) => {
      source.wrongRange = { first: 500, last: 600 };
      expect((await ask(origin, VIDEO, range('bytes=100-199'))).status).toBe(502);
      expect((await ask(origin, VIDEO)).status).toBe(502);
    });
  });
});

describe('when the upstream ignores Range', () => {
  it.each([
    ['bytes=0-0', 0, 0],
    ['bytes=100000-100099', 100_000, 100_099],
    ['bytes=65530-65545', 65_530, 65_545],
    ['bytes=-1', SIZE - 1, SIZE - 1],
    ['bytes=0-', 0, SIZE - 1],
  ])('%s is cut out of the whole', async (asked, first, last) => {
    await withServer(async ({ origin, source }) => {
      source.ignoresRange = true;
      const { status, headers, bytes } = await ask(origin, VIDEO, range(asked));
      expect([status, headers['content-range']]).toEqual([206, `bytes ${first}-${last}/${SIZE}`]);
      expect(bytes.equals(VIDEO_BYTES.subarray(first, last + 1))).toBe(true);
    });
  });
});

describe('when the bytes tell another size than was remembered', () => {
  it('GET goes on with the new size and ETag, and listings follow', async () => {
    await withServer(async ({ origin, tree }) => {
      tree.misremember(VIDEO_ID, 150_000);
      const { status, headers, bytes } = await ask(origin, VIDEO);
      expect([status, headers['content-length'], bytes.equals(VIDEO_BYTES)]).toEqual([200, String(SIZE), true]);
      const { text } = await propfind(origin, VIDEO, { depth: '0' });
      expect(text).toContain(`<D:getcontentlength>${SIZE}<`);
      expect(text).toContain(`<D:getetag>${headers.etag!}<`);
    });
  });

  it('a range is decided again on the new size', async () => {
    await withServer(async ({ origin, tree, source }) => {
      tree.misremember(VIDEO_ID, 150_000);
      const { status, headers, bytes } = await ask(origin, VIDEO, range('bytes=-100'));
      expect([status, headers['content-range']]).toEqual([206, `bytes ${SIZE - 100}-${SIZE - 1}/${SIZE}`]);
      expect(bytes.equals(VIDEO_BYTES.subarray(-100))).toBe(true);
      expect(source.opened).toHaveLength(2);
    });
  });

  it('a range that stays the same costs one request', async () => {
    await withServer(async ({ origin, tree, source }) => {
      tree.misremember(VIDEO_ID, 150_000);
      const { status, headers } = await ask(origin, VIDEO, range('bytes=5-9'));
      expect([status, headers['content-range'], source.opened.length]).toEqual([206, `bytes 5-9/${SIZE}`, 1]);
    });
  });

  it('the second half of an old version is not glued to its first half', async () => {
    await withServer(async ({ origin, tree }) => {
      tree.misremember(VIDEO_ID, 150_000);
      const old = (await ask(origin, VIDEO, { method: 'HEAD' })).headers.etag!;
      const resumed = await ask(origin, VIDEO, { headers: { Range: 'bytes=1000-', 'If-Range': old } });
      expect([resumed.status, resumed.bytes.equals(VIDEO_BYTES)]).toEqual([200, true]);
      tree.misremember(VIDEO_ID, 150_000);
      expect((await ask(origin, VIDEO, { headers: { Range: 'bytes=1000-', 'If-Match': old } })).status).toBe(412);
    });
  });
});

describe('the log', () => {
  it('has one line for each request, and says more of what failed', async () => {
    await withServer(async ({ origin, tree, lines }) => {
      await ask(origin, `${VIDEO}?secret=1`, range('bytes=0-9'));
      tree.failure = new AppError('SOURCE_UNAVAILABLE', 'test: no answer');
      await ask(origin, `${VIDEO}?secret=2`);
      const requests = lines.filter(({ msg }) => msg === 'request');
      expect(requests).toMatchObject([
        { level: 20, method: 'GET', path: VIDEO, status: 206, bytes: expect.any(Number), ms: expect.any(Number) },
        { level: 40, method: 'GET', path: VIDEO, status: 502 },
      ]);
      expect(lines).toContainEqual(expect.objectContaining({ code: 'SOURCE_UNAVAILABLE', reason: 'test: no answer' }));
      expect(JSON.stringify(lines)).not.toContain('secret');
    });
  });
});
