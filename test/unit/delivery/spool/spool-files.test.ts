import { chmod, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { openSpoolFiles } from '../../../../src/delivery/spool/spool-files.js';
import { inTempFolder } from '../../../support/clients.js';

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

describe("the spool's folder", () => {
  it('and its files are for their owner alone, even if the folder was not', async () => {
    await inTempFolder(async (above) => {
      const folder = join(above, 'data', 'spool');
      await openSpoolFiles(folder);
      await chmod(folder, 0o755);
      const files = await openSpoolFiles(folder);
      await (await files.create('a')).close();
      expect([await modeOf(folder), await modeOf(join(folder, 'a'))]).toEqual([0o700, 0o600]);
    });
  });

  it('lists its files with their lengths and times, and nothing else', async () => {
    await inTempFolder(async (folder) => {
      const files = await openSpoolFiles(folder);
      await mkdir(join(folder, 'a folder'));
      await writeFile(join(folder, 'a'), 'five!');
      const [only, ...others] = await files.list();
      expect(others).toEqual([]);
      expect(only).toEqual({ name: 'a', size: 5, writtenAtMs: (await stat(join(folder, 'a'))).mtimeMs });
    });
  });

  it('gives back what was written, also under another name and after it was removed', async () => {
    await inTempFolder(async (folder) => {
      const files = await openSpoolFiles(folder);
      const file = await files.create('a.part');
      await file.write([Buffer.from('hel'), Buffer.from('lo ')], 0);
      await file.write([Buffer.from('world')], 6);
      await file.sync();
      await files.rename('a.part', 'a');
      const again = await files.open('a');
      await files.remove('a');
      await files.remove('a');
      expect((await again.read(4, 100)).toString()).toBe('o world');
      expect((await file.read(0, 5)).toString()).toBe('hello');
      await expect(again.read(11, 1)).rejects.toThrow('shorter');
      await Promise.all([file.close(), again.close()]);
      expect(await readdir(folder)).toEqual([]);
    });
  });

  it('never writes into a file that is there', async () => {
    await inTempFolder(async (folder) => {
      const files = await openSpoolFiles(folder);
      await (await files.create('a')).close();
      await expect(files.create('a')).rejects.toMatchObject({ code: 'EEXIST' });
    });
  });
});
