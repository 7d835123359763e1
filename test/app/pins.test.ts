import { readdir, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { startPickerStage, type PickerStage } from '../support/picker-stage.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

let stage: PickerStage;
beforeEach(async () => {
  stage = await startPickerStage({ mount: { readSize: 'off' }, pace: 20 });
});
afterEach(async () => stage.close());

/** Picks, and says at once that the bytes are to be kept, as `photodav pick --pin` does. */
async function pin(folder: string, count: number): Promise<void> {
  const { sessionId } = await stage.pick(folder, { count });
  await stage.account.picks.update(sessionId, (pick) => pick && { ...pick, isPinned: true });
}

const pinsFolder = (): string => join(stage.dataDir, 'pins');

/** Bytes, and the records beside them. */
async function pinFiles(): Promise<readonly string[]> {
  const names = await readdir(pinsFolder(), { recursive: true }).catch(() => []);
  return names.filter((name) => /\/[0-9a-f]{32}-[0-9a-f]{8}(\.json)?$/.test(name));
}

/** Bytes that count as whole: beside a record. */
async function bytesFiles(): Promise<readonly string[]> {
  const names = await pinFiles();
  return names.filter((name) => names.includes(`${name}.json`));
}

/** Until so many items are on disk. */
async function untilPinned(count: number): Promise<void> {
  await eventually(async () => (await bytesFiles()).length === count);
  expect(await bytesFiles()).toHaveLength(count);
  await eventually(() => messages().includes('pins: all pinned items are on disk'));
}

const messages = (): readonly unknown[] => stage.recorder.lines.map(({ msg }) => msg);

interface Got {
  readonly status: number;
  readonly etag: string | null;
  readonly bytes: Buffer;
}

async function get(path: string, headers: Record<string, string> = {}): Promise<Got> {
  const answer = await fetch(stage.origin + path, { headers });
  return { status: answer.status, etag: answer.headers.get('etag'), bytes: Buffer.from(await answer.arrayBuffer()) };
}

const paths = async (folder: string): Promise<readonly string[]> => (await stage.list(folder)).map(({ href }) => href);

describe('a pinned pick', () => {
  it('opens byte for byte after 8 days, with ranges and the same ETag, and a restart; another answers 410', async () => {
    await stage.pick('Loose', { count: 8 });
    const before = new Map<string, Got>();
    for (const path of await paths('/Loose')) before.set(path.replace('Loose', 'Kept'), await get(path));
    await pin('Kept', 5);
    await untilPinned(5);
    stage.clock.turn(8 * DAY_MS);

    const kept = await paths('/Kept');
    expect(kept).toHaveLength(5);
    for (const path of kept) expect(await get(path)).toEqual(before.get(path));
    const [path = ''] = kept;
    const { bytes } = before.get(path)!;
    const part = await get(path, { Range: 'bytes=100-199' });
    expect([part.status, part.bytes.equals(bytes.subarray(100, 200))]).toEqual([206, true]);
    const loose = (await paths('/Loose')).filter((each) => !kept.includes(each.replace('Loose', 'Kept')));
    expect(loose).toHaveLength(3);
    for (const each of loose) expect((await get(each)).status).toBe(410);

    await stage.restart();
    for (const each of kept) expect(await get(each)).toEqual(before.get(each));
  });

  it('is served from disk while it lives, without a request to Google', async () => {
    await pin('Kept', 3);
    await untilPinned(3);
    stage.emulator.resetCounters();
    for (const path of await paths('/Kept')) expect((await get(path)).status).toBe(200);
    expect(stage.emulator.counters().opened ?? 0).toBe(0);
  });

  it('is fetched once, though several picks hold the same items', async () => {
    await pin('Kept', 4);
    await pin('Again', 6);
    await untilPinned(6);
    expect(stage.emulator.counters().opened).toBe(6);
  });

  it('comes from Google again where its file was cut, and never short', async () => {
    await pin('Kept', 2);
    await untilPinned(2);
    const [path = ''] = await paths('/Kept');
    const { bytes } = await get(path);
    for (const name of await bytesFiles()) {
      const file = join(pinsFolder(), name);
      if ((await readFile(file)).equals(bytes)) await truncate(file, 100);
    }
    expect((await get(path)).bytes.equals(bytes)).toBe(true);
    await eventually(async () => {
      const all = await Promise.all((await bytesFiles()).map((name) => readFile(join(pinsFolder(), name))));
      return all.some((each) => each.equals(bytes));
    });
    stage.clock.turn(8 * DAY_MS);
    expect((await get(path)).bytes.equals(bytes)).toBe(true);
  });

  it('leaves the disk when it is removed', async () => {
    await pin('Kept', 2);
    await untilPinned(2);
    const [pick] = await stage.account.picks.all();
    await stage.account.picks.update(pick!.sessionId, () => undefined);
    await eventually(async () => (await pinFiles()).length === 0);
    expect(await pinFiles()).toEqual([]);
  });

  it('whose items were not fetched in time is told in the log', async () => {
    stage.emulator.fail({ route: 'media', count: 1_000, status: 500 });
    // As many as end a look.
    await pin('Kept', 3);
    const isWaiting = (): boolean => messages().some((each) => String(each).startsWith('pins: the rest waits'));
    await eventually(isWaiting);
    expect(isWaiting()).toBe(true);
    stage.emulator.clearFaults();
    stage.clock.turn(8 * DAY_MS);
    await stage.restart();
    await eventually(() => messages().some((each) => String(each).includes('had not been fetched')));
    expect(messages()).toContain('pins: some items had not been fetched when their pick ended; pick them again');
  });
});
