import { createHash, randomInt } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { makeTempFolder } from '../support/clients.js';
import { eventually } from '../support/eventually.js';
import { startProgram, type Program } from '../support/program.js';
import { numbersFrom } from '../support/random.js';

const KILLS = 50;
const FILMS = ['1.mp4', '2.mp4', '3.mp4', '4.mp4', '5.mp4'];
const SIZE = 2_000_000;
/** A film takes a quarter of a second to come, and three of them have room. */
const BYTES_PER_SECOND = 8_000_000;
const ROOM = '6MiB';
const LONGEST_LIFE_MS = 400;

/** Another one each time; the one of a run that failed can be given again. */
const SEED = Number(process.env.TEST_SEED ?? randomInt(2 ** 31));
const random = numbersFrom(SEED);

let folder: string;
let dataDir: string;
let emulator: Emulator;
const films = new Map<string, Buffer>();

const spooled = async (): Promise<readonly string[]> => readdir(join(dataDir, 'spool'));

/** What a client gets of a film from a byte on; undefined if it is told that it has not got all. */
function read(program: Program, name: string, first = 0): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const fail = (): void => resolve(undefined);
    const headers = { Range: `bytes=${first}-` };
    get(`${program.url}/Albums/films/${name}`, { agent: false, headers }, (answer) => {
      if (answer.statusCode !== 206) {
        answer.resume();
        fail();
        return;
      }
      buffer(answer).then(resolve, fail);
    }).on('error', fail);
  });
}

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

function expectRight(name: string, first: number, got: Buffer): void {
  expect([name, first, digest(got)]).toEqual([name, first, digest(films.get(name)!.subarray(first))]);
}

describe('a server that is killed while it spools', () => {
  beforeAll(async () => {
    folder = await makeTempFolder();
    dataDir = join(folder, 'data');
    await mkdir(join(folder, 'library', 'films'), { recursive: true });
    for (const name of FILMS) {
      const bytes = Buffer.from(Uint32Array.from({ length: SIZE / 4 }, () => random() * 2 ** 32).buffer);
      films.set(name, bytes);
      await writeFile(join(folder, 'library', 'films', name), bytes);
    }
    emulator = await startEmulator({ library: join(folder, 'library') });
    emulator.levers.bytesPerSecond = BYTES_PER_SECOND;
  });

  afterAll(async () => {
    await emulator.close();
    await rm(folder, { recursive: true, force: true });
  });

  it(`never serves a film short or wrong afterwards, ${KILLS} times (TEST_SEED=${SEED})`, async () => {
    let halves = 0;
    let wholes = 0;
    for (let kill = 0; kill <= KILLS; kill++) {
      const program = await startProgram({ account: emulator.ready, dataDir, flags: ['--spool-max-size', ROOM] });
      try {
        const left = kill === 0 ? [] : await spooled();
        wholes += left.length;
        expect(left.filter((name) => name.endsWith('.part'))).toEqual([]);
        const some = FILMS[Math.floor(random() * FILMS.length)]!;
        const got = await read(program, some);
        expectRight(some, 0, got!);
        const others = FILMS.map(async (name) => {
          const first = Math.floor(random() * SIZE);
          const bytes = await read(program, name, first);
          if (bytes) expectRight(name, first, bytes);
        });
        // Two of the films at least are not on disk. A slow machine needs a while to ask for them.
        await eventually(() => (emulator.counters().open ?? 0) > 0);
        await delay(random() * LONGEST_LIFE_MS);
        process.kill(program.pid, 'SIGKILL');
        await Promise.all(others);
      } finally {
        await program.stop();
      }
      halves += (await spooled()).filter((name) => name.endsWith('.part')).length;
    }
    // The kills have hit what they were meant for.
    expect(halves).toBeGreaterThan(KILLS / 2);
    expect(wholes).toBeGreaterThan(KILLS / 2);
  }, 900_000);
});
