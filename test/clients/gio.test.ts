import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeClient, inTempFolder, run } from '../support/clients.js';
import { propfind } from '../support/http-client.js';
import { PLAIN_ALBUM, type FileFact } from '../support/library.js';
import { readMultistatus } from '../support/multistatus.js';
import { startStage, type Stage } from '../support/stage.js';
import { digests } from '../support/tree-on-disk.js';

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
    stage = await startStage({ videos: 'short', flags: ['--server-base-path', '/photos/mine'] });
    address = stage.program.url.replace('http:', 'dav:');
  }, 60_000);
  afterAll(() => stage.close());

  const hrefs = async (path: string): Promise<string[]> => {
    const { text } = await propfind(new URL(stage.program.url).origin, path);
    return readMultistatus(text)
      .slice(1)
      .map(({ href }) => href);
  };
  const files = (title: string): readonly FileFact[] =>
    stage.facts.albums.find((album) => album.title === title)!.files;
  const album = (title: string): string => `${address}/Albums/${encodeURIComponent(title)}`;

  it('mounts an address without a slash, and lists what is there with its lengths', () =>
    inTempFolder(async (home) => {
      const commands = [
        ['mount', address],
        ['mount', '-l'],
        ['list', address],
        ['list', '-l', album(PLAIN_ALBUM)],
      ];
      const output = await gio(home, ...commands, ['mount', '-u', address]);
      // It mounts the topmost parent that is a collection, and looks below from there.
      expect(output).toContain(`-> ${address.replace(/[^/]+\/[^/]+$/, '')}\n`);
      for (const view of ['Albums', 'All', 'By day', 'Favorites']) expect(output).toMatch(new RegExp(`^${view}$`, 'm'));
      for (const { filename, bytes } of files(PLAIN_ALBUM)) {
        expect(output).toMatch(new RegExp(`^${filename}\t${bytes}\t`, 'm'));
      }
    }));

  it('shows a file and no invented free space', () =>
    inTempFolder(async (home) => {
      const photo = `${album(PLAIN_ALBUM)}/IMG_0001.jpg`;
      const output = await gio(home, ['mount', address], ['info', photo], ['info', '-f', address]);
      const [{ bytes, takenAt }] = files(PLAIN_ALBUM) as readonly [FileFact];
      expect(output).toContain(`standard::size: ${bytes}\n`);
      expect(output).toContain('standard::content-type: image/jpeg\n');
      expect(output).toContain(`time::modified: ${takenAt.getTime() / 1_000}\n`);
      expect(output).toContain('filesystem::type: webdav\n');
      expect(output).not.toMatch(/filesystem::(free|size|used)/);
    }));

  it('copies every file of an album, and those whose names hurt', () =>
    inTempFolder(async (home) => {
      const target = join(home, 'copies');
      await mkdir(target);
      const [awkward] = (await hrefs('/photos/mine/Albums')).filter((href) => href.includes('/Caf%C3%A9'));
      const photos = files(PLAIN_ALBUM).map(({ filename }) => `${album(PLAIN_ALBUM)}/${filename}`);
      const others = (await hrefs(awkward!)).map((href) => new URL(href, address).href);
      await gio(home, ['mount', address], ['copy', ...photos, ...others, target]);
      const awkwardTitle = stage.facts.albums.map(({ title }) => title).find((title) => title.startsWith('Café'))!;
      const expected = [...files(PLAIN_ALBUM), ...files(awkwardTitle)].map(({ sha256 }) => sha256);
      expect([...(await digests(target)).values()].sort()).toEqual(expected.sort());
    }));

  it('is refused a new folder, an upload, a new name and a deletion', () =>
    inTempFolder(async (home) => {
      const photo = `${album(PLAIN_ALBUM)}/IMG_0001.jpg`;
      await writeFile(join(home, 'new.jpg'), 'new');
      const output = await gio(
        home,
        ['mount', address],
        ['mkdir', `${album(PLAIN_ALBUM)}/New`],
        ['copy', join(home, 'new.jpg'), `${album(PLAIN_ALBUM)}/new.jpg`],
        ['rename', photo, 'other.jpg'],
        ['remove', photo],
      );
      expect(output.match(/Forbidden/g)).toHaveLength(4);
    }));
});

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
