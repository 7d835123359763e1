import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createApp } from '../../src/app.js';
import { loadConfig } from '../../src/config/load.js';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { createLog } from '../../src/log.js';
import { inTempFolder } from '../support/clients.js';
import { eventually } from '../support/eventually.js';
import { Recorder } from '../support/log-lines.js';

const FILM = Buffer.from(Uint32Array.from({ length: 100_000 }, (_, i) => i * 2_654_435_761).buffer);

interface Place {
  readonly emulator: Emulator;
  readonly dataDir: string;
  readonly recorder: Recorder;
  /** The film from a byte on. */
  readonly read: (first: number) => Promise<Buffer>;
}

/** A server over a library of one film, whose host ignores ranges; `prepare` has the data folder before it starts. */
async function withServer(
  config: object,
  prepare: (dataDir: string) => Promise<void>,
  use: (place: Place) => Promise<void>,
): Promise<void> {
  await inTempFolder(async (folder) => {
    const [library, dataDir, path] = ['library', 'data', 'config.json'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await mkdir(join(library, 'films'), { recursive: true });
    await writeFile(join(library, 'films', 'film.mp4'), FILM);
    await mkdir(dataDir);
    await prepare(dataDir);
    const emulator = await startEmulator({ library });
    const { api, clientId, clientSecret, refreshToken } = emulator.ready;
    const account = { source: 'library', clientId, clientSecret, refreshToken };
    const file = { server: { port: 0 }, google: { endpoint: api }, dataDir, mounts: [account], ...config };
    await writeFile(path, JSON.stringify(file));
    const system = { env: {}, platform: 'linux', home: folder, workingFolder: folder } as const;
    const { values } = await loadConfig({ '--config': path }, system);
    const recorder = new Recorder();
    const app = await createApp(values, { log: createLog({ level: 'debug', destination: recorder }) });
    try {
      const [url] = await app.listen();
      const film = new URL('Albums/films/film.mp4', url);
      const read = async (first: number): Promise<Buffer> => {
        const answer = await fetch(film, { headers: { Range: `bytes=${first}-` } });
        expect(answer.status).toBe(206);
        return Buffer.from(await answer.arrayBuffer());
      };
      await use({ emulator, dataDir, recorder, read });
    } finally {
      await app.close();
      await emulator.close();
    }
  });
}

const nothing = (): Promise<void> => Promise.resolve();

async function expectRightBytes({ read }: Place): Promise<void> {
  for (const first of [FILM.length - 100, 0, 200_000]) {
    expect((await read(first)).equals(FILM.subarray(first))).toBe(true);
  }
}

describe('a film whose host ignores ranges', () => {
  it.each(['disk', 'memory'])('is fetched once, and kept in the data folder (catalog.store: %s)', (store) =>
    withServer({ catalog: { store } }, nothing, async (place) => {
      await expectRightBytes(place);
      expect(place.emulator.counters()['media.video.bytes']).toBe(1);
      const folder = join(place.dataDir, 'spool');
      await eventually(async () => (await readdir(folder)).every((name) => !name.endsWith('.part')));
      const [name, ...others] = await readdir(folder);
      expect(others).toEqual([]);
      expect(name).toMatch(new RegExp(`^[0-9a-f]{32}-${FILM.length}$`));
      expect((await stat(folder)).mode & 0o777).toBe(0o700);
    }),
  );

  it('is streamed without one, and nothing is written', () =>
    withServer({ spool: { maxSize: '0' } }, nothing, async (place) => {
      await expectRightBytes(place);
      expect(place.emulator.counters()['media.video.bytes']).toBe(3);
      expect(await readdir(place.dataDir)).not.toContain('spool');
    }));

  it('is streamed, and the log says so, where the folder cannot be made', () => {
    const block = (dataDir: string): Promise<void> => writeFile(join(dataDir, 'spool'), 'in the way');
    return withServer({}, block, async (place) => {
      await expectRightBytes(place);
      const warnings = place.recorder.lines.filter(({ level }) => level === 40);
      const msg = 'the folder spool in the data folder cannot be used; videos are streamed, and seek slowly';
      expect(warnings).toContainEqual(expect.objectContaining({ msg, reason: 'EEXIST: file already exists' }));
      expect(JSON.stringify(warnings)).not.toContain('stack');
    });
  });
});
