import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFile,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AppError } from '../../../../src/errors.js';
import { createLog } from '../../../../src/log.js';
import { PinRoom } from '../../../../src/sources/pins/pin-room.js';
import { Pins } from '../../../../src/sources/pins/pins.js';
import type { OpenOptions } from '../../../../src/sources/source.js';
import { BreakingUpstream } from '../../../support/breaking-upstream.js';
import { freshPaths } from '../../../support/fresh-paths.js';
import { until } from '../../../support/eventually.js';
import { Recorder } from '../../../support/log-lines.js';
import { settle } from '../../../support/manual-clock.js';
import { photo } from '../../../support/memory-source.js';
import { numbersFrom } from '../../../support/random.js';

const KEY = { clientId: '123-abc.apps.googleusercontent.com', account: 'default' };
const ITEM = photo('film/../1');
const random = numbersFrom(5);
const BYTES = Buffer.from(Uint8Array.from({ length: 100_000 }, () => random() * 256));

const freshPath = freshPaths();
let folder = '';
let lines: Recorder;
let upstream: BreakingUpstream;

beforeEach(() => {
  folder = freshPath();
  lines = new Recorder();
  upstream = new BreakingUpstream(BYTES);
  upstream.validator = '"v1"';
});

function pinsOf({ key = KEY, maxBytes = 2 ** 30, freeBytes = 2 ** 40 } = {}): Pins {
  const room = new PinRoom({ folder, maxBytes, freeBytes: () => Promise.resolve(freeBytes) });
  return new Pins({ room, label: 'google', key, log: createLog({ level: 'info', destination: lines }) });
}

const fetched = (pins = pinsOf(), item = ITEM): Promise<void> => pins.fetch(item, { open: upstream.open });

async function files(): Promise<readonly string[]> {
  const [account] = await readdir(folder).catch(() => []);
  return account === undefined ? [] : (await readdir(join(folder, account))).sort();
}

/** The path of the account's only file whose name ends so. */
async function fileOf(isIt: (name: string) => boolean): Promise<string> {
  const [account = ''] = await readdir(folder);
  const found = (await files()).filter(isIt);
  expect(found).toHaveLength(1);
  return join(folder, account, found[0]!);
}
const bytesFile = (): Promise<string> => fileOf((name) => !name.includes('.'));

async function read(pins = pinsOf(), range?: OpenOptions['range']): Promise<Buffer | undefined> {
  const content = await pins.open(ITEM, range ? { range } : {});
  return content && buffer(content.body);
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );
}

/** Has come half-way, and was safe on disk then. */
async function halfFetched(bytes = 40_000): Promise<void> {
  upstream.cuts = [{ bytes }];
  expect(await codeOf(fetched())).toBe('SOURCE_UNAVAILABLE');
  upstream.asked.length = 0;
}

describe('a pinned item', () => {
  it('is read from disk, any range of it, with its size and the validator it came with', async () => {
    await fetched();
    const pins = pinsOf();
    expect(await pins.size(ITEM)).toBe(BYTES.length);
    expect((await read(pins))?.equals(BYTES)).toBe(true);
    const content = await pins.open(ITEM, { range: { first: 99_990, last: Infinity } });
    expect(content).toMatchObject({ size: 100_000, range: { first: 99_990, last: 99_999 }, validator: '"v1"' });
    expect((await buffer(content!.body)).equals(BYTES.subarray(99_990))).toBe(true);
    expect(upstream.asked).toHaveLength(1);
  });

  it('is sent whole where a range begins beyond its end, as every source does', async () => {
    await fetched();
    const content = await pinsOf().open(ITEM, { range: { first: 100_000, last: 100_001 } });
    expect(content?.range).toEqual({ first: 0, last: 99_999 });
    content?.body.destroy();
  });

  it('is for its owner alone, under names that tell nothing of it', async () => {
    await fetched();
    const path = await bytesFile();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(`${path}.json`)).mode & 0o777).toBe(0o600);
    expect(await files()).toEqual([
      expect.stringMatching(/^[0-9a-f]{32}-[0-9a-f]{8}$/),
      expect.stringMatching(/json$/),
    ]);
  });

  it('is of one account, and of one version', async () => {
    await fetched();
    expect(await pinsOf({ key: { ...KEY, account: 'ann' } }).size(ITEM)).toBeUndefined();
    expect(await pinsOf().size({ ...ITEM, version: '800x600' })).toBeUndefined();
  });

  it.each([
    ['cut', (path: string) => truncate(path, 99_999)],
    ['grown', (path: string) => appendFile(path, 'x')],
    ['gone', (path: string) => rm(path)],
  ])('whose bytes are %s is not served, and fetched again', async (_what, damage) => {
    await fetched();
    await damage(await bytesFile());
    const pins = pinsOf();
    expect(await pins.size(ITEM)).toBeUndefined();
    expect(await read(pins)).toBeUndefined();
    expect(pins.losses).toBe(1);
    expect(lines.lines.map(({ msg }) => msg)).toEqual([expect.stringContaining('damaged')]);
    await fetched(pins);
    expect((await read(pins))?.equals(BYTES)).toBe(true);
  });

  it('whose bytes the system does not open now is kept, and told', async () => {
    await fetched();
    const path = await bytesFile();
    await rename(path, `${path}.aside`);
    // A link to itself cannot be opened, as nothing can be where too many files are open.
    await symlink(path, path);
    const pins = pinsOf();
    const answers = await Promise.all([pins.size(ITEM), pins.open(ITEM), pins.verify(ITEM)].map(codeOf));
    expect(answers).toEqual(Array.from({ length: 3 }, () => 'SOURCE_UNAVAILABLE'));
    expect(pins.losses).toBe(0);
    await rename(`${path}.aside`, path);
    expect((await read(pins))?.equals(BYTES)).toBe(true);
  });

  it('fails while it is read rather than end short', async () => {
    await fetched();
    const content = await pinsOf().open(ITEM);
    await truncate(await bytesFile(), 10);
    expect(await codeOf(buffer(content!.body))).toBe('SOURCE_UNAVAILABLE');
  });

  it('is compared with what was fetched, byte for byte, when that is asked for', async () => {
    const pins = pinsOf();
    expect(await pins.verify(ITEM)).toBe('absent');
    await fetched(pins);
    expect(await pins.verify(ITEM)).toBe('whole');
    const changed = Buffer.from(BYTES);
    changed[50_000]! ^= 1;
    await writeFile(await bytesFile(), changed);
    expect(await pins.verify(ITEM)).toBe('damaged');
    expect(await read(pins)).toBeUndefined();
  });

  it('has the digest of its bytes beside it', async () => {
    await halfFetched();
    await fetched();
    const { default: record } = (await import(`${await bytesFile()}.json`, { with: { type: 'json' } })) as {
      default: object;
    };
    const sha256 = createHash('sha256').update(BYTES).digest('hex');
    expect(record).toEqual({ size: 100_000, validator: '"v1"', sha256 });
  });
});

describe('fetching', () => {
  it('goes on where it broke off, and never serves a half', async () => {
    await halfFetched();
    expect([await pinsOf().size(ITEM), await read()]).toEqual([undefined, undefined]);
    await fetched();
    expect(upstream.asked).toEqual([{ first: 40_000, last: Infinity }]);
    expect((await read())?.equals(BYTES)).toBe(true);
    expect(await files()).toHaveLength(2);
  });

  it.each([
    ['has another validator', (from: BreakingUpstream) => (from.validator = '"v2"'), 2],
    ['ignores ranges', (from: BreakingUpstream) => (from.ignoresRange = true), 1],
    ['has another size', (from: BreakingUpstream) => (from.bytes = BYTES.subarray(0, 90_000)), 2],
  ])('begins anew where the upstream %s', async (_what, change, requests) => {
    await halfFetched();
    change(upstream);
    await fetched();
    expect(upstream.asked).toHaveLength(requests);
    expect((await read())?.equals(upstream.bytes)).toBe(true);
    expect(upstream.openBodies).toBe(0);
  });

  it('begins anew where the upstream tells no validator', async () => {
    upstream.validator = undefined;
    await halfFetched();
    await fetched();
    expect(upstream.asked).toEqual([undefined]);
  });

  it('does not take a part for more than is on disk', async () => {
    await halfFetched();
    await truncate(await fileOf((name) => name.endsWith('.part')), 39_999);
    await fetched();
    expect(upstream.asked).toEqual([undefined]);
    expect((await read())?.equals(BYTES)).toBe(true);
  });

  it.each([
    ['ends early', 'ended early', () => (upstream.cuts = [{ bytes: 99_999, kind: 'ends' }])],
    ['breaks', 'ECONNRESET', () => (upstream.alwaysCut = { bytes: 10 })],
  ] as const)('of a body that %s keeps no whole', async (_what, _message, cut) => {
    cut();
    expect(await codeOf(fetched())).toBe('SOURCE_UNAVAILABLE');
    expect(await read()).toBeUndefined();
  });

  it('refuses a body that is longer than it told', async () => {
    const open = async (options: OpenOptions) => ({ ...(await upstream.open(options)), size: 99_000 });
    expect(await codeOf(pinsOf().fetch(ITEM, { open }))).toBe('SOURCE_UNAVAILABLE');
    expect(await read()).toBeUndefined();
  });

  it('ends with its signal, and keeps what has come', async () => {
    upstream.cuts = [{ bytes: 50_000, kind: 'stalls' }];
    const leaving = new AbortController();
    const work = pinsOf().fetch(ITEM, { open: upstream.open, signal: leaving.signal });
    const ended = expect(work).rejects.toThrow('closing');
    const bytesCome = async (): Promise<number> => (await stat(await fileOf((name) => name.endsWith('.part')))).size;
    await until(async () => (await files()).length > 0 && (await bytesCome()) === 50_000);
    leaving.abort(new Error('closing'));
    await ended;
    await fetched();
    expect(upstream.asked.at(-1)).toMatchObject({ last: Infinity });
    expect((await read())?.equals(BYTES)).toBe(true);
  });
});

describe('what is no file of its own', () => {
  it('is not written through, be it what has come so far or what was made before', async () => {
    const elsewhere = freshPath();
    await writeFile(elsewhere, BYTES.subarray(0, 40_000));
    await halfFetched();
    const part = await fileOf((name) => name.endsWith('.part'));
    await rm(part);
    await symlink(elsewhere, part);
    await fetched();
    expect((await readFile(elsewhere)).length).toBe(40_000);
    expect((await read())?.equals(BYTES)).toBe(true);
  });

  it('is not waited for, and fetched again', async () => {
    await fetched();
    const whole = await bytesFile();
    await rm(whole);
    execFileSync('mkfifo', [whole]);
    expect([await pinsOf().size(ITEM), await read()]).toEqual([undefined, undefined]);
    await fetched();
    expect((await read())?.equals(BYTES)).toBe(true);
  });
});

describe('room', () => {
  it('is bounded by pins.maxSize, over all accounts', async () => {
    const ann = pinsOf({ key: { ...KEY, account: 'ann' } });
    await fetched(ann);
    const pins = pinsOf({ maxBytes: 150_000 });
    const work = pins.whileAlone(() => fetched(pins));
    await expect(work).rejects.toMatchObject({ code: 'NO_ROOM', advice: expect.stringContaining('pins.maxSize') });
    await settle();
    expect(upstream.openBodies).toBe(0);
  });

  it('is left on the disk for others', async () => {
    expect(await codeOf(fetched(pinsOf({ freeBytes: 2 ** 20 })))).toBe('NO_ROOM');
    await settle();
    expect(upstream.openBodies).toBe(0);
  });

  it('is given back when the disk is full all the same', async () => {
    await halfFetched();
    const file = await open(await fileOf((name) => name.endsWith('.part')));
    const full = Object.assign(new Error('full'), { code: 'ENOSPC' });
    const handles = Object.getPrototypeOf(file) as FileHandle;
    const write = jest.spyOn(handles, 'write').mockRejectedValueOnce(full);
    await file.close();
    expect(await codeOf(fetched())).toBe('NO_ROOM');
    write.mockRestore();
    expect(await files()).toEqual([]);
    await fetched();
    expect((await read())?.equals(BYTES)).toBe(true);
  });
});

describe('a folder that the system keeps from us', () => {
  it.each([
    ['size', (pins: Pins) => pins.size(ITEM)],
    ['open', (pins: Pins) => pins.open(ITEM)],
    ['verify', (pins: Pins) => pins.verify(ITEM)],
    ['fetch', (pins: Pins) => fetched(pins)],
    ['whileAlone', (pins: Pins) => pins.whileAlone(() => Promise.resolve())],
    ['keepOnly', (pins: Pins) => pins.keepOnly([])],
    ['remove', (pins: Pins) => pins.remove([ITEM.id])],
  ])('is told by %s, and what to look after', async (_what, act) => {
    await writeFile(folder, 'a file in its place');
    await expect(act(pinsOf())).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      message: 'google photos: the folder pins in the data folder cannot be used (ENOTDIR)',
      advice: expect.stringContaining('the user whom photodav runs as'),
    });
  });
});

describe('what nobody pins any more', () => {
  const OTHER = photo('other');

  it('is removed, with halves and drafts', async () => {
    await fetched();
    await fetched(pinsOf(), { ...ITEM, version: '800x600' });
    upstream.cuts = [{ bytes: 40_000 }];
    expect(await codeOf(fetched(pinsOf(), OTHER))).toBe('SOURCE_UNAVAILABLE');
    const [account = ''] = await readdir(folder);
    const [name = ''] = await files();
    await writeFile(join(folder, account, `${name}.json.0123456789ab.part`), '{');
    await pinsOf().keepOnly([ITEM.id]);
    expect(await files()).toHaveLength(4);
    expect((await read())?.equals(BYTES)).toBe(true);
    await pinsOf().remove([ITEM.id]);
    expect(await files()).toEqual([]);
  });

  it('is nothing where nothing was ever pinned', async () => {
    await mkdir(folder, { recursive: true });
    await pinsOf().remove(['x']);
    await pinsOf().keepOnly([]);
    expect(await pinsOf().size(ITEM)).toBeUndefined();
  });
});

it('one at a time fetches for an account', async () => {
  let inner: boolean | undefined;
  const outer = await pinsOf().whileAlone(async () => {
    inner = await pinsOf().whileAlone(() => Promise.reject(new Error('not alone')));
  });
  expect([outer, inner]).toEqual([true, false]);
  expect(await pinsOf().whileAlone(() => Promise.resolve())).toBe(true);
});
