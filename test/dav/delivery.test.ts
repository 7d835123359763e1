import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DeliveryPolicy, DeliveryRequest } from '../../src/delivery/policy.js';
import { startDavServer, VIDEO, VIDEO_BYTES, VIDEO_ID, type DavServer } from '../support/dav-server.js';
import { ask } from '../support/http-client.js';

const ELSEWHERE = new URL('https://worker.example/a%20b.mp4?sign=abc=:1');

let server: DavServer;
let asked: Pick<DeliveryRequest, 'path' | 'range' | 'userAgent' | 'conditional'>[];

/** Sends everybody elsewhere, and remembers what it was asked. */
const away: DeliveryPolicy = {
  name: 'away',
  deliver({ path, range, userAgent, conditional }) {
    asked.push({ path, userAgent, conditional, ...(range ? { range } : {}) });
    return Promise.resolve({ kind: 'redirect', location: ELSEWHERE });
  },
};

const counted = async (name: string): Promise<readonly unknown[]> => {
  const metric = server.metrics.registry.getSingleMetric(name);
  return (await metric!.get()).values.map(({ value, labels }) => ({ value, ...labels }));
};

beforeEach(() => {
  asked = [];
});
afterEach(() => server.close());

describe('a redirect', () => {
  beforeEach(async () => {
    server = await startDavServer({ policy: away, basePath: '/photos' });
  });

  it('has the headers of AList and no body', async () => {
    const sent = { Range: 'bytes=5-9', 'User-Agent': 'mpv 0.34' };
    const { status, headers, bytes } = await ask(server.origin, `/photos${VIDEO}`, { headers: sent });
    expect([status, headers.location, bytes.length]).toEqual([302, ELSEWHERE.href, 0]);
    expect(headers).toMatchObject({
      'cache-control': 'max-age=0, no-cache, no-store, must-revalidate',
      'referrer-policy': 'no-referrer',
      'content-length': '0',
    });
    expect(headers['accept-ranges']).toBeUndefined();
    expect(asked).toEqual([
      {
        path: '/Albums/Summer 2024/beach.mp4',
        range: { first: 5, last: 9 },
        userAgent: 'mpv 0.34',
        conditional: false,
      },
    ]);
  });

  it('is never the answer to HEAD', async () => {
    const { status, headers } = await ask(server.origin, `/photos${VIDEO}`, { method: 'HEAD' });
    expect([status, headers['content-length']]).toEqual([200, String(VIDEO_BYTES.length)]);
    expect(asked).toEqual([]);
  });

  it.each(['If-Match', 'If-None-Match', 'If-Modified-Since', 'If-Unmodified-Since', 'If-Range'])(
    'is left to the policy to refuse for %s',
    async (name) => {
      const value = name.endsWith('Since') ? 'Sun, 14 Jul 2030 10:11:12 GMT' : '*';
      await ask(server.origin, `/photos${VIDEO}`, { headers: { [name]: value, Range: 'bytes=0-' } });
      expect(asked.filter(({ conditional }) => !conditional)).toEqual([]);
    },
  );

  it('is never the answer where the range cannot be satisfied', async () => {
    const { status } = await ask(server.origin, `/photos${VIDEO}`, { headers: { Range: 'bytes=900000-' } });
    expect([status, asked]).toEqual([416, []]);
  });

  it('is counted, and no byte with it', async () => {
    await ask(server.origin, `/photos${VIDEO}`);
    expect(await counted('photodav_deliveries_total')).toEqual([{ value: 1, policy: 'away', outcome: 'redirect' }]);
    expect(await counted('photodav_media_bytes_total')).toEqual([{ value: 0 }]);
  });
});

describe('a stream', () => {
  beforeEach(async () => {
    server = await startDavServer();
  });

  it('is counted with its bytes', async () => {
    await ask(server.origin, VIDEO);
    await ask(server.origin, VIDEO, { headers: { Range: 'bytes=10-19' } });
    await ask(server.origin, VIDEO, { method: 'HEAD' });
    expect(await counted('photodav_deliveries_total')).toEqual([
      { value: 2, policy: 'native-proxy', outcome: 'stream' },
    ]);
    expect(await counted('photodav_media_bytes_total')).toEqual([{ value: VIDEO_BYTES.length + 10 }]);
    expect(await counted('photodav_open_transfers')).toEqual([{ value: 0 }]);
  });

  it('is counted once where it is opened anew, for the size has changed', async () => {
    server.source.contents.set(VIDEO_ID, VIDEO_BYTES.subarray(0, 1000));
    const { bytes } = await ask(server.origin, VIDEO, { headers: { Range: 'bytes=-10' } });
    expect([server.source.opened.length, bytes.length]).toEqual([2, 10]);
    expect(await counted('photodav_deliveries_total')).toEqual([
      { value: 1, policy: 'native-proxy', outcome: 'stream' },
    ]);
  });

  it('that breaks is open no more', async () => {
    server.source.breaksAfter = 65_536;
    await expect(ask(server.origin, VIDEO)).rejects.toThrow();
    const [open] = (await counted('photodav_open_transfers')) as readonly [{ value: number }];
    expect(open.value).toBe(0);
  });
});
