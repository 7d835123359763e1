import { describe, expect, it } from '@jest/globals';
import { buffer } from 'node:stream/consumers';
import { nativeProxy as policy } from '../../../src/delivery/native-proxy.js';
import { AppError } from '../../../src/errors.js';
import { DavSource } from '../../support/dav-source.js';

const item = { id: 'a', filename: 'a.jpg', mimeType: 'image/jpeg', createdAtMs: 0 };

function setUp() {
  const source = new DavSource();
  source.contents.set('a', Buffer.from('0123456789'));
  const controller = new AbortController();
  const request = { item, source, path: '/a.jpg', userAgent: '', conditional: false, signal: controller.signal };
  return { source, controller, request };
}

describe('the native proxy', () => {
  it('hands on the bytes of the source, and just the range asked for', async () => {
    const { request } = setUp();
    const all = await policy.deliver(request);
    const some = await policy.deliver({ ...request, range: { first: 2, last: 4 } });
    if (all.kind !== 'stream' || some.kind !== 'stream') throw new Error('not a stream');
    expect((await buffer(all.content.body)).toString()).toBe('0123456789');
    expect((await buffer(some.content.body)).toString()).toBe('234');
    expect(some.content).toMatchObject({ size: 10, range: { first: 2, last: 4 } });
  });

  it('ends the upstream request when the client leaves', async () => {
    const { source, controller, request } = setUp();
    const delivery = await policy.deliver(request);
    if (delivery.kind !== 'stream') throw new Error('not a stream');
    delivery.content.body.on('error', () => undefined);
    controller.abort();
    await new Promise((resolve) => delivery.content.body.once('close', resolve));
    expect(source.openBodies).toBe(0);
  });

  it('lets through what the source throws', async () => {
    const { source, request } = setUp();
    source.failure = new AppError('QUOTA_EXCEEDED', 'test: spent');
    await expect(policy.deliver(request)).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
  });
});
