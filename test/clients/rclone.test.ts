import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdir, open, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeClient, inTempFolder, mustRun, run, type RunResult } from '../support/clients.js';
import { FAST_START, PLAIN_ALBUM, VIDEO_ALBUM } from '../support/library.js';
import { startStage, type Stage } from '../support/stage.js';
import { byFolder, digests } from '../support/tree-on-disk.js';

const NEEDS = { commands: ['rclone'], packages: ['rclone'] };

let stage: Stage;

/** `:webdav:` without a configuration file; never retries, for a test wants the first answer. */
const rclone = (...args: string[]): Promise<RunResult> => run('rclone', [...args, ...remote()], { timeoutMs: 120_000 });
const mustRclone = (...args: string[]): Promise<RunResult> =>
  mustRun('rclone', [...args, ...remote()], { timeoutMs: 120_000 });

function remote(): string[] {
  const place = ['--webdav-url', stage.program.url, '--webdav-vendor', 'other', '--config', '/dev/null'];
  return [...place, '--retries', '1', '--low-level-retries', '1'];
}

describeClient('rclone', NEEDS, () => {
  beforeAll(async () => {
    stage = await startStage({ videos: 'long' });
  }, 60_000);
  afterAll(() => stage.close());

  it('lists the views', async () => {
    const { stdout } = await mustRclone('lsf', ':webdav:');
    expect(stdout.trim().split('\n').sort()).toEqual(
      ['Albums/', 'All/', 'By day/', 'By month/', 'By year/', 'Favorites/'].sort(),
    );
  });

  it('lists an album with exact sizes and capture times', async () => {
    const { stdout } = await mustRclone('lsjson', `:webdav:Albums/${PLAIN_ALBUM}`);
    const { files } = stage.facts.albums.find(({ title }) => title === PLAIN_ALBUM)!;
    const expected = files.map(({ filename, bytes, takenAt }) => [filename, bytes, takenAt.getTime()]);
    const members = JSON.parse(stdout) as { Name: string; Size: number; ModTime: string }[];
    const listed = members.map(({ Name, Size, ModTime }) => [Name, Size, Date.parse(ModTime)]);
    expect(listed.sort()).toEqual(expected.sort());
  });

  it('lists an album as a Nextcloud server, which asks for named properties', async () => {
    const { stdout } = await mustRclone('lsf', `:webdav:Albums/${PLAIN_ALBUM}`, '--webdav-vendor', 'nextcloud');
    expect(stdout.trim().split('\n')).toHaveLength(12);
  });

  it('lists every item below All, a year and the favorites', async () => {
    const lines = async (path: string): Promise<number> =>
      (await mustRclone('lsf', '-R', '--files-only', `:webdav:${path}`)).stdout.trim().split('\n').length;
    expect(await lines('All')).toBe(stage.facts.files.length);
    expect(await lines('By year')).toBe(stage.facts.files.length);
    expect(await lines('By day/1958-06-01')).toBe(1);
    expect(await lines('Favorites')).toBe(stage.facts.favorites.length);
  });

  it(
    'copies the albums byte for byte, agrees on a check, and has nothing to do a second time',
    () =>
      inTempFolder(async (folder) => {
        await mustRclone('copy', ':webdav:Albums', folder);
        const copied = [...byFolder(await digests(folder)).values()].map((files) => files.join());
        const expected = stage.facts.albums.map(({ files }) =>
          files
            .map(({ sha256 }) => sha256)
            .sort()
            .join(),
        );
        expect(copied.sort()).toEqual(expected.sort());

        const check = await rclone('check', '--download', ':webdav:Albums', folder);
        expect(check.stderr).toMatch(/ 0 differences found/);
        expect(check.exitCode).toBe(0);

        const bytesBefore = stage.emulator.counters().bytes;
        const again = await mustRclone('sync', '-v', ':webdav:Albums', folder);
        expect(again.stderr).toMatch(/There was nothing to transfer/);
        expect(again.stderr).not.toMatch(/Copied|Deleted|Updated/);
        expect(stage.emulator.counters().bytes).toBe(bytesBefore);
      }),
    120_000,
  );

  it('copies a video in parallel ranges', () =>
    inTempFolder(async (folder) => {
      const parallel = ['--multi-thread-cutoff', '10M', '--multi-thread-streams', '4'];
      await mustRclone('copy', `:webdav:Albums/${VIDEO_ALBUM}/${FAST_START}`, folder, ...parallel);
      const video = stage.facts.files.find(({ filename }) => filename === FAST_START)!;
      expect([...(await digests(folder)).values()]).toEqual([video.sha256]);
    }));

  it('reads ten bytes from the middle of a file', async () => {
    const file = stage.facts.files.find(({ filename }) => filename === 'IMG_0012.jpg')!;
    const { stdoutBytes } = await mustRclone(
      'cat',
      '--offset',
      '1000',
      '--count',
      '10',
      `:webdav:Albums/${PLAIN_ALBUM}/IMG_0012.jpg`,
    );
    const content = await readFile(join(stage.facts.folder, file.path));
    expect(stdoutBytes).toEqual(content.subarray(1000, 1010));
  });

  it(
    'is refused an upload, a delete and a new folder at once',
    () =>
      inTempFolder(async (folder) => {
        await writeFile(join(folder, 'new.jpg'), 'x');
        const attempts = [
          ['copy', join(folder, 'new.jpg'), `:webdav:Albums/${PLAIN_ALBUM}`],
          ['deletefile', `:webdav:Albums/${PLAIN_ALBUM}/IMG_0001.jpg`],
          ['mkdir', ':webdav:Albums/New'],
        ];
        for (const attempt of attempts) {
          // With rclone's own retries: what it takes for a passing fault it would repeat for minutes.
          const { exitCode, stderr, tookMs } = await run('rclone', [...attempt, ...remote().slice(0, -4)]);
          expect(exitCode).not.toBe(0);
          expect(stderr).toContain('403');
          expect(tookMs).toBeLessThan(15_000);
        }
      }),
    60_000,
  );
});

describeClient(
  'rclone mount',
  { commands: ['rclone', 'fusermount3'], packages: ['rclone', 'fuse3'], fuse: true },
  () => {
    beforeAll(async () => {
      stage = await startStage({ videos: 'long' });
    }, 60_000);
    afterAll(() => stage.close());

    it(
      'lists, reads whole files and seeks in a video, and writes nothing',
      () =>
        inTempFolder(async (folder) => {
          const place = join(folder, 'mount');
          await mkdir(place);
          const options = ['--read-only', '--vfs-cache-mode', 'off', '--daemon', '--daemon-wait', '20s'];
          await mustRclone('mount', ':webdav:', place, ...options);
          try {
            expect(await readdir(join(place, 'Albums', PLAIN_ALBUM))).toHaveLength(12);
            const found = byFolder(await digests(join(place, 'Albums', PLAIN_ALBUM)));
            const { files } = stage.facts.albums.find(({ title }) => title === PLAIN_ALBUM)!;
            expect([...found.values()]).toEqual([files.map(({ sha256 }) => sha256).sort()]);

            const awkward = (await readdir(join(place, 'Albums'))).find((name) => name.startsWith('Café'))!;
            const hurting = byFolder(await digests(join(place, 'Albums', awkward)));
            const facts = stage.facts.albums.find(({ title }) => title.startsWith('Café'))!;
            expect([...hurting.values()]).toEqual([facts.files.map(({ sha256 }) => sha256).sort()]);

            await expect(stat(join(place, 'Albums', 'Nothing'))).rejects.toThrow('ENOENT');
            await expect(writeFile(join(place, 'Albums', PLAIN_ALBUM, 'new.jpg'), 'x')).rejects.toThrow('EROFS');

            const video = stage.facts.files.find(({ filename }) => filename === FAST_START)!;
            const content = await readFile(join(stage.facts.folder, video.path));
            const handle = await open(join(place, 'Albums', VIDEO_ALBUM, FAST_START));
            try {
              for (const at of [20_000_000, 0, content.length - 100]) {
                const { buffer, bytesRead } = await handle.read(Buffer.alloc(100), 0, 100, at);
                expect(buffer.subarray(0, bytesRead)).toEqual(content.subarray(at, at + 100));
              }
            } finally {
              await handle.close();
            }
          } finally {
            await mustRun('fusermount3', ['-u', place]);
          }
        }),
      60_000,
    );
  },
);
