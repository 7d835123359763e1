import { describe, expect, it } from '@jest/globals';
import { PROXY_URL } from '../../../src/delivery/proxy-url.js';
import { judgeSign, signPath } from '../../../src/delivery/sign.js';
import { DavSource } from '../../support/dav-source.js';
import { setUp } from './stage.js';

const proxyUrl = new URL('https://worker.example');

describe('the policy proxy-url', () => {
  it('leads a client that can follow to the worker, with a sign of the path that expires', async () => {
    const { context, request, clock, lines } = setUp();
    const delivery = await PROXY_URL.create({ ...context, proxyUrl }).deliver(request);
    const sign = signPath(request.path, clock.now() + 60_000, context.linkToken);
    expect(delivery).toEqual({
      kind: 'redirect',
      location: new URL(`https://worker.example/Albums/Summer%202024/a.jpg?sign=${sign}`),
    });
    expect(lines).toMatchObject([{ level: 20, policy: 'proxy-url', rule: 'rclone/', msg: 'redirected' }]);
  });

  it.each(['/a#b?c&d.jpg', '/100%20.jpg', '/日本語 🎉.jpg', "/o'(n)e+one=two;three,four!*.jpg", '/Café/x:y@z.jpg'])(
    'has the path %s arrive as it is, and the sign hold for it',
    async (path) => {
      const { context, request, clock } = setUp();
      const delivery = await PROXY_URL.create({ ...context, proxyUrl }).deliver({ ...request, path });
      if (delivery.kind !== 'redirect') throw new Error('not redirected');
      // As the existing workers read it.
      const { pathname, searchParams, hash } = new URL(delivery.location.href);
      expect([decodeURIComponent(pathname), hash]).toEqual([path, '']);
      expect(judgeSign(path, searchParams.get('sign') ?? '', clock.now(), context.linkToken)).toBe('good');
    },
  );

  it.each([
    ['https://worker.example/', 'https://worker.example/a.jpg'],
    ['http://127.0.0.1:5243/p', 'http://127.0.0.1:5243/p/a.jpg'],
    ['http://127.0.0.1:5243/p/', 'http://127.0.0.1:5243/p/a.jpg'],
  ])('takes %s as the beginning of its links', async (written, expected) => {
    const { context, request } = setUp();
    const policy = PROXY_URL.create({ ...context, proxyUrl: new URL(written) });
    const delivery = await policy.deliver({ ...request, path: '/a.jpg' });
    if (delivery.kind !== 'redirect') throw new Error('not redirected');
    expect(delivery.location.href.split('?')[0]).toBe(expected);
  });

  it('leads Kodi and VLC to the worker too, for it answers as long as they play', async () => {
    const { context, request } = setUp();
    const policy = PROXY_URL.create({ ...context, proxyUrl });
    for (const userAgent of ['VLC/3.0.24 LibVLC/3.0.24', 'Kodi/20.1']) {
      expect((await policy.deliver({ ...request, userAgent })).kind).toBe('redirect');
    }
  });

  it.each([
    ['a condition', { conditional: true }, 'conditional'],
    ['a client that is not known to follow', { userAgent: 'curl/7.88.1' }, 'not listed'],
    ['a client without a name', { userAgent: '' }, 'no user agent'],
  ])('streams for %s', async (_, changed, rule) => {
    const { context, request, lines } = setUp();
    const delivery = await PROXY_URL.create({ ...context, proxyUrl }).deliver({ ...request, ...changed });
    expect(delivery.kind).toBe('stream');
    expect(lines).toMatchObject([{ level: 20, policy: 'proxy-url', rule, msg: 'not redirected' }]);
  });

  it('streams where a worker would see another item', async () => {
    const { context, request } = setUp();
    const asked: unknown[] = [];
    const leadsTo = (...args: unknown[]) => Promise.resolve(asked.push(args) === 0);
    const delivery = await PROXY_URL.create({ ...context, proxyUrl, leadsTo }).deliver(request);
    expect([delivery.kind, asked]).toEqual(['stream', [[request.path, request.item]]]);
  });

  it('is refused without a proxy URL, and for a source that no worker can fetch from', () => {
    const { context } = setUp();
    expect(() => PROXY_URL.create(context)).toThrow(expect.objectContaining({ code: 'POLICY_UNSUPPORTED' }));
    expect(() => PROXY_URL.create({ ...context, proxyUrl, source: new DavSource() })).toThrow(
      expect.objectContaining({ code: 'POLICY_UNSUPPORTED', advice: expect.stringContaining('native-proxy') }),
    );
  });
});
