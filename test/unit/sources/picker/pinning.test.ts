import { mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { AppError } from '../../../../src/errors.js';
import { createLog } from '../../../../src/log.js';
import { PinRoom } from '../../../../src/sources/pins/pin-room.js';
import { Pinning, type PinProgress } from '../../../../src/sources/picker/pinning.js';
import { Pins } from '../../../../src/sources/pins/pins.js';
import { Picks, type Pick, type PickedItem } from '../../../../src/sources/picker/picks.js';
import { freshPaths } from '../../../support/fresh-paths.js';
import { eventually } from '../../../support/eventually.js';
import { Recorder } from '../../../support/log-lines.js';
import { ManualClock } from '../../../support/manual-clock.js';
import { MemorySource } from '../../../support/memory-source.js';

const KEY = { clientId: '123-abc.apps.googleusercontent.com', account: 'default' };

const freshPath = freshPaths();
let folder = '';
let lines: Recorder;
let source: MemorySource;
let clock: ManualClock;
let picks: Picks;
let pins: Pins;
let mayFetch: boolean;

beforeEach(() => {
  folder = freshPath();
  lines = new Recorder();
  source = new MemorySource();
  clock = new ManualClock();
  mayFetch = true;
  const log = createLog({ level: 'info', destination: lines });
  picks = new Picks({ folder: join(folder, 'picks'), label: 'google', key: KEY, log });
  const room = new PinRoom({ folder: join(folder, 'pins'), maxBytes: 100_000 });
  pins = new Pins({ room, label: 'google', key: KEY, log });
});

function pinning(): Pinning {
  return new Pinning({
    ...{ picks, pins, clock },
    log: createLog({ level: 'info', destination: lines }),
    items: (held) => [...new Map(held.flatMap(({ items }) => items.map((each) => [each.id, each]))).values()],
    open: (item, options) => source.open(item, options),
    mayFetch: () => mayFetch,
  });
}

/** Ids are as long as their items are thousands of bytes. */
function pick(sessionId: string, ids: readonly string[], over: Partial<Pick> = {}): Pick {
  const items = ids.map((id) => ({ id, filename: `${id}.jpg`, mimeType: 'image/jpeg', createdAtMs: 0 }));
  return { sessionId, folder: 'Summer', isPinned: true, createdAtMs: 0, endsAtMs: 1, items, ...over };
}

const item = (id: string): PickedItem => pick('', [id]).items[0]!;
const sizes = (...ids: readonly string[]): Promise<readonly (number | undefined)[]> =>
  Promise.all(ids.map((id) => pins.size(item(id))));
const opened = (): readonly string[] => source.calls.map((call) => call.replace('open ', '')).sort();
const messages = (): readonly unknown[] => lines.lines.map(({ msg }) => msg);

describe('pinning', () => {
  it('fetches every item of the pinned picks once, and none of the others', async () => {
    await picks.save(pick('one', ['a', 'bb']));
    await picks.save(pick('two', ['bb', 'ccc']));
    await picks.save(pick('three', ['dddd'], { isPinned: false }));
    const told: PinProgress[] = [];
    const outcome = await pinning().look({ onProgress: (progress) => told.push(progress) });
    expect(outcome).toEqual({ total: 3, whole: 3, ended: 0 });
    expect(told.map(({ whole }) => whole)).toEqual([1, 2, 3]);
    expect(opened()).toEqual(['a', 'bb', 'ccc']);
    expect(await sizes('a', 'bb', 'ccc', 'dddd')).toEqual([1_000, 2_000, 3_000, undefined]);
    const content = await pins.open(item('bb'));
    expect((await buffer(content!.body)).toString()).toBe('bb'.repeat(1_000));
  });

  it('fetches nothing again, and takes from the disk what no pick pins any more', async () => {
    await picks.save(pick('one', ['a', 'bb']));
    await picks.save(pick('two', ['bb', 'ccc']));
    await pinning().look();
    await picks.update('two', () => undefined);
    expect(await pinning().look()).toEqual({ total: 2, whole: 2, ended: 0 });
    expect(opened()).toEqual(['a', 'bb', 'ccc']);
    expect(await sizes('a', 'bb', 'ccc')).toEqual([1_000, 2_000, undefined]);
  });

  it('takes nothing from the disk while the file of a pick cannot be read, for that may be what it pins', async () => {
    await picks.save(pick('one', ['a']));
    await pinning().look();
    const [account = ''] = await readdir(join(folder, 'picks'));
    const [name = ''] = await readdir(join(folder, 'picks', account));
    const file = join(folder, 'picks', account, name);
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"version": 1', '"version": 2'));
    expect(await pinning().look()).toEqual({ total: 0, whole: 0, ended: 0 });
    await writeFile(file, text);
    expect(await pinning().look()).toEqual({ total: 1, whole: 1, ended: 0 });
    expect(opened()).toEqual(['a']);
  });

  it('stops where the rest of the quota is for people', async () => {
    mayFetch = false;
    await picks.save(pick('one', ['a', 'bb']));
    expect(await pinning().look()).toEqual({ total: 2, whole: 0, ended: 0, stopped: 'quota' });
    expect(opened()).toEqual([]);
  });

  it('stops where there is no room, and keeps what it has', async () => {
    await picks.save(pick('one', ['a']));
    await pinning().look();
    await picks.save(pick('two', ['x'.repeat(100), 'bb']));
    const { stopped, whole } = await pinning().look();
    expect(stopped).toMatchObject({ code: 'NO_ROOM' });
    expect(whole).toBeLessThan(3);
    expect(await sizes('a')).toEqual([1_000]);
  });

  it('tells those whose pick has ended, and goes on with the others', async () => {
    await picks.save(pick('one', ['a', 'bb', 'ccc', 'dddd', 'eeeee']));
    const open = source.open.bind(source);
    source.open = (each, options) =>
      each.id === 'eeeee' ? open(each, options) : Promise.reject(new AppError('GONE', 'the pick has ended'));
    expect(await pinning().look()).toEqual({ total: 5, whole: 1, ended: 4 });
  });

  it('stops after three failures in a row: then it is not the items', async () => {
    source.failure = new AppError('SOURCE_UNAVAILABLE', 'no network');
    await picks.save(pick('one', ['a', 'bb', 'ccc', 'dddd', 'eeeee', 'ffffff', 'ggggggg']));
    expect(await pinning().look()).toMatchObject({ whole: 0, stopped: { message: 'no network' } });
    expect(source.calls.length).toBeLessThan(6);
  });

  it('leaves it to another process that is at it', async () => {
    await picks.save(pick('one', ['a']));
    await pins.whileAlone(async () => {
      expect(await pinning().look()).toEqual({ total: 1, whole: 0, ended: 0, stopped: 'busy' });
    });
    expect(opened()).toEqual([]);
  });
});

/** Turns the clock until the item is on disk. */
async function pinned(id: string): Promise<void> {
  await eventually(async () => {
    await clock.advance(60_000);
    return (await pins.size(item(id))) !== undefined;
  });
  expect(await pins.size(item(id))).toBe(id.length * 1_000);
}

describe('a server', () => {
  it('pins what is picked while it runs, fetches what was damaged, and ends with its signal', async () => {
    const leaving = new AbortController();
    const ended = expect(pinning().run(leaving.signal)).rejects.toThrow('closing');
    await picks.save(pick('one', ['a']));
    await pinned('a');
    await picks.save(pick('two', ['bb']));
    await pinned('bb');
    const [account = ''] = await readdir(join(folder, 'pins'));
    for (const name of await readdir(join(folder, 'pins', account))) {
      if (!name.includes('.')) await truncate(join(folder, 'pins', account, name), 10);
    }
    expect([await pins.open(item('a')), await pins.open(item('bb'))]).toEqual([undefined, undefined]);
    await pinned('a');
    await pinned('bb');
    leaving.abort(new Error('closing'));
    await ended;
    expect(messages()).toContain('pins: all pinned items are on disk');
  });

  it('tells once that all is on disk, whatever else is picked', async () => {
    const leaving = new AbortController();
    await picks.save(pick('one', ['a']));
    const ended = expect(pinning().run(leaving.signal)).rejects.toThrow('closing');
    const looks = (): number => messages().filter((msg) => msg === 'pins: all pinned items are on disk').length;
    await eventually(() => looks() === 1, 15_000);
    for (const id of ['two', 'three']) {
      await picks.save(pick(id, ['bb'], { isPinned: false }));
      await clock.advance(5_000);
    }
    await picks.save(pick('four', ['ccc']));
    await pinned('ccc');
    await eventually(() => looks() > 1, 15_000);
    expect(looks()).toBe(2);
    leaving.abort(new Error('closing'));
    await ended;
  });

  it('goes on once the folder of picks can be read again', async () => {
    const leaving = new AbortController();
    await mkdir(folder);
    await writeFile(join(folder, 'picks'), 'a file in its place');
    const ended = expect(pinning().run(leaving.signal)).rejects.toThrow('closing');
    await eventually(() => messages().length > 0, 15_000);
    expect(messages()).toEqual(['pins: nothing could be fetched']);
    await rm(join(folder, 'picks'));
    await picks.save(pick('one', ['a']));
    await pinned('a');
    leaving.abort(new Error('closing'));
    await ended;
  });

  it('tells what keeps it from going on, and tries again by itself', async () => {
    const leaving = new AbortController();
    mayFetch = false;
    await picks.save(pick('one', ['a']));
    const ended = expect(pinning().run(leaving.signal)).rejects.toThrow('closing');
    await eventually(() => messages().length > 0);
    expect(messages()).toEqual(["pins: the rest waits for the next day's quota"]);
    mayFetch = true;
    await pinned('a');
    expect(messages().filter((each) => String(each).includes('quota'))).toHaveLength(1);
    leaving.abort(new Error('closing'));
    await ended;
  });
});
