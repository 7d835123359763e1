import { createRequire } from 'node:module';
import { join } from 'node:path';
import { freePort } from '../lab.mjs';

/** The library photodav stands on, as it comes: 10,000 files of its own in-memory file system. */
export const stockWebdavServer = {
  async start(lab, { items }) {
    const port = await freePort();
    const script = join(import.meta.dirname, 'stock-webdav-server-process.mjs');
    const program = lab.start('webdav-server', process.execPath, [script, String(port), String(items)]);
    const { version } = createRequire(import.meta.url)('webdav-server/package.json');
    return { name: `stock webdav-server ${version}`, url: `http://127.0.0.1:${port}/`, program };
  },
};
