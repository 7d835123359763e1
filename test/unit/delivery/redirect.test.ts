import { describe, expect, it } from '@jest/globals';
import { REDIRECT } from '../../../src/delivery/redirect.js';
import { AppError } from '../../../src/errors.js';
import { DavSource } from '../../support/dav-source.js';
import { setUp } from './stage.js';

describe('the policy redirect', () => {
  it('leads a client that can follow to the bytes, and tells nobody where that is', async () => {
    const { context, request, source, lines } = setUp();
    const delivery = await REDIRECT.create(context).deliver(request);
    expect(delivery).toEqual({ kind: 'redirect', location: source.answer.url });
    expect(lines).toMatchObject([{ level: 20, policy: 'redirect', rule: 'rclone/', msg: 'redirected' }]);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  it.each([
    ['VLC', { userAgent: 'VLC/3.0.24 LibVLC/3.0.24' }, 'keeps its target'],
    ['Kodi', { userAgent: 'KodifromDebian/20.1' }, 'keeps its target'],
    ['curl', { userAgent: 'curl/7.88.1' }, 'not listed'],
    ['a condition', { conditional: true }, 'conditional'],
  ])('streams for %s, and asks for no link', async (_, changed, rule) => {
    const { context, request, source, lines } = setUp();
    const delivery = await REDIRECT.create(context).deliver({ ...request, ...changed });
    expect([delivery.kind, source.links]).toEqual(['stream', 0]);
    expect(lines).toMatchObject([{ policy: 'redirect', rule, msg: 'not redirected' }]);
  });

  it('streams for VLC even where everybody is redirected', async () => {
    const { context, request } = setUp();
    const policy = REDIRECT.create({ ...context, redirectClients: ['all'] });
    expect((await policy.deliver({ ...request, userAgent: 'VLC/3.0.24 LibVLC/3.0.24' })).kind).toBe('stream');
    expect((await policy.deliver({ ...request, userAgent: 'curl/7.88.1' })).kind).toBe('redirect');
  });

  it.each([
    ['a host that ignores ranges', { honoursRange: false }, 'its host ignores ranges'],
    ['an address that needs a header', { headers: { Authorization: 'Bearer secret' } }, 'needs a header'],
  ])('streams from %s', async (_, changed, rule) => {
    const { context, request, source, lines } = setUp();
    source.answer = { ...source.answer, ...changed };
    expect((await REDIRECT.create(context).deliver(request)).kind).toBe('stream');
    expect(lines).toMatchObject([{ rule, msg: 'not redirected' }]);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  it('asks for no link for ten minutes after one that led to a host that ignores ranges', async () => {
    const { context, request, source, clock } = setUp();
    const policy = REDIRECT.create(context);
    source.answer = { ...source.answer, honoursRange: false };
    await policy.deliver(request);
    source.answer = { ...source.answer, honoursRange: true, expiresAtMs: clock.now() + 3_600_000 };
    expect([(await policy.deliver(request)).kind, source.links]).toEqual(['stream', 1]);
    expect((await policy.deliver({ ...request, item: { ...request.item, id: 'another' } })).kind).toBe('redirect');
    await clock.advance(600_000);
    expect([(await policy.deliver(request)).kind, source.links]).toEqual(['redirect', 3]);
  });

  it('leads nobody to an address with less than five minutes to live', async () => {
    const { context, request, source, clock } = setUp();
    const policy = REDIRECT.create(context);
    source.answer = { ...source.answer, expiresAtMs: clock.now() + 5 * 60_000 };
    expect((await policy.deliver(request)).kind).toBe('redirect');
    source.answer = { ...source.answer, expiresAtMs: clock.now() + 5 * 60_000 - 1 };
    expect((await policy.deliver(request)).kind).toBe('stream');
  });

  it('streams when no link is to be had, and says that the item is gone', async () => {
    const { context, request, source, lines } = setUp();
    const policy = REDIRECT.create(context);
    source.linkFailure = new AppError('SOURCE_UNAVAILABLE', 'test: no answer');
    expect((await policy.deliver(request)).kind).toBe('stream');
    expect(lines).toMatchObject([{ level: 20, rule: 'no link: SOURCE_UNAVAILABLE', msg: 'not redirected' }]);
    source.linkFailure = new AppError('NOT_FOUND', 'test: gone');
    await expect(policy.deliver(request)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('tells why a source has no addresses, and what would bring them', () => {
    const { context } = setUp();
    const unlinked = { reason: 'they are elsewhere', advice: 'leave it out' };
    expect(() => REDIRECT.create({ ...context, source: Object.assign(new DavSource(), { unlinked }) })).toThrow(
      expect.objectContaining({
        message: 'policy redirect: they are elsewhere',
        advice: 'choose the policy native-proxy for this mount, or leave it out',
      }),
    );
  });

  it('is refused for a source without addresses, or with addresses that need a header', () => {
    const { context, source } = setUp();
    expect(() => REDIRECT.create({ ...context, source: new DavSource() })).toThrow(
      expect.objectContaining({ code: 'POLICY_UNSUPPORTED', advice: expect.stringContaining('native-proxy') }),
    );
    source.linksNeedHeader = true;
    expect(() => REDIRECT.create(context)).toThrow(
      expect.objectContaining({
        code: 'POLICY_UNSUPPORTED',
        advice: expect.stringMatching(/native-proxy.*proxy-url/),
      }),
    );
  });
});
