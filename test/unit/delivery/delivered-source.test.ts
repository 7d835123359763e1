import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { deliveredSource } from '../../../src/delivery/delivered-source.js';
import { SharedBytes } from '../../../src/delivery/shared-bytes.js';
import { Spool } from '../../../src/delivery/spool.js';
import { createLog } from '../../../src/log.js';
import type { Link, MediaSource } from '../../../src/sources/source.js';
import { DavSource } from '../../support/dav-source.js';
import { HurriedClock } from '../../support/hurried-clock.js';
import { ManualClock } from '../../support/manual-clock.js';
import { MemoryFiles } from '../../support/memory-files.js';
import { MemorySource, photo } from '../../support/memory-source.js';

const parts = { clock: new HurriedClock(), log: createLog({ level: 'silent' }) };

/** Its methods need the object that they belong to. */
class LinkingSource extends MemorySource {
  readonly linksNeedHeader = true;
  readonly #link: Link = { url: new URL('https://a.invalid/'), headers: {}, expiresAtMs: 1, honoursRange: true };

  link(): Promise<Link> {
    return Promise.resolve(this.#link);
  }
}

describe('a source as it is delivered', () => {
  it('can what the source can, and nothing else', async () => {
    const plain: MediaSource = deliveredSource(new MemorySource(), parts);
    expect(['link', 'check', 'close', 'linksNeedHeader'].filter((name) => name in plain)).toEqual([]);
    const source = new LinkingSource();
    source.items = [photo('a')];
    const delivered = deliveredSource(source, parts);
    expect(delivered).toMatchObject({ name: 'memory', namespace: 'memory', linksNeedHeader: true });
    expect((await delivered.link?.(photo('a')))?.url.href).toBe('https://a.invalid/');
    expect([...(await delivered.find!(['a', 'b'])).keys()]).toEqual(['a']);
    expect(await delivered.measure(photo('ab'))).toBe(2_000);
    source.allowsRefreshing = false;
    expect(delivered.mayRefresh?.()).toBe(false);
  });

  it('hands on the bytes of an upstream that breaks', async () => {
    const source = new DavSource();
    const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, i) => i % 251));
    source.contents.set('a', bytes);
    source.breaksAfter = 65_536;
    source.breaks = 1;
    const { body } = await deliveredSource(source, parts).open(photo('a'));
    expect((await buffer(body)).equals(bytes)).toBe(true);
    expect(source.opened).toHaveLength(2);
  });

  it('asks just once more where each opening is a whole download', async () => {
    const source = Object.assign(new DavSource(), { measuresByOpening: true, breaksAfter: 65_536 });
    source.contents.set('a', Buffer.alloc(200_000));
    const { body } = await deliveredSource(source, parts).open(photo('a'));
    await expect(buffer(body)).rejects.toBe(source.breakage);
    expect(source.opened).toHaveLength(2);
  });

  describe('with a spool', () => {
    async function withSpool(source: DavSource): Promise<MediaSource> {
      const clock = new ManualClock();
      const options = { ...parts, clock, maxBytes: 1_000_000, keepMs: 60_000, lingerMs: 60_000 };
      const shared = new SharedBytes(await Spool.open(new MemoryFiles(), options), options);
      return deliveredSource(source, { ...parts, clock, shared });
    }

    function sourceOf(bytes: Buffer): DavSource {
      const source = Object.assign(new DavSource(), { ignoresRange: true });
      source.contents.set('a', bytes);
      return source;
    }

    it('learns the size of what is on its way without asking', async () => {
      const source = sourceOf(Buffer.from('0123456789'));
      const delivered = await withSpool(source);
      expect(await delivered.measure(photo('a'))).toBe(10);
      expect(source.measured).toBe(1);
      await delivered.open(photo('a'), { range: { first: 3, last: 4 } });
      expect(await delivered.measure(photo('a'))).toBe(10);
      expect(source.measured).toBe(1);
    });

    it('learns sizes by opening where they cost as much, and the bytes are there for who opens it then', async () => {
      const source = Object.assign(sourceOf(Buffer.from('0123456789')), { measuresByOpening: true });
      const delivered = await withSpool(source);
      expect(await delivered.measure(photo('a'))).toBe(10);
      const { body } = await delivered.open(photo('a'), { range: { first: 3, last: 4 } });
      expect((await buffer(body)).toString()).toBe('34');
      expect(source.measured).toBe(0);
      expect(source.opened).toHaveLength(1);
    });
  });
});
