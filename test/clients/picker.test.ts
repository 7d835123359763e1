import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { describeClient, mustRun } from '../support/clients.js';
import { DAVFS2, mountDavfs } from '../support/davfs2.js';
import { eventually } from '../support/eventually.js';
import { startPickerStage, type PickerStage } from '../support/picker-stage.js';

let stage: PickerStage;
beforeEach(async () => {
  stage = await startPickerStage();
});
afterEach(async () => stage.close());

describeClient('davfs2 that is mounted already', DAVFS2, () => {
  it('shows what is picked, and adds what is picked to the same folder', async () => {
    await stage.pick('Winter', { count: 1 });
    const mount = await mountDavfs(`${stage.origin}/`, { dirRefresh: 1 });
    try {
      expect(await readdir(mount.place)).toContain('Winter');
      const { items } = await stage.pick('Summer', { count: 120 });
      const folder = join(mount.place, 'Summer');
      await eventually(async () => (await readdir(mount.place)).includes('Summer'));
      expect(await readdir(folder)).toHaveLength(items.length);
      const [name = ''] = (await readdir(folder)).filter((each) => each.endsWith('.jpg'));
      const direct = await (await stage.get(`/Summer/${encodeURIComponent(name)}`)).arrayBuffer();
      expect((await readFile(join(folder, name))).equals(Buffer.from(direct))).toBe(true);
      await stage.pick('Summer', { count: 130 });
      await eventually(async () => (await readdir(folder)).length === 130);
      expect(await readdir(folder)).toHaveLength(130);
    } finally {
      await mount.unmount();
    }
  }, 60_000);
});

describeClient('rclone', { commands: ['rclone'], packages: ['rclone'] }, () => {
  it('lists what was picked since it last looked, and all the same when the pick has ended', async () => {
    const list = async (path: string): Promise<readonly string[]> => {
      const remote = `:webdav,url='${stage.origin}/':${path}`;
      return (await mustRun('rclone', ['lsf', remote])).stdout.trim().split('\n');
    };
    expect(await list('')).toEqual(['README.txt']);
    await stage.pick('Summer', { count: 120 });
    expect(await list('')).toContain('Summer/');
    const names = await list('Summer');
    expect(names).toHaveLength(120);
    stage.clock.turn(8 * 24 * 3_600_000);
    expect(await list('Summer')).toEqual(names);
  }, 60_000);
});
