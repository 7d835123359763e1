import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Emulator } from '../../../../src/emulator/emulator.js';
import { DEFAULT_LEVERS } from '../../../../src/emulator/levers.js';
import { startEmulator } from '../../../../src/emulator/server.js';
import { Gphotosdl } from '../../../../src/google/media/gphotosdl.js';
import { Transport } from '../../../../src/google/transport.js';
import { createLog } from '../../../../src/log.js';
import { Recorder } from '../../../support/log-lines.js';
import { ManualClock, settle } from '../../../support/manual-clock.js';
import { eventually } from '../../../support/eventually.js';

let emulator: Emulator;
let ids: readonly string[];
let clock: ManualClock;
let recorder: Recorder;
let originals: Gphotosdl;

const downloads = (): number => emulator.counters()['gphotosdl.download'] ?? 0;
const reasons = (): unknown[] => recorder.lines.map(({ reason }) => reason);

function gphotosdl(address = emulator.ready.gphotosdl!, headersMs = 30_000): Gphotosdl {
  const transport = new Transport({}, { connectMs: 10_000, headersMs, bodyMs: 10_000 });
  const log = createLog({ level: 'warn', destination: recorder });
  return new Gphotosdl({ address: new URL(address), transport, clock, log });
}

beforeAll(async () => {
  emulator = await startEmulator({ items: 20, gphotosdl: true, levers: { originalTrailerBytes: 7 } });
  ids = emulator.listed().map(({ id }) => id);
});
beforeEach(() => {
  clock = new ManualClock();
  recorder = new Recorder();
  originals = gphotosdl();
});
afterEach(async () => {
  await originals.close();
  emulator.clearFaults();
  emulator.resetCounters();
  Object.assign(emulator.levers, { ...DEFAULT_LEVERS, originalTrailerBytes: 7 });
});
afterAll(() => emulator.close());

describe('an original', () => {
  it('comes whole, with its size, and is asked for without a range', async () => {
    const opened = (await originals.open(ids[0]!))!;
    const bytes = await buffer(opened.body);
    expect([opened.size, opened.range, opened.validator]).toEqual([bytes.length, undefined, 'gphotosdl']);
    expect(bytes.subarray(-7).equals(Buffer.alloc(7))).toBe(true);
    expect(emulator.requests).toEqual([{ route: 'gphotosdl.download', method: 'GET', status: 200 }]);
  });

  it('is asked for below the path of the address', async () => {
    const below = gphotosdl(`${emulator.ready.gphotosdl}/somewhere/`);
    // A page is no original.
    expect(await below.open(ids[0]!)).toBeUndefined();
    expect(reasons()).toEqual(['it answered with something else than a file']);
    await below.close();
  });

  it('waits for the one before, and is not asked for if nobody waits for it any more', async () => {
    emulator.levers.downloadMs = 50;
    const leaving = new AbortController();
    const first = originals.open(ids[0]!);
    const second = originals.open(ids[1]!, leaving.signal);
    const third = originals.open(ids[2]!);
    leaving.abort(new Error('the client left'));
    await expect(second).rejects.toThrow('the client left');
    expect(downloads()).toBeLessThan(2);
    for (const opened of [await first, await third]) opened!.body.destroy();
    expect(downloads()).toBe(2);
  });

  it('ends when the client leaves while it is downloaded, without a line', async () => {
    emulator.fail({ route: 'gphotosdl', count: 1, hang: true });
    const leaving = new AbortController();
    const opening = originals.open(ids[0]!, leaving.signal);
    await eventually(() => downloads() === 1);
    leaving.abort(new Error('the client left'));
    await expect(opening).rejects.toThrow('the client left');
    (await originals.open(ids[1]!))!.body.destroy();
    expect(recorder.lines).toEqual([]);
  });
});

describe('an original that cannot be had', () => {
  it.each([404, 500, 302])('because of a %d is told once a minute, and asked for again', async (status) => {
    emulator.fail({ route: 'gphotosdl', count: 3, status });
    expect(await originals.open(ids[0]!)).toBeUndefined();
    expect(await originals.open(ids[0]!)).toBeUndefined();
    expect(reasons()).toEqual([`it answered ${status}`]);
    await clock.advance(60_000);
    expect(await originals.open(ids[0]!)).toBeUndefined();
    expect(reasons()).toHaveLength(2);
    (await originals.open(ids[0]!))!.body.destroy();
  });

  it('because it is stuck is given up, and nothing is asked for during a minute', async () => {
    emulator.fail({ route: 'gphotosdl', count: 1, hang: true });
    const impatient = gphotosdl(emulator.ready.gphotosdl, 300);
    expect(await impatient.open(ids[0]!)).toBeUndefined();
    expect(await impatient.open(ids[1]!)).toBeUndefined();
    expect([reasons(), downloads()]).toEqual([['no answer (UND_ERR_HEADERS_TIMEOUT)'], 1]);
    await clock.advance(60_000);
    const again = await impatient.open(ids[1]!);
    expect(downloads()).toBe(2);
    again?.body.destroy();
    await impatient.close();
  });

  it('because others are downloaded is waited for no longer than 30 seconds', async () => {
    emulator.fail({ route: 'gphotosdl', count: 1, hang: true });
    const leaving = new AbortController();
    const stuck = originals.open(ids[0]!, leaving.signal);
    await eventually(() => downloads() === 1);
    let isHere = false;
    const waiting = originals.open(ids[1]!).finally(() => (isHere = true));
    await clock.advance(29_999);
    expect(isHere).toBe(false);
    await clock.advance(1);
    expect(await waiting).toBeUndefined();
    // The one that is stuck is waited for all the same: there is one download at a time.
    const next = originals.open(ids[2]!);
    await settle();
    expect([reasons(), downloads()]).toEqual([['it was busy with others'], 1]);
    leaving.abort(new Error('the client left'));
    await expect(stuck).rejects.toThrow('the client left');
    expect(await next).toBeUndefined();
  });

  it('because it is stuck is not asked for during a minute, though all leave before it is given up', async () => {
    emulator.fail({ route: 'gphotosdl', count: 1, hang: true });
    const leaving = new AbortController();
    const stuck = originals.open(ids[0]!, leaving.signal);
    await eventually(() => downloads() === 1);
    await clock.advance(30_000);
    leaving.abort(new Error('the client left'));
    await expect(stuck).rejects.toThrow('the client left');
    expect(await originals.open(ids[1]!)).toBeUndefined();
    expect([reasons(), downloads()]).toEqual([['no answer before all who waited had left'], 1]);
    await clock.advance(60_000);
    (await originals.open(ids[1]!))!.body.destroy();
  });

  it('because nobody is there is told with the host and nothing else of the address', async () => {
    const nobody = gphotosdl('http://127.0.0.1:1/secret-path');
    expect(await nobody.open(ids[0]!)).toBeUndefined();
    expect(recorder.lines).toMatchObject([{ host: '127.0.0.1:1', reason: 'no answer (ECONNREFUSED)' }]);
    expect(JSON.stringify(recorder.lines)).not.toContain('secret-path');
    await nobody.close();
  });
});
