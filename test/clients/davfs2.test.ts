import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describeClient } from '../support/clients.js';
import { DAVFS2, mountDavfs, type DavfsMount } from '../support/davfs2.js';
import { eventually } from '../support/eventually.js';
import { PLAIN_ALBUM } from '../support/library.js';
import type { LoggedRequest } from '../support/program.js';
import { startStage, type Stage } from '../support/stage.js';
import { byFolder, digests } from '../support/tree-on-disk.js';

let stage: Stage;
let mount: DavfsMount;
let place: string;

describeClient('davfs2', DAVFS2, () => {
  beforeAll(async () => {
    stage = await startStage({ videos: 'long' });
    mount = await mountDavfs(`${stage.program.url}/`);
    ({ place } = mount);
  }, 60_000);

  afterAll(async () => {
    await mount.unmount();
    await stage.close();
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
