import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Transport, wireFault } from '../../../src/google/transport.js';
import { oddServer } from './wire.js';

const ended: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0)) await end();
});

/** Refuses every tunnel, and tells which were asked for. */
async function proxy(): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer();
  server.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ended.push(async () => new Promise((resolve) => server.close(resolve)));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

function transportWith(settings: ConstructorParameters<typeof Transport>[0]): Transport {
  const transport = new Transport(settings);
  ended.unshift(async () => transport.close());
  return transport;
}

describe('the way out', () => {
  it('goes through the proxy, for API and bytes alike', async () => {
    const { url, asked } = await proxy();
    const transport = transportWith({ https: url });
    await expect(transport.fetch('https://photoslibrary.invalid/v1/albums')).rejects.toThrow();
    await expect(transport.request(new URL('https://lh3.invalid/x'), { method: 'GET' })).rejects.toThrow();
    expect(asked).toEqual(['photoslibrary.invalid:443', 'lh3.invalid:443']);
  });

  it('leaves out the hosts that NO_PROXY names', async () => {
    const { url, asked } = await proxy();
    const transport = transportWith({ https: url, no: '.invalid' });
    await expect(transport.fetch('https://lh3.invalid/x')).rejects.toThrow();
    expect(asked).toEqual([]);
  });

  it('never goes through a proxy to a loopback host', async () => {
    const { url, asked } = await proxy();
    const server = await oddServer((_request, response) => response.end('ok'));
    ended.push(async () => server.close());
    const transport = transportWith({ http: url, https: url });
    expect(await (await transport.fetch(`${server.origin}/x`)).text()).toBe('ok');
    expect(asked).toEqual([]);
  });

  it('does not read the environment by itself', async () => {
    const { url, asked } = await proxy();
    process.env.HTTPS_PROXY = url;
    try {
      await expect(transportWith({}).fetch('https://lh3.invalid/x')).rejects.toThrow();
    } finally {
      delete process.env.HTTPS_PROXY;
    }
    expect(asked).toEqual([]);
  });

  it('does not follow redirects', async () => {
    const server = await oddServer((_request, response) => response.writeHead(302, { location: '/away' }).end());
    ended.push(async () => server.close());
    expect((await transportWith({}).fetch(server.origin)).status).toBe(302);
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['https://lh3.googleusercontent.com/lr/secret', 'proxy.example:3128'],
    ['http://127.0.0.1:1/', undefined],
  ])('to %s names its proxy without a password: %s', (url, expected) => {
    const transport = transportWith({ https: 'http://user:hunter2@proxy.example:3128' });
    expect(transport.proxyFor(new URL(url))).toBe(expected);
  });

  it('refuses an address of a proxy that is none, without repeating it', () => {
    expect(() => new Transport({ https: 'user:hunter2@@' })).toThrow(/HTTPS_PROXY or HTTP_PROXY is not an address/);
  });
});

describe('a fault on the wire', () => {
  it('is told by its innermost message and code, without addresses', () => {
    const inner = Object.assign(new Error('connect failed for https://lh3.example/lr/secret now'), {
      code: 'ECONNREFUSED',
    });
    const fault = wireFault(new TypeError('fetch failed', { cause: inner }));
    expect(fault).toMatchObject({ message: 'connect failed for an address now', code: 'ECONNREFUSED' });
    expect(fault.cause).toBeUndefined();
  });
});
