import { getEventListeners } from 'node:events';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { steady } from '../../../src/delivery/steady.js';
import { AppError } from '../../../src/errors.js';
import { createLog } from '../../../src/log.js';
import type { ByteRange } from '../../../src/model.js';
import type { OpenOptions } from '../../../src/sources/source.js';
import { BreakingUpstream } from '../../support/breaking-upstream.js';
import { HurriedClock } from '../../support/hurried-clock.js';
import { Recorder } from '../../support/log-lines.js';
import { ManualClock, settle } from '../../support/manual-clock.js';

const BYTES: Buffer = Buffer.from(Array.from({ length: 20_000 }, (_, i) => (i * 7 + (i >> 8)) & 0xff));

function setUp<C extends HurriedClock | ManualClock>(clock: C, bytes = BYTES) {
  const upstream = new BreakingUpstream(bytes);
  const recorder = new Recorder();
  const log = createLog({ level: 'debug', destination: recorder });
  const open = steady(upstream.open, { clock, log });
  const read = async (options: OpenOptions = {}): Promise<Buffer> => buffer((await open(options)).body);
  return { upstream, clock, open, read, lines: recorder.lines };
}

const hurried = (bytes?: Buffer) => setUp(new HurriedClock(), bytes);

/** Resolves with what the body fails with; fails if it ends well. */
async function failureOf(body: Readable): Promise<unknown> {
  return buffer(body).then(
    () => Promise.reject(new Error('the body ended well')),
    (error: unknown) => error,
  );
}

describe('a body that outlives its upstream', () => {
  it('tells what the first answer told', async () => {
    const { upstream, open } = hurried();
    upstream.validator = '"v1"';
    const { body, ...facts } = await open({ range: { first: 5, last: Infinity } });
    expect(facts).toEqual({ size: 20_000, range: { first: 5, last: 19_999 }, validator: '"v1"' });
    body.destroy();
  });

  it('is the same bytes, however often and wherever the upstream breaks or ends', async () => {
    const cuts = fc.array(
      fc.record({ bytes: fc.nat(BYTES.length), kind: fc.constantFrom('ends', undefined) }, { requiredKeys: ['bytes'] }),
      { maxLength: 8 },
    );
    const ranges = fc.option(
      fc.tuple(fc.nat(BYTES.length - 1), fc.oneof(fc.nat(BYTES.length - 1), fc.constant(Infinity))),
      { nil: undefined },
    );
    const isEach = fc.asyncProperty(cuts, ranges, fc.boolean(), async (some, ends, ignoresRange) => {
      const { upstream, open } = hurried();
      upstream.cuts = some.map(({ bytes, kind }) => (kind ? { bytes, kind } : { bytes }));
      upstream.ignoresRange = ignoresRange;
      const range = ends && { first: Math.min(...ends), last: Math.max(...ends) };
      const content = await open(range ? { range } : {});
      const { first, last } = content.range ?? { first: 0, last: content.size - 1 };
      expect((await buffer(content.body)).equals(BYTES.subarray(first, last + 1))).toBe(true);
      expect(upstream.openBodies).toBe(0);
    });
    await fc.assert(isEach, { numRuns: 300 });
  });

  it('asks for no more than the rest', async () => {
    const { upstream, read, lines } = hurried();
    upstream.cuts = [{ bytes: 7_000 }, { bytes: 500, kind: 'ends' }];
    expect((await read({ range: { first: 100, last: 15_000 } })).equals(BYTES.subarray(100, 15_001))).toBe(true);
    const last = 15_000;
    expect(upstream.asked).toEqual([
      { first: 100, last },
      { first: 7_100, last },
      { first: 7_600, last },
    ]);
    expect(lines).toMatchObject([
      { level: 20, position: 7_100, reason: 'the upstream broke off (UND_ERR_SOCKET)' },
      { level: 20, position: 7_600, reason: 'the upstream ended early' },
    ]);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  it('reads and skips where the upstream ignores the range, and stops where the range does', async () => {
    const { upstream, open } = hurried();
    upstream.cuts = [{ bytes: 7_000 }];
    const { body } = await open({ range: { first: 100, last: 9_999 } });
    upstream.ignoresRange = true;
    expect((await buffer(body)).equals(BYTES.subarray(100, 10_000))).toBe(true);
    expect(upstream.sentBytes).toBeLessThan(7_000 + BYTES.length);
    expect(upstream.openBodies).toBe(0);
  });

  it('holds the upstream back while nobody reads, and asks again only for a reader', async () => {
    const { upstream, open } = hurried(Buffer.alloc(1_000_000, 1));
    upstream.cuts = [{ bytes: 200_000 }];
    const { body } = await open({});
    body.once('readable', () => undefined);
    await settle();
    expect(upstream.sentBytes).toBeLessThan(200_000);
    expect(upstream.asked).toHaveLength(1);
    expect(await buffer(body)).toHaveLength(1_000_000);
    expect(upstream.asked).toHaveLength(2);
  });
});

describe('a body that cannot be saved', () => {
  it('fails when the size has changed, or the validator', async () => {
    const changes: ((upstream: BreakingUpstream) => void)[] = [
      (upstream) => (upstream.bytes = BYTES.subarray(1)),
      (upstream) => (upstream.validator = '"v2"'),
    ];
    for (const change of changes) {
      const { upstream, open } = hurried();
      upstream.validator = '"v1"';
      upstream.cuts = [{ bytes: 7_000 }];
      const { body } = await open({});
      change(upstream);
      expect(await failureOf(body)).toMatchObject({
        code: 'SOURCE_UNAVAILABLE',
        message: 'the item changed while it was read',
      });
      expect([upstream.asked.length, upstream.openBodies]).toEqual([2, 0]);
    }
  });

  it.each([[undefined, '"v1"'] as const, ['"v1"', undefined] as const])(
    'fails when one host told the validator %s, and another %s',
    async (before, after) => {
      const { upstream, open } = hurried();
      upstream.validator = before;
      upstream.cuts = [{ bytes: 7_000 }];
      const { body } = await open({});
      upstream.validator = after;
      expect(await failureOf(body)).toMatchObject({ message: 'the item changed while it was read' });
      expect([upstream.asked.length, upstream.openBodies]).toEqual([2, 0]);
    },
  );

  it.each(['NOT_FOUND', 'SIGN_IN_REQUIRED', 'QUOTA_EXCEEDED', 'API_DISABLED', 'INTERNAL'] as const)(
    'fails at once with %s',
    async (code) => {
      const { upstream, open, lines } = hurried();
      upstream.cuts = [{ bytes: 7_000 }];
      const { body } = await open({});
      const failure = new AppError(code, 'test: no');
      upstream.failure = failure;
      expect(await failureOf(body)).toBe(failure);
      expect(upstream.asked).toHaveLength(2);
      expect(lines.at(-1)).toMatchObject({ level: 30, position: 7_000, reopenings: 1, code, reason: 'test: no' });
    },
  );

  it('goes on after failures that pass', async () => {
    const { upstream, clock, open } = hurried();
    upstream.cuts = [{ bytes: 7_000 }];
    upstream.breakage = new AppError('SOURCE_UNAVAILABLE', 'test: broke');
    const { body } = await open({});
    upstream.failures = [1, 2, 3].map((n) => new AppError('SOURCE_UNAVAILABLE', `test: answered 503 (${n})`));
    expect((await buffer(body)).equals(BYTES)).toBe(true);
    expect(clock.slept).toHaveLength(4);
    expect(clock.slept[0]).toBe(0);
  });

  it('asks a bounded number of times, and tells what it broke with', async () => {
    for (const cut of [{ bytes: 0 }, { bytes: 1 }, { bytes: 900, kind: 'ends' }] as const) {
      const { upstream, open } = hurried();
      upstream.alwaysCut = cut;
      expect(await failureOf((await open({})).body)).toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
      expect([upstream.asked.length, upstream.openBodies]).toEqual([9, 0]);
    }
  });

  it('asks 200 times at most, even if each brings something', async () => {
    const { upstream, open } = hurried(Buffer.alloc(30_000_000, 1));
    upstream.alwaysCut = { bytes: 100_000 };
    expect(await failureOf((await open({})).body)).toMatchObject({
      message: 'the upstream broke off (UND_ERR_SOCKET)',
    });
    expect(upstream.asked).toHaveLength(201);
  });

  it('waits no longer than a minute without a byte, whatever opening takes', async () => {
    const { upstream, clock, open } = setUp(new ManualClock());
    upstream.cuts = [{ bytes: 7_000 }];
    const { body } = await open({});
    upstream.failure = new AppError('SOURCE_UNAVAILABLE', 'test: no answer');
    const failed = failureOf(body);
    for (let i = 0; i < 100 && !body.destroyed; i++) {
      await clock.advance(20_000);
    }
    expect(await failed).toBe(upstream.failure);
    expect(upstream.asked.length).toBeLessThanOrEqual(5);
  });

  it('fails when there are more bytes than were told', async () => {
    const { upstream, clock } = hurried();
    const open = steady(async (options) => ({ ...(await upstream.open(options)), size: 12_345 }), {
      clock,
      log: createLog({ level: 'silent' }),
    });
    const { body } = await open({});
    expect(await failureOf(body)).toMatchObject({ message: 'the upstream sent more than it said' });
    expect([upstream.asked.length, upstream.openBodies]).toEqual([1, 0]);
  });
});

describe('a reader who leaves', () => {
  const range: ByteRange = { first: 0, last: 19_999 };

  it('ends the upstream', async () => {
    const { upstream, open } = hurried();
    const { body } = await open({ range });
    body.once('readable', () => body.destroy());
    await new Promise((resolve) => body.once('close', resolve));
    await settle();
    expect(upstream.openBodies).toBe(0);
  });

  it.each(['destroy', 'abort'])('by %s ends a wait, and nothing is asked afterwards', async (how) => {
    const { upstream, clock, open } = setUp(new ManualClock());
    const controller = new AbortController();
    upstream.cuts = [{ bytes: 7_000 }];
    const { body } = await open({ range, signal: controller.signal });
    upstream.failure = new AppError('SOURCE_UNAVAILABLE', 'test: no answer');
    body.resume();
    await settle();
    await clock.advance(0);
    expect(upstream.asked).toHaveLength(2);
    if (how === 'abort') controller.abort();
    else body.destroy();
    await clock.advance(20_000);
    expect([upstream.asked.length, upstream.openBodies]).toEqual([2, 0]);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('while the upstream stands still ends it', async () => {
    const { upstream, open } = hurried();
    const controller = new AbortController();
    upstream.cuts = [{ bytes: 7_000, kind: 'stalls' }];
    const { body } = await open({ range, signal: controller.signal });
    const failed = failureOf(body);
    await settle();
    controller.abort();
    expect(await failed).toMatchObject({ name: 'AbortError' });
    await settle();
    expect([upstream.asked.length, upstream.openBodies]).toEqual([1, 0]);
  });

  it('while it is asked again gets nothing, and what was opened is ended', async () => {
    const { upstream } = hurried();
    let arrive = (): void => undefined;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    upstream.cuts = [{ bytes: 7_000 }];
    const open = steady(
      async (options) => {
        // An upstream that does not hear of it.
        const content = await upstream.open({ ...(options.range ? { range: options.range } : {}) });
        if (upstream.asked.length > 1) await arrived;
        return content;
      },
      { clock: new HurriedClock(), log: createLog({ level: 'silent' }) },
    );
    const { body } = await open({});
    body.resume();
    await settle();
    expect(upstream.asked).toHaveLength(2);
    body.destroy();
    arrive();
    await settle();
    expect(upstream.openBodies).toBe(0);
  });

  it('leaves no listener on the signal of a transfer that went well', async () => {
    const { upstream, open } = hurried();
    const { signal } = new AbortController();
    upstream.cuts = [{ bytes: 7_000 }];
    await buffer((await open({ signal })).body);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
