import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describeClient, makeTempFolder, mustRun, run } from '../support/clients.js';
import { eventually } from '../support/eventually.js';
import { PLAIN_ALBUM } from '../support/library.js';
import type { LoggedRequest } from '../support/program.js';
import { startStage, type Stage } from '../support/stage.js';
import { byFolder, digests } from '../support/tree-on-disk.js';

const NEEDS = { commands: ['mount.davfs', 'mount', 'umount'], packages: ['davfs2'], fuse: true, root: true };

// 1.6.1 lists nothing on Linux 6.16 and newer with its own buf_size of 16 (fixed in 1.7.2). A listing would tell it that
// a file is unchanged, so listings are asked for rarely, and files at every opening after a second.
const SETTINGS = ['ask_auth 0', 'use_locks 0', 'gui_optimize 0', 'buf_size 64', 'dir_refresh 600', 'file_refresh 1'];

const CACHE = '/var/cache/davfs2';

let stage: Stage;
let folder: string;
let place: string;

describeClient('davfs2', NEEDS, () => {
  beforeAll(async () => {
    stage = await startStage({ videos: 'long' });
    folder = await makeTempFolder();
    place = join(folder, 'mount');
    await mkdir(place);
    const settings = join(folder, 'davfs2.conf');
    await writeFile(settings, `${SETTINGS.join('\n')}\n`);
    await mustRun('mount', ['-t', 'davfs', '-o', `ro,conf=${settings}`, `${stage.program.url}/`, place]);
  }, 60_000);

  afterAll(async () => {
    await run('umount', [place]);
    await forgetBodies();
    await stage.close();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  it('lists every view', async () => {
    const names = await readdir(place);
    expect(names).toEqual(expect.arrayContaining(['Albums', 'All', 'By day', 'By month', 'By year', 'Favorites']));
  });

  it('reads every byte of every file', async () => {
    const found = [...byFolder(await digests(join(place, 'Albums'))).values()].map((files) => files.join());
    const expected = stage.facts.albums.map(({ files }) =>
      files
        .map(({ sha256 }) => sha256)
        .sort()
        .join(),
    );
    expect(found.sort()).toEqual(expected.sort());
  }, 120_000);

  it('shows the length of a file it has not read', async () => {
    const { files } = stage.facts.albums.find(({ title }) => title === PLAIN_ALBUM)!;
    for (const { filename, bytes } of files) {
      expect((await stat(join(place, 'By year', '2024', filename))).size).toBe(bytes);
    }
  });

  it('is answered 304 when it reads a file again', async () => {
    const file = join(place, 'Albums', PLAIN_ALBUM, 'IMG_0001.jpg');
    const before = await readFile(file);
    // davfs2 asks again once its own file_refresh is over, and counts in whole seconds.
    await delay(2_500);
    const asked = stage.program.requests.length;
    expect(await readFile(file)).toEqual(before);
    const gets = (): LoggedRequest[] => stage.program.requests.slice(asked).filter(({ method }) => method === 'GET');
    await eventually(() => gets().length > 0);
    expect(gets().map(({ status }) => status)).toEqual([304]);
  });
});

/** davfs2 keeps bodies between mounts, in a folder named after server and mount point. */
async function forgetBodies(): Promise<void> {
  const name = place.replace(/^\//, '').replaceAll('/', '-');
  for (const entry of await readdir(CACHE).catch(() => [])) {
    if (entry.includes(name)) await rm(join(CACHE, entry), { recursive: true, force: true });
  }
}
