import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { imageSize } from 'image-size';
import type { Emulator } from '../../src/emulator/emulator.js';
import { startEmulator } from '../../src/emulator/server.js';
import { describeClient, inTempFolder, makeTempFolder, mustRun } from '../support/clients.js';
import { curl } from '../support/curl.js';
import { walk, type Member } from '../support/multistatus.js';
import { png } from '../support/pictures.js';
import { startProgram, type Program } from '../support/program.js';

const DEMO = join(import.meta.dirname, '..', '..', 'demo');
const BOX = { width: 320, height: 240 };

let folder: string;
let emulator: Emulator;
let program: Program;

/** Photos of 1280 by 853 pixels, two of which become twins; a drawing that is small already; a video. */
async function makeFolder(): Promise<void> {
  const trip = join(folder, 'library', 'Trip');
  await mkdir(trip, { recursive: true });
  await copyFile(join(DEMO, 'autumn', 'img_3001.jpg'), join(trip, 'IMG_1.JPG'));
  await copyFile(join(DEMO, 'autumn', 'img_3002.jpg'), join(trip, 'IMG_2.jpg'));
  await writeFile(join(trip, 'IMG_2.heic'), 'what only Google can decode');
  await writeFile(join(trip, 'drawing.png'), png('drawing'));
  await copyFile(join(DEMO, 'iceland', 'img_2044.mp4'), join(trip, 'film.mp4'));
}

async function start(): Promise<void> {
  const { api, clientId, clientSecret, refreshToken } = emulator.ready;
  const account = { source: 'library', clientId, clientSecret, refreshToken };
  const delivery = { rendition: `${BOX.width}x${BOX.height}` };
  const config = {
    google: { endpoint: api },
    // Long enough for a small machine: each size is that of a picture to be made.
    sizes: { wait: '60s' },
    mounts: [
      { path: '/full', ...account },
      { path: '/small', ...account, delivery },
      { path: '/sync', ...account, delivery, layout: 'rclone' },
    ],
  };
  const file = join(folder, 'config.json');
  await writeFile(file, JSON.stringify(config));
  program = await startProgram({ flags: ['--config', file] });
}

const fileNames = (members: readonly Member[]): string[] =>
  members.map(({ href }) => decodeURIComponent(href.slice(href.lastIndexOf('/') + 1))).sort();

describeClient('rclone with renditions', { commands: ['rclone', 'curl'], packages: ['rclone', 'curl'] }, () => {
  beforeAll(async () => {
    folder = await makeTempFolder();
    await makeFolder();
    emulator = await startEmulator({ library: join(folder, 'library') });
    await start();
  }, 60_000);
  afterAll(async () => {
    await program.stop();
    await emulator.close();
    await rm(folder, { recursive: true });
  });

  it('copies pictures that fit into the box, all of them JPEGs, and videos as they are', async () => {
    await inTempFolder(async (copy) => {
      const remote = ['--webdav-url', program.url, '--webdav-vendor', 'other', '--config', '/dev/null'];
      const once = ['--retries', '1', '--low-level-retries', '1'];
      await mustRun('rclone', ['copy', ':webdav:small/Albums/Trip', copy, ...remote, ...once], { timeoutMs: 120_000 });
      const names = (await readdir(copy)).sort();
      expect(names).toEqual([
        'IMG_1.JPG',
        expect.stringMatching(/^IMG_2~\w+\.jpg$/),
        expect.stringMatching(/^IMG_2~\w+\.jpg$/),
        'drawing.jpg',
        'film.mp4',
      ]);
      for (const name of names.filter((each) => each !== 'film.mp4')) {
        const { type, width, height } = imageSize(await readFile(join(copy, name)));
        expect([type, width <= BOX.width, height <= BOX.height]).toEqual(['jpg', true, true]);
      }
      expect(imageSize(await readFile(join(copy, 'IMG_1.JPG')))).toMatchObject({ width: 320, height: 213 });
      expect(imageSize(await readFile(join(copy, 'drawing.jpg')))).toMatchObject({ width: 16, height: 16 });
      const film = await readFile(join(folder, 'library', 'Trip', 'film.mp4'));
      expect((await readFile(join(copy, 'film.mp4'))).equals(film)).toBe(true);
    });
  });

  it('is told by PROPFIND just what GET gives', async () => {
    const members = await walk(program.url, '/small/Albums/Trip/');
    for (const { href, found } of members) {
      const { headers, body } = await curl(program.url + href);
      expect([found.getcontenttype, found.getcontentlength, found.getetag]).toEqual([
        headers['content-type'],
        String(body.length),
        headers.etag,
      ]);
      if (!href.endsWith('.mp4')) expect(headers['content-type']).toBe('image/jpeg');
    }
  });

  it('finds the originals, under other ETags, in a mount beside', async () => {
    const full = await walk(program.url, '/full/Albums/Trip/');
    expect(fileNames(full)).toEqual(['IMG_1.JPG', 'IMG_2.heic', 'IMG_2.jpg', 'drawing.png', 'film.mp4']);
    const [small, original] = ['small', 'full'].map((mount) => curl(`${program.url}/${mount}/Albums/Trip/IMG_1.JPG`));
    expect((await small!).headers.etag).not.toBe((await original!).headers.etag);
    const source = await readFile(join(folder, 'library', 'Trip', 'IMG_1.JPG'));
    expect((await original!).body.equals(source)).toBe(true);
  });

  it("finds JPEGs in rclone's own layout too, with its way to tell twins apart", async () => {
    const members = await walk(program.url, '/sync/album/Trip/');
    expect(fileNames(members)).toEqual([
      'IMG_1.JPG',
      expect.stringMatching(/^IMG_2 \{.+\}\.jpg$/),
      expect.stringMatching(/^IMG_2 \{.+\}\.jpg$/),
      'drawing.jpg',
      'film.mp4',
    ]);
  });
});
