import { networkInterfaces } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { shownOptions } from '../../../src/config/shown-options.js';
import { stage, type Given } from './stage.js';

const { load, refusal } = stage();

const PROXY = { policy: 'proxy-url', proxyUrl: 'https://worker.example/' };

const leadingTo = (proxyUrl: string, server: object = {}): Given => ({
  file: { server, mounts: [{ delivery: { policy: 'proxy-url', proxyUrl } }] },
});

describe('the delivery policy', () => {
  it('is one of each mount', async () => {
    const { values } = await load({
      file: {
        mounts: [{ delivery: PROXY }, { path: '/b', delivery: { policy: 'redirect' } }, { path: '/c' }],
      },
    });
    expect(values.mounts.map(({ delivery }) => delivery)).toMatchObject([
      PROXY,
      { policy: 'redirect' },
      { policy: 'native-proxy' },
    ]);
  });

  it('proxy-url is refused without a proxy URL, at the place that asks for it', async () => {
    const flag = await refusal({ flags: { '--delivery-policy': 'proxy-url' } });
    expect(flag.message).toBe(
      'delivery.policy (--delivery-policy) "proxy-url" needs delivery.proxyUrl, ' +
        'the address of a worker such as `photodav proxy`',
    );
    expect(flag.advice).toContain('--delivery-proxy-url or PHOTODAV_DELIVERY_PROXY_URL');
    const mounts = [{}, { path: '/b', delivery: { policy: 'proxy-url' } }];
    expect((await refusal({ file: { mounts } })).message).toMatch(/^mounts\[1\]\.delivery\.policy \(.* line \d+\) /);
    const empty = await refusal(leadingTo(''));
    expect(empty.message).toMatch(
      /^delivery\.proxyUrl \(.*\) is not valid; allowed: an address that begins with http:\/\/ or https:\/\/, such as/,
    );
  });

  it.each(['native-proxy', 'redirect', undefined])('%s is refused with a proxy URL that it ignores', async (policy) => {
    const flags = { ...(policy === undefined ? {} : { '--delivery-policy': policy }) };
    const { message } = await refusal({ flags: { ...flags, '--delivery-proxy-url': PROXY.proxyUrl } });
    expect(message).toBe(
      'delivery.proxyUrl (--delivery-proxy-url) does nothing: delivery.policy of the mount is not proxy-url',
    );
  });

  it('proxy-url is refused without a link token where none is kept', async () => {
    const file = { catalog: { store: 'memory' }, mounts: [{}, { path: '/b', delivery: PROXY }] };
    const { message, advice } = await refusal({ file });
    expect(message).toMatch(
      /^catalog\.store \(.* line \d+\) "memory" keeps no link token, and policy proxy-url needs one/,
    );
    expect(advice).toBe('set delivery.linkToken or PHOTODAV_DELIVERY_LINK_TOKEN');
    await expect(load({ file, env: { PHOTODAV_DELIVERY_LINK_TOKEN: 'chosen-by-the-owner' } })).resolves.toBeDefined();
    await expect(load({ file: { ...file, mounts: [{}] } })).resolves.toBeDefined();
    const unread = await refusal({ file: { ...file, delivery: { linkTokenFile: 'absent' } } });
    expect(unread.message).toMatch(/^delivery\.linkTokenFile \(.*\) names a file that cannot be read[^\n]*$/);
  });

  it.each([
    ['use_proxy_url', 'proxy-url'],
    ['302_redirect', 'redirect'],
    ['native_proxy', 'native-proxy'],
  ])("in AList's words, %s, is told in ours", async (word, meant) => {
    const { message } = await refusal({ flags: { '--delivery-policy': word } });
    expect(message).toBe(
      `delivery.policy (--delivery-policy) "${word}" is not valid; ` +
        `allowed: native-proxy, proxy-url or redirect; did you mean ${meant}?`,
    );
  });

  it('that is misspelt is the only fault', async () => {
    const { message } = await refusal({
      flags: { '--delivery-policy': 'proxyurl', '--delivery-proxy-url': PROXY.proxyUrl },
    });
    expect(message).toMatch(/^delivery\.policy \(--delivery-policy\) "proxyurl" is not valid; allowed: native-proxy/);
  });
});

describe('a proxy URL', () => {
  it.each([
    'https://worker.example',
    'https://worker.example:8443/media/',
    'http://127.0.0.1:8009/',
    'https://127.0.0.1:8009/',
    'http://192.0.2.1:8008/',
    'http://worker.example:8008/',
  ])('may be %s', async (proxyUrl) => {
    const { values } = await load(leadingTo(proxyUrl));
    expect(values.mounts[0].delivery.proxyUrl).toBe(proxyUrl);
  });

  it.each([
    ['ftp://worker.example/', /is not valid; allowed: an address that begins with http:/],
    ['worker.example', /is not valid; allowed/],
    ['https://me:pa55word@worker.example/', /holds a user or a password/],
    ['https://pa55word@worker.example/', /holds a user or a password/],
    ['https://worker.example/?key=pa55word', /has a query or a fragment/],
    ['https://worker.example/#pa55word', /has a query or a fragment/],
  ])('is refused as %s, without being repeated', async (proxyUrl, reason) => {
    const { message } = await refusal(leadingTo(proxyUrl));
    expect(message).toMatch(/^delivery\.proxyUrl \(.* line \d+\)/);
    expect(message).toMatch(reason);
    expect(message).not.toContain('pa55word');
  });

  const [own] = Object.values(networkInterfaces()).flatMap((each) => each ?? []);

  it.each([
    ['http://127.0.0.1:8008/', {}],
    ['http://localhost:8008/worker', {}],
    ['http://[::1]:8008/', {}],
    ['http://photos.localhost:8008/', {}],
    ['http://photos.localhost.:8008/', {}],
    ['http://localhost.:8008/', {}],
    ['http://0.0.0.0:8008/', {}],
    ['http://[::]:8008/', {}],
    ['http://[::ffff:127.0.0.1]:8008/', {}],
    ['http://[::ffff:192.0.2.1]:8008/', { host: '192.0.2.1', insecureNoAuth: true }],
    ['http://127.0.0.1:81/', { port: 81, host: 'localhost' }],
    ['http://127.0.0.1/', { port: 80 }],
    ['https://localhost/', { port: 443 }],
    ['http://127.0.0.1:8008/', { host: '0.0.0.0', insecureNoAuth: true }],
    [
      `http://${own!.family === 'IPv6' ? `[${own!.address}]` : own!.address}:8008/`,
      { host: '::', insecureNoAuth: true },
    ],
    ['http://192.0.2.1:8008/', { host: '192.0.2.1', insecureNoAuth: true }],
    ['http://Photos.example:8008/', { allowedHosts: ['photos.example'] }],
    ['https://photos.example/dav', { allowedHosts: ['photos.example'], basePath: '/dav' }],
    ['http://photos.example.:8008/', { allowedHosts: ['photos.example'] }],
    ['http://photos.example:8008/', { allowedHosts: ['photos.example.'] }],
    ['http://[2001:db8::1]:8008/', { allowedHosts: ['[2001:db8::1]'] }],
    ['https://photos.example/%64av', { allowedHosts: ['photos.example'], basePath: '/dav' }],
    ['https://photos.example/dav/worker/', { allowedHosts: ['photos.example'], basePath: '/dav' }],
  ])('is refused where it leads back: %s with %j', async (proxyUrl, server) => {
    const { message } = await refusal(leadingTo(proxyUrl, server));
    expect(message).toMatch(/^delivery\.proxyUrl \(.* line \d+\) leads back to this server$/);
  });

  it.each([
    ['http://127.0.0.1:8008/', { host: '192.0.2.1', insecureNoAuth: true }],
    ['http://127.0.0.1:8008/', { port: 0 }],
    ['http://0.0.0.0:8008/', { host: '192.0.2.1', insecureNoAuth: true }],
    ['http://[::ffff:192.0.2.1]:8008/', {}],
    ['https://photos.example/%zz', { allowedHosts: ['photos.example'], basePath: '/dav' }],
    ['https://photos.example/', { allowedHosts: ['photos.example'] }],
    ['https://photos.example/davit', { allowedHosts: ['photos.example'], basePath: '/dav' }],
  ])('may be a neighbour: %s with %j', async (proxyUrl, server) => {
    await expect(load(leadingTo(proxyUrl, server))).resolves.toBeDefined();
  });
});

describe('the clients that are redirected', () => {
  it('are the default ones, and it is told who those are', async () => {
    const [shown] = shownOptions(await load({})).filter(({ option }) => option === 'delivery.redirectClients');
    expect(shown).toMatchObject({ value: ['default'], origin: 'default' });
    expect(shown?.standsFor?.default).toEqual(expect.arrayContaining(['rclone/', 'VLC/']));
  });

  it('are any products, or none', async () => {
    const { values, ...loaded } = await load({ env: { PHOTODAV_DELIVERY_REDIRECT_CLIENTS: 'Infuse/,all' } });
    expect(values.delivery.redirectClients).toEqual(['Infuse/', 'all']);
    const [shown] = shownOptions({ values, ...loaded }).filter(({ option }) => option === 'delivery.redirectClients');
    expect(shown).not.toHaveProperty('standsFor');
    const none = await load({ file: { delivery: { redirectClients: [] } } });
    expect(none.values.delivery.redirectClients).toEqual([]);
  });
});
