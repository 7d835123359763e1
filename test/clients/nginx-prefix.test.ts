import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describeClient, inTempFolder, mustRun, run } from '../support/clients.js';
import { DAVFS2, mountDavfs } from '../support/davfs2.js';
import { PLAIN_ALBUM, type FileFact } from '../support/library.js';
import { startNginx, type Nginx } from '../support/nginx.js';
import { startStage, type Stage } from '../support/stage.js';
import { digests } from '../support/tree-on-disk.js';

const NEEDS = {
  ...DAVFS2,
  commands: ['nginx', 'rclone', 'cadaver', ...DAVFS2.commands],
  packages: ['nginx', 'rclone', 'cadaver', ...DAVFS2.packages],
};

const VIEWS = ['Albums', 'All', 'By day', 'By month', 'By year', 'Favorites'];

let stage: Stage;
let nginx: Nginx;
let url: string;
let files: readonly FileFact[];

describeClient('behind nginx, which passes a prefix on as it is,', NEEDS, () => {
  beforeAll(async () => {
    stage = await startStage({ videos: 'short', flags: ['--server-base-path', '/photos'] });
    nginx = await startNginx(`location /photos/ { proxy_pass ${new URL(stage.program.url).origin}; }`);
    url = `${nginx.url}/photos/`;
    ({ files } = stage.facts.albums.find(({ title }) => title === PLAIN_ALBUM)!);
  }, 60_000);
  afterAll(async () => {
    await nginx.stop();
    await stage.close();
  }, 60_000);

  it('rclone lists the views, and copies an album byte for byte', async () => {
    const remote = ['--webdav-url', url, '--webdav-vendor', 'other', '--config', '/dev/null'];
    const { stdout } = await mustRun('rclone', ['lsf', ':webdav:', ...remote]);
    expect(stdout.trim().split('\n').sort()).toEqual(VIEWS.map((name) => `${name}/`));
    await inTempFolder(async (folder) => {
      await mustRun('rclone', ['copy', `:webdav:Albums/${PLAIN_ALBUM}`, folder, ...remote]);
      expect(await digests(folder)).toEqual(new Map(files.map(({ filename, sha256 }) => [filename, sha256])));
    });
  }, 60_000);

  it('davfs2 lists the views, and reads an album byte for byte', async () => {
    const mount = await mountDavfs(url);
    try {
      expect((await readdir(mount.place)).filter((name) => name !== 'lost+found').sort()).toEqual(VIEWS);
      const read = await digests(join(mount.place, 'Albums', PLAIN_ALBUM));
      expect(read).toEqual(new Map(files.map(({ filename, sha256 }) => [filename, sha256])));
    } finally {
      await mount.unmount();
    }
  }, 60_000);

  it('cadaver lists the views and an album, and reads a file', async () => {
    await inTempFolder(async (folder) => {
      const target = join(folder, 'got.jpg');
      const input = [`open ${url}`, 'ls', `cd "Albums/${PLAIN_ALBUM}"`, 'ls', `get IMG_0001.jpg ${target}`, 'quit', ''];
      const { stdout } = await run('cadaver', [], { input: input.join('\n'), env: { HOME: folder } });
      for (const name of VIEWS) expect(stdout).toMatch(new RegExp(`Coll:\\s+${name}\\s`));
      for (const { filename, bytes } of files) expect(stdout).toMatch(new RegExp(`${filename}\\s+${bytes}\\s`));
      expect(await readFile(target)).toEqual(await readFile(join(stage.facts.folder, files[0]!.path)));
    });
  });
});
