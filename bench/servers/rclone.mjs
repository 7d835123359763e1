import { findProgram, freePort, versionOf } from '../lab.mjs';
import { makeFiles } from '../file-folder.mjs';

/** `rclone serve webdav` over a folder of files, with the options it comes with. */
export const rcloneServe = {
  async start(lab, { items }) {
    const path = findProgram('rclone', 'rclone');
    const port = await freePort();
    const folder = makeFiles(lab.folder(), items);
    const program = lab.start('rclone', path, ['serve', 'webdav', folder, '--addr', `127.0.0.1:${port}`]);
    return { name: `rclone serve webdav ${versionOf(path, 'version')}`, url: `http://127.0.0.1:${port}/`, program };
  },
};
