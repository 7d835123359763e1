import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import { get } from 'node:http';
import { describeClient } from '../support/clients.js';
import { eventually } from '../support/eventually.js';
import { FAST_START, VIDEO_ALBUM } from '../support/library.js';
import { settled } from '../support/settled.js';
import { startStage, type Stage } from '../support/stage.js';

// Memory and handles of another process are read from /proc.
const NEEDS = { commands: ['ffmpeg'], packages: ['ffmpeg'], linux: true };

const CLIENTS = 1_000;
const AT_A_TIME = 50;
const BYTES_PER_SECOND = 2_000_000;
const MEMORY_MARGIN = 20_000_000;
const SETTLED = 8_000_000;
const MOST_ROUNDS = 12;
const KEPT_CONNECTIONS_MS = 30_000;

let stage: Stage;
let video: string;

describeClient('clients that leave in the middle of a download', NEEDS, () => {
  beforeAll(async () => {
    stage = await startStage({ videos: 'long' });
    video = `${stage.program.url}/Albums/${VIDEO_ALBUM}/${FAST_START}`;
    // What comes from a host that ignores ranges is fetched on for a while.
    Object.assign(stage.emulator.levers, { bytesPerSecond: BYTES_PER_SECOND, videoRanges: true });
  }, 60_000);
  afterAll(() => stage.close());

  it('leave nothing behind: no upstream request, no handle, no memory', async () => {
    await leaveEarly();
    const handles = openHandles();
    const memory = await settledMemory();
    stage.emulator.resetCounters();
    // Rubbish is collected at times of its own: the lower of two readings is nearer to what is held.
    const memoryLater = Math.min(await round(), await round());
    expect(memoryLater - memory).toBeLessThan(MEMORY_MARGIN);
    expect(stage.emulator.counters().opened).toBeGreaterThan(CLIENTS * 2 * 0.9);
    // Connections to Google are kept for a while, for the next request.
    await eventually(() => openHandles() <= handles, KEPT_CONNECTIONS_MS);
    expect(openHandles()).toBeLessThanOrEqual(handles);
  }, 180_000);
});

/** Rounds until memory has stopped growing for two of them: how much a heap takes at first differs by Node's version. */
async function settledMemory(): Promise<number> {
  let [before, memory] = [await round(), await round()];
  for (let rounds = 2; rounds < MOST_ROUNDS; rounds++) {
    const next = await round();
    const growth = Math.max(next - memory, memory - before);
    [before, memory] = [memory, next];
    if (growth < SETTLED) break;
  }
  return memory;
}

/** All clients once, until the server has seen the last one go; gives the memory it then holds. */
async function round(): Promise<number> {
  let started = 0;
  const one = async (): Promise<void> => {
    while (started < CLIENTS) {
      started += 1;
      await leaveEarly();
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, one));
  expect((await settled(stage.emulator)).open).toBe(0);
  return residentBytes();
}

/** Goes as soon as the first bytes are here. */
function leaveEarly(): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get(video, { agent: false }, (answer) => {
      answer.once('data', () => request.destroy());
      answer.once('error', () => undefined);
      answer.once('close', resolve);
    });
    request.once('error', reject);
  });
}

const openHandles = (): number => readdirSync(`/proc/${stage.program.pid}/fd`).length;

function residentBytes(): number {
  const status = readFileSync(`/proc/${stage.program.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) * 1024;
}
