import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeClient, inTempFolder, run } from '../support/clients.js';
import { PLAIN_ALBUM } from '../support/library.js';
import { startStage, type Stage } from '../support/stage.js';

const NEEDS = {
  commands: ['gio', 'dbus-run-session', 'gvfsd-dav'],
  packages: ['libglib2.0-bin', 'dbus', 'gvfs-backends'],
};

let stage: Stage;
let address: string;

/** Runs gio's commands in one session, for its mounts end with it, and gives all that they say. */
const gio = (home: string, ...commands: readonly (readonly string[])[]): Promise<string> => {
  const script = commands.map((command) => ['gio', ...command].map(quote).join(' ')).join('\n');
  return run('dbus-run-session', ['--', 'sh', '-c', script], { env: { HOME: home, XDG_RUNTIME_DIR: home } }).then(
    ({ stdout, stderr }) => stdout + stderr,
  );
};

describeClient('gio (GNOME Files)', NEEDS, () => {
  beforeAll(async () => {
    stage = await startStage({ videos: 'short' });
    address = `${stage.program.url.replace('http:', 'dav:')}/`;
  }, 60_000);
  afterAll(() => stage.close());

  it('mounts, lists, copies, and is refused a new folder', () =>
    inTempFolder(async (home) => {
      const album = `${address}Albums/${encodeURIComponent(PLAIN_ALBUM)}`;
      const output = await gio(
        home,
        ['mount', address],
        ['list', address],
        ['list', '-l', album],
        ['copy', `${album}/IMG_0001.jpg`, join(home, 'got.jpg')],
        ['mkdir', `${album}/New`],
        ['mount', '-u', address],
      );
      for (const view of ['Albums', 'All', 'By day', 'Favorites']) expect(output).toMatch(new RegExp(`^${view}$`, 'm'));
      const { files } = stage.facts.albums.find(({ title }) => title === PLAIN_ALBUM)!;
      for (const { filename, bytes } of files) expect(output).toMatch(new RegExp(`^${filename}\t${bytes}\t`, 'm'));
      expect(output).toContain('Forbidden');
      expect(await readFile(join(home, 'got.jpg'))).toEqual(await readFile(join(stage.facts.folder, files[0]!.path)));
    }));
});

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
