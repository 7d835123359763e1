import { buffer } from 'node:stream/consumers';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { SharedBytes } from '../../../src/delivery/shared-bytes.js';
import { Spool } from '../../../src/delivery/spool.js';
import { spoolKey } from '../../../src/delivery/spool/spool-key.js';
import { AppError } from '../../../src/errors.js';
import { createLog } from '../../../src/log.js';
import type { Content } from '../../../src/sources/source.js';
import { Faucet } from '../../support/faucet.js';
import { Recorder } from '../../support/log-lines.js';
import { ManualClock, settle } from '../../support/manual-clock.js';
import { MemoryFiles } from '../../support/memory-files.js';
import { photo } from '../../support/memory-source.js';

const SIZE = 10_000;
const BYTES = Buffer.from(Array.from({ length: SIZE }, (_, i) => (i * 7 + (i >> 8)) & 0xff));
const MINUTE_MS = 60_000;
const FILM = spoolKey('test', photo('film'));
const OTHER = spoolKey('test', photo('other'));
const THIRD = spoolKey('test', photo('third'));

let clock: ManualClock;
let files: MemoryFiles;
let faucet: Faucet;
let recorder: Recorder;
let shared: SharedBytes;

interface Bounds {
  readonly maxBytes?: number;
  readonly keepMs?: number;
  readonly lingerMs?: number;
}

async function start({ maxBytes = SIZE * 10, keepMs = 60 * MINUTE_MS, lingerMs = 2 * MINUTE_MS }: Bounds = {}) {
  const log = createLog({ level: 'debug', destination: recorder });
  const options = { maxBytes, keepMs, lingerMs, clock, log };
  shared = new SharedBytes(await Spool.open(files, options), options);
}

const open = (range?: { first: number; last: number }, key = FILM, signal?: AbortSignal): Promise<Content> =>
  shared.open(key, faucet.open, { ...(range ? { range } : {}), ...(signal ? { signal } : {}) });

/** What the client gets of its range, as `send-media` cuts it. */
async function bytesOf({ body, size, range = { first: 0, last: size - 1 } }: Content, wanted = range): Promise<Buffer> {
  return (await buffer(body)).subarray(wanted.first - range.first, wanted.last - range.first + 1);
}

const warnings = (): readonly unknown[] => recorder.lines.filter(({ level }) => level === 40).map(({ msg }) => msg);

beforeEach(async () => {
  clock = new ManualClock();
  files = new MemoryFiles();
  files.now = () => clock.now();
  faucet = new Faucet(BYTES);
  recorder = new Recorder();
  await start();
});

describe('an upstream that ignores ranges', () => {
  it('is read once, by a request that any range may have begun, and serves every range', async () => {
    const middle = { first: 4_000, last: 4_999 };
    expect((await bytesOf(await open(middle))).equals(BYTES.subarray(4_000, 5_000))).toBe(true);
    expect((await bytesOf(await open())).equals(BYTES)).toBe(true);
    expect((await bytesOf(await open({ first: SIZE - 1, last: SIZE - 1 })))[0]).toBe(BYTES[SIZE - 1]);
    expect(faucet.asked).toEqual([middle]);
  });

  it('tells the range it sends, and all of it to who asks beyond the end', async () => {
    expect(await open({ first: 2, last: 5 })).toMatchObject({ size: SIZE, range: { first: 2, last: 5 } });
    expect(await open({ first: 9_999, last: Infinity })).toMatchObject({ range: { first: 9_999, last: SIZE - 1 } });
    expect(await open({ first: SIZE, last: SIZE + 9 })).toMatchObject({ size: SIZE, range: { first: 0 } });
  });

  it('serves each byte as soon as it has come, to a reader of the end as well', async () => {
    faucet.isOpen = false;
    const head = await open();
    const end = bytesOf(await open({ first: SIZE - 10, last: SIZE - 1 }));
    head.body.read(0);
    faucet.bodies[0]!.send(100);
    await settle();
    expect((head.body.read() as Buffer).equals(BYTES.subarray(0, 100))).toBe(true);
    faucet.bodies[0]!.send();
    expect((await end).equals(BYTES.subarray(-10))).toBe(true);
    expect(faucet.asked).toHaveLength(1);
  });

  it('is asked once by all who come before the first header', async () => {
    let answer = (): void => undefined;
    faucet.gate = new Promise((resolve) => (answer = resolve));
    const contents = [open({ first: 0, last: 9 }), open({ first: 9_000, last: 9_009 }), open()];
    await settle();
    answer();
    const [one, two, three] = await Promise.all(contents.map(async (content) => bytesOf(await content)));
    expect(one!.equals(BYTES.subarray(0, 10))).toBe(true);
    expect(two!.equals(BYTES.subarray(9_000, 9_010))).toBe(true);
    expect(three!.equals(BYTES)).toBe(true);
    expect(faucet.asked).toHaveLength(1);
  });

  it('is asked on for those who wait when the first who asked leaves', async () => {
    let answer = (): void => undefined;
    faucet.gate = new Promise((resolve) => (answer = resolve));
    const leaving = new AbortController();
    const first = open(undefined, FILM, leaving.signal);
    const second = open({ first: 1, last: 3 });
    const reason = new Error('the client left');
    leaving.abort(reason);
    await expect(first).rejects.toBe(reason);
    answer();
    expect((await bytesOf(await second)).equals(BYTES.subarray(1, 4))).toBe(true);
    expect(faucet.asked).toHaveLength(1);
  });

  it.each([true, false])('sends a stand-in and does not keep it (ignores ranges: %s)', async (ignoresRange) => {
    Object.assign(faucet, { isStandIn: true, ignoresRange, bytes: Buffer.alloc(SIZE, 1) });
    const wanted = { first: 5, last: 9 };
    const content = await open(wanted);
    expect(content.range).toEqual(ignoresRange ? undefined : wanted);
    expect(await bytesOf(content, wanted)).toEqual(Buffer.alloc(5, 1));
    expect([shared.size(FILM), files.names]).toEqual([undefined, []]);
    Object.assign(faucet, { isStandIn: false, ignoresRange: true, bytes: BYTES });
    expect((await bytesOf(await open(wanted))).equals(BYTES.subarray(5, 10))).toBe(true);
    expect((await bytesOf(await open())).equals(BYTES)).toBe(true);
    expect(faucet.asked).toHaveLength(2);
  });

  it('tells its size while it comes, and once it is whole', async () => {
    expect(shared.size(FILM)).toBeUndefined();
    await open();
    expect(shared.size(FILM)).toBe(SIZE);
  });
});

describe('an upstream that honours ranges', () => {
  beforeEach(() => void (faucet.ignoresRange = false));

  it('is asked for each range, and nothing goes to disk', async () => {
    for (const range of [{ first: 1, last: 5 }, { first: 7, last: 7 }, undefined]) {
      const wanted = range ?? { first: 0, last: SIZE - 1 };
      expect((await bytesOf(await open(range), wanted)).equals(BYTES.subarray(wanted.first, wanted.last + 1))).toBe(
        true,
      );
    }
    expect(faucet.asked).toEqual([{ first: 1, last: 5 }, { first: 7, last: 7 }, undefined]);
    expect(files.names).toEqual([]);
  });

  it('is asked with a range the first time, for an answer without one tells nothing', async () => {
    await bytesOf(await open());
    expect(faucet.asked).toEqual([{ first: 0, last: Infinity }]);
  });

  it('is asked by each of those who waited for the first header, for what they want', async () => {
    const [one, two] = await Promise.all([open({ first: 0, last: 1 }), open({ first: 8, last: 9 })]);
    expect((await bytesOf(one)).equals(BYTES.subarray(0, 2))).toBe(true);
    expect((await bytesOf(two)).equals(BYTES.subarray(8, 10))).toBe(true);
    expect(faucet.asked).toHaveLength(2);
  });

  it('is let go when the one who asked first has left before the header', async () => {
    let answer = (): void => undefined;
    faucet.gate = new Promise((resolve) => (answer = resolve));
    const leaving = new AbortController();
    const left = open(undefined, FILM, leaving.signal);
    leaving.abort(new Error('the client left'));
    await expect(left).rejects.toThrow('the client left');
    answer();
    await settle();
    expect(faucet.running).toBe(0);
  });

  it('ends with its client', async () => {
    faucet.isOpen = false;
    const leaving = new AbortController();
    await open(undefined, FILM, leaving.signal);
    leaving.abort();
    await settle();
    expect(faucet.running).toBe(0);
  });
});

describe('readers that leave', () => {
  beforeEach(() => void (faucet.isOpen = false));

  it('leave the rest to be fetched for a while, and who comes back finds it', async () => {
    const { body } = await open();
    body.destroy();
    await settle();
    await clock.advance(MINUTE_MS);
    faucet.bodies[0]!.send(500);
    const again = await open();
    // Since when nobody reads counts anew.
    await clock.advance(5 * MINUTE_MS);
    faucet.bodies[0]!.send();
    expect((await bytesOf(again)).equals(BYTES)).toBe(true);
    expect(faucet.asked).toHaveLength(1);
  });

  it('end the upstream once they have been away for as long as that', async () => {
    const { body } = await open();
    faucet.bodies[0]!.send(500);
    body.destroy();
    await settle();
    await clock.advance(2 * MINUTE_MS);
    expect(faucet.running).toBe(0);
    expect(files.names).toEqual([]);
    expect(files.openHandles).toBe(0);
    faucet.isOpen = true;
    expect((await bytesOf(await open())).equals(BYTES)).toBe(true);
    expect(faucet.asked).toHaveLength(2);
  });

  it('end a request that has no answer yet, after as long', async () => {
    faucet.gate = new Promise(() => undefined);
    const leaving = new AbortController();
    const left = open(undefined, FILM, leaving.signal);
    leaving.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    await clock.advance(2 * MINUTE_MS);
    faucet.gate = Promise.resolve();
    faucet.isOpen = true;
    expect((await bytesOf(await open())).equals(BYTES)).toBe(true);
  });

  it('free the reader at once, though it waits for bytes', async () => {
    const leaving = new AbortController();
    const { body } = await open({ first: 9_000, last: 9_999 }, FILM, leaving.signal);
    body.resume();
    await settle();
    leaving.abort();
    await settle();
    expect(body.closed).toBe(true);
    expect(files.openHandles).toBe(1);
  });
});

describe('what is whole', () => {
  it('lies under a name that tells no id, and is not held open', async () => {
    await bytesOf(await open());
    await settle();
    expect(files.names).toEqual([`${FILM}-${SIZE}`]);
    expect(FILM).toMatch(/^[0-9a-f]{32}$/);
    expect(files.openHandles).toBe(0);
  });

  it('goes after `keep`, whether anybody asks or not', async () => {
    await bytesOf(await open());
    await clock.advance(59 * MINUTE_MS);
    expect(files.names).toHaveLength(1);
    await clock.advance(MINUTE_MS);
    expect(files.names).toEqual([]);
    await bytesOf(await open());
    expect(faucet.asked).toHaveLength(2);
  });

  it('is read to its end by who had begun before it went', async () => {
    await bytesOf(await open());
    const { body } = await open();
    body.read(0);
    await settle();
    await clock.advance(60 * MINUTE_MS);
    expect(files.names).toEqual([]);
    expect((await buffer(body)).equals(BYTES)).toBe(true);
    await settle();
    expect(files.openHandles).toBe(0);
    expect(faucet.asked).toHaveLength(1);
  });

  it('is kept for days if so asked, longer than a timer can be set for', async () => {
    await shared.close();
    await start({ keepMs: 30 * 86_400_000 });
    await bytesOf(await open());
    await clock.advance(86_400_000);
    for (let day = 2; day < 30; day++) await clock.advance(86_400_000);
    expect(files.names).toHaveLength(1);
    await clock.advance(86_400_000);
    expect(files.names).toEqual([]);
  });

  it('is used again by the next run, which removes all else of ours', async () => {
    await bytesOf(await open());
    await shared.close();
    files.add(`${OTHER}-${SIZE}.1234.part`, BYTES);
    files.add(`${OTHER}-${SIZE}`, BYTES.subarray(1));
    files.add(`${THIRD}-5`, Buffer.from('older'), clock.now() - 60 * MINUTE_MS);
    files.add('notes.txt', Buffer.from('of somebody else'));
    await start();
    expect(files.names).toEqual([`${FILM}-${SIZE}`, 'notes.txt'].sort());
    expect((await bytesOf(await open({ first: 5, last: 9 }))).equals(BYTES.subarray(5, 10))).toBe(true);
    expect(faucet.asked).toHaveLength(1);
    await clock.advance(60 * MINUTE_MS);
    expect(files.names).toEqual(['notes.txt']);
  });

  it('of two versions of an item, only the later one is used again', async () => {
    await shared.close();
    files.add(`${FILM}-4`, Buffer.from('old!'), clock.now() - MINUTE_MS);
    files.add(`${FILM}-3`, Buffer.from('new'));
    await start();
    expect((await bytesOf(await open())).toString()).toBe('new');
    expect(files.names).toEqual([`${FILM}-3`]);
  });

  it('is fetched again when somebody else has removed it', async () => {
    await bytesOf(await open());
    await settle();
    files.stored.clear();
    expect((await bytesOf(await open({ first: 10, last: 19 }))).equals(BYTES.subarray(10, 20))).toBe(true);
    expect((await bytesOf(await open())).equals(BYTES)).toBe(true);
    expect((await bytesOf(await open())).equals(BYTES)).toBe(true);
    expect(faucet.asked).toHaveLength(3);
  });
});

describe('room', () => {
  const whole = async (key: string): Promise<void> => {
    expect((await bytesOf(await open(undefined, key))).equals(BYTES)).toBe(true);
    await settle();
  };
  beforeEach(async () => {
    await shared.close();
    await start({ maxBytes: SIZE * 2 });
  });

  it('is made by what was used least recently', async () => {
    await whole(FILM);
    await whole(OTHER);
    await whole(FILM);
    await whole(THIRD);
    expect(files.names).toEqual([`${FILM}-${SIZE}`, `${THIRD}-${SIZE}`].sort());
    expect(faucet.asked).toHaveLength(3);
  });

  it('is counted for what is still coming in full, and not taken from who reads', async () => {
    faucet.isOpen = false;
    await open(undefined, FILM);
    await open(undefined, OTHER);
    faucet.isOpen = true;
    const streamed = await open({ first: 10, last: 19 }, THIRD);
    expect(streamed.range).toBeUndefined();
    expect((await bytesOf(streamed)).equals(BYTES)).toBe(true);
    expect(files.names).toHaveLength(2);
  });

  it('is made by what nobody waits for any more, once all that is whole has gone', async () => {
    faucet.isOpen = false;
    const { body } = await open(undefined, FILM);
    body.destroy();
    faucet.isOpen = true;
    await whole(OTHER);
    await whole(THIRD);
    expect(faucet.running).toBe(1);
    faucet.isOpen = false;
    await open(undefined, OTHER);
    await open(undefined, spoolKey('test', photo('fourth')));
    await settle();
    expect(faucet.bodies[0]!.body.destroyed).toBe(true);
  });

  it('is not for what is larger than all of it', async () => {
    await shared.close();
    await start({ maxBytes: SIZE - 1 });
    expect((await open()).range).toBeUndefined();
    expect((await bytesOf(await open())).equals(BYTES)).toBe(true);
    expect(files.names).toEqual([]);
  });

  it('that there is not is told at most once in ten minutes', async () => {
    await shared.close();
    await start({ maxBytes: SIZE - 1 });
    const told = () => recorder.lines.filter(({ level }) => level === 30);
    await open(undefined, FILM);
    await open(undefined, OTHER);
    const line = { size: SIZE, maxBytes: SIZE - 1, msg: expect.stringContaining('spool.maxSize') as unknown };
    expect(told()).toEqual([expect.objectContaining(line)]);
    await clock.advance(10 * MINUTE_MS);
    await open(undefined, FILM);
    expect(told()).toHaveLength(2);
  });

  it('is made at the start when there is less of it than before', async () => {
    await whole(FILM);
    await clock.advance(1);
    await whole(OTHER);
    await shared.close();
    await start({ maxBytes: SIZE });
    await settle();
    expect(files.names).toEqual([`${OTHER}-${SIZE}`]);
  });
});

describe('a disk that fails', () => {
  it('while bytes come: readers go on from the upstream, each from where it is, and it is said once', async () => {
    files.room = 6_000;
    faucet.isOpen = false;
    const [early, late] = [await open(), await open({ first: 8_000, last: 8_999 })];
    faucet.isOpen = true;
    faucet.bodies[0]!.send();
    expect((await bytesOf(early)).equals(BYTES)).toBe(true);
    expect((await bytesOf(late)).equals(BYTES.subarray(8_000, 9_000))).toBe(true);
    expect(files.names).toEqual([]);
    expect(files.openHandles).toBe(0);
    expect(warnings()).toHaveLength(1);
    expect(faucet.running).toBe(0);
  });

  it('is left alone for a minute, then tried again', async () => {
    files.room = 6_000;
    await bytesOf(await open());
    files.room = Infinity;
    await bytesOf(await open());
    expect(files.names).toEqual([]);
    await clock.advance(MINUTE_MS);
    await bytesOf(await open());
    await settle();
    expect(files.names).toEqual([`${FILM}-${SIZE}`]);
    expect(warnings()).toHaveLength(1);
  });

  it('gets room by what nobody reads', async () => {
    await bytesOf(await open());
    files.room = 15_000;
    await bytesOf(await open(undefined, OTHER));
    await settle();
    expect(files.names).toEqual([]);
  });

  it('while it is read: the reader goes on from the upstream', async () => {
    await bytesOf(await open());
    await settle();
    files.readFailure = new Error('EIO');
    expect((await bytesOf(await open({ first: 3, last: 8 }))).equals(BYTES.subarray(3, 9))).toBe(true);
    expect(faucet.asked).toHaveLength(2);
  });

  it.each([
    ['is of another size', () => (faucet.bytes = Buffer.concat([BYTES, BYTES]))],
    ['is of another version', () => (faucet.validator = '"2"')],
    ["is another host's, which tells no version", () => (faucet.validator = undefined)],
  ])('never mixes bytes: what the upstream has then %s', async (_, edit) => {
    faucet.validator = '"1"';
    files.room = 6_000;
    faucet.isOpen = false;
    const content = await open();
    faucet.isOpen = true;
    edit();
    faucet.bodies[0]!.send();
    await expect(bytesOf(content)).rejects.toMatchObject({ message: 'the item changed while it was read' });
    expect(faucet.running).toBe(0);
  });
});

describe('an upstream that fails for good', () => {
  it('fails all who wait for its bytes, and the next who comes begins anew', async () => {
    faucet.isOpen = false;
    const failing = [bytesOf(await open()), bytesOf(await open({ first: 5_000, last: 5_999 }))];
    faucet.bodies[0]!.send(500);
    const failure = new AppError('QUOTA_EXCEEDED', 'test: spent');
    const outcomes = Promise.allSettled(failing);
    faucet.bodies[0]!.fail(failure);
    expect(await outcomes).toEqual(failing.map(() => ({ status: 'rejected', reason: failure })));
    await settle();
    expect(files.names).toEqual([]);
    expect(files.openHandles).toBe(0);
    faucet.isOpen = true;
    expect((await bytesOf(await open())).equals(BYTES)).toBe(true);
  });

  it.each([
    ['ends early', BYTES.subarray(0, 900)],
    ['sends more than it told', Buffer.concat([BYTES, BYTES])],
  ])('counts one that %s among those', async (_, sent) => {
    faucet.isOpen = false;
    const content = await open();
    const { body } = faucet.bodies[0]!;
    const read = expect(bytesOf(content)).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    body.push(sent);
    body.push(null);
    await read;
    await settle();
    expect(files.names).toEqual([]);
  });

  it('fails all who waited for its header, and is asked again by the next', async () => {
    faucet.failure = new AppError('SOURCE_UNAVAILABLE', 'test: down');
    const failing = [open(), open({ first: 1, last: 2 })];
    for (const each of failing) await expect(each).rejects.toBe(faucet.failure);
    expect(faucet.asked).toHaveLength(1);
    faucet.failure = undefined;
    expect((await bytesOf(await open())).equals(BYTES)).toBe(true);
  });
});

describe('a spool that is closed', () => {
  it('leaves no file behind that the disk was still making', async () => {
    faucet.isOpen = false;
    let isFirst = true;
    files.pause = async () => {
      if (!isFirst) return;
      isFirst = false;
      await settle();
    };
    const { body } = await open();
    body.destroy();
    await shared.close();
    expect(files.names).toEqual([]);
    expect(files.openHandles).toBe(0);
  });

  it('ends what is coming, removes it, and waits for nobody', async () => {
    faucet.isOpen = false;
    const { body } = await open();
    faucet.gate = new Promise(() => undefined);
    const waiting = expect(open(undefined, OTHER)).rejects.toThrow();
    await settle();
    body.destroy();
    await shared.close();
    await waiting;
    expect(faucet.running).toBe(0);
    expect(files.names).toEqual([]);
    expect(files.openHandles).toBe(0);
  });
});
